from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "zoufang.server.pages"

    def ready(self) -> None:
        """The day's work has no app of its own."""
        from zoufang.server.daily import draws, placing, retention, work

        work.register()
        placing.register()
        draws.register()
        retention.register()
