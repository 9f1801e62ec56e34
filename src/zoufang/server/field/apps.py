from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "zoufang.server.field"
