from django.apps import AppConfig


class BorrowerConfig(AppConfig):
    name = "zoufang.server.borrower"
