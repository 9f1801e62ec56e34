from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "zoufang.server.jobs"

    def ready(self) -> None:
        from zoufang.server.jobs import upkeep

        upkeep.register()
