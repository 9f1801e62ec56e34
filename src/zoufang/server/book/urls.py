"""Addresses of the import pages."""

from __future__ import annotations

from django.urls import path

from zoufang.server.book import views

urlpatterns = [
    path("imports/", views.import_list, name="import_list"),
    path("imports/new/", views.import_new, name="import_new"),
    path("imports/new/<uuid:upload_id>/", views.import_wizard, name="import_wizard"),
    path("imports/new/<uuid:upload_id>/run/", views.import_run, name="import_run"),
    path("imports/templates/<str:kind>.xlsx", views.import_template, name="import_template"),
    path("imports/<uuid:batch_id>/", views.import_result, name="import_result"),
    path("imports/<uuid:batch_id>/rejects.xlsx", views.import_rejects, name="import_rejects"),
]
