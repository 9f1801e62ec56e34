from django.apps import AppConfig


class SafetyConfig(AppConfig):
    name = "zoufang.server.safety"

    def ready(self) -> None:
        from zoufang.server.safety import timer

        timer.register()
