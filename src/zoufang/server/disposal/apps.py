from django.apps import AppConfig


class DisposalConfig(AppConfig):
    name = "zoufang.server.disposal"
