"""Addresses of the visitor's app, and of the desk that looks after it."""

from __future__ import annotations

from django.urls import path

from zoufang.server.pages import field_api, field_client, field_desk

urlpatterns = [
    path("field/", field_client.field_app, name="field_app"),
    path("field/api/me/", field_api.field_me, name="field_me"),
    path("field/api/register/", field_api.field_register, name="field_register"),
    path("field/api/day/", field_api.field_day, name="field_day"),
    path("field/api/contact/", field_api.field_contact, name="field_contact"),
    path("field/api/outbox/", field_api.field_outbox, name="field_outbox"),
    path("field/api/files/", field_api.field_file, name="field_file"),
    path("field/api/files/<uuid:blob_id>/<int:number>/", field_api.field_chunk, name="field_chunk"),
    path("field/api/sos/", field_api.field_sos, name="field_sos"),
    path("field-desk/", field_desk.field_desk, name="field_desk"),
    path("field-desk/entries/<int:entry_id>/", field_desk.field_entry, name="field_entry"),
    path("field-desk/phones/<uuid:device_id>/end/", field_desk.field_device_end, name="field_device_end"),
    path("field-desk/phones/<uuid:device_id>/wipe/", field_desk.field_device_wipe, name="field_device_wipe"),
    path(
        "field-desk/phones/<uuid:device_id>/wipe/confirm/",
        field_desk.field_wipe_confirm,
        name="field_wipe_confirm",
    ),
    path("field/<str:name>", field_client.field_app, name="field_app_file"),
]
