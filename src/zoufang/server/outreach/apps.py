from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "zoufang.server.outreach"
