"""The shell's own addresses, and those of each app that has pages, under the app's name."""

from __future__ import annotations

from importlib.util import find_spec

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from zoufang.server.pages import views

APPS = ("staff", "audit", "jobs", "book", "oversight", "training", "studies", "outreach", "visiting", "agreements")

urlpatterns = [
    path("", views.start, name="start"),
    path("login/", views.SignIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("unit/", views.choose_unit, name="choose_unit"),
    path("", include("zoufang.server.pages.urls_results")),
    path("", include("zoufang.server.pages.urls_customers")),
    path("", include("zoufang.server.pages.urls_agreements")),
    path("", include("zoufang.server.pages.urls_oversight")),
    path("", include("zoufang.server.pages.urls_staff")),
    path("", include("zoufang.server.pages.urls_plans")),
    path("", include("zoufang.server.pages.urls_board")),
    path("", include("zoufang.server.pages.urls_visits")),
    path("", include("zoufang.server.pages.urls_field")),
    path("", include("zoufang.server.pages.urls_places")),
    path("", include("zoufang.server.pages.urls_agencies")),
    path("", include("zoufang.server.pages.urls_disposal")),
    *(
        path(f"{app}/", include(f"zoufang.server.{app}.urls"))
        for app in APPS
        if find_spec(f"zoufang.server.{app}.urls")
    ),
]
