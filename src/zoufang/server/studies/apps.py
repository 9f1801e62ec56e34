from django.apps import AppConfig


class StudiesConfig(AppConfig):
    name = "zoufang.server.studies"
