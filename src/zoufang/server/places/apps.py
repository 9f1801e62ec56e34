from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "zoufang.server.places"

    def ready(self) -> None:
        from zoufang.server.places import work

        work.register()
