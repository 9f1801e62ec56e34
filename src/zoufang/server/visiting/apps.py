from django.apps import AppConfig


class VisitingConfig(AppConfig):
    name = "zoufang.server.visiting"
