from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "zoufang.server.agreements"

    def ready(self) -> None:
        from zoufang.server.agreements import due

        due.register()
