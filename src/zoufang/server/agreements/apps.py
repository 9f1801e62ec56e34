from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "zoufang.server.agreements"
