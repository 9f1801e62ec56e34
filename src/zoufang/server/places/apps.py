from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "zoufang.server.places"
