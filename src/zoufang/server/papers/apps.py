from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "zoufang.server.papers"
