"""Addresses on the map."""

from __future__ import annotations

from django.urls import path

from zoufang.server.pages import gazetteer, places

urlpatterns = [
    path("addresses/", places.place_list, name="place_list"),
    path("addresses/gazetteer/", gazetteer.gazetteer, name="gazetteer"),
    path("addresses/<uuid:address_id>/", places.place, name="place"),
    path("addresses/<uuid:address_id>/confirm/", places.place_confirm, name="place_confirm"),
]
