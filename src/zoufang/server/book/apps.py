from django.apps import AppConfig


class BookConfig(AppConfig):
    name = "zoufang.server.book"
