from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "zoufang.server.staff"
