from django.apps import AppConfig


class BookConfig(AppConfig):
    name = "zoufang.server.book"

    def ready(self) -> None:
        from zoufang.server.book import work

        work.register()
