from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "zoufang.server.agencies"
