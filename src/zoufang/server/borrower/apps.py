from django.apps import AppConfig


class BorrowerConfig(AppConfig):
    name = "zoufang.server.borrower"

    def ready(self) -> None:
        from zoufang.server.borrower import outbox

        outbox.register()
