from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "zoufang.server.oversight"
