"""Analysis, evaluation, reports and the day's run."""

from __future__ import annotations

from django.urls import path

from zoufang.server.pages import portfolio

urlpatterns = [
    path("portfolio/", portfolio.portfolio, name="portfolio"),
]
