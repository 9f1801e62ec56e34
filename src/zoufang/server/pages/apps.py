from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "zoufang.server.pages"
