"""Addresses of the work in the background."""

from __future__ import annotations

from django.urls import path

from zoufang.server.jobs import views

urlpatterns = [
    path("", views.job_list, name="job_list"),
    path("<uuid:job_id>/", views.job, name="job"),
    path("<uuid:job_id>/stop/", views.job_stop, name="job_stop"),
]
