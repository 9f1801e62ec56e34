from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "zoufang.server.oversight"

    def ready(self) -> None:
        from zoufang.server.oversight import complaints

        complaints.register()
