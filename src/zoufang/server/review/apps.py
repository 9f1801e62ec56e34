from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "zoufang.server.review"
