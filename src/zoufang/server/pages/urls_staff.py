"""Addresses of staff, branches and training."""

from __future__ import annotations

from django.urls import path

from zoufang.server.pages import officers, people

urlpatterns = [
    path("staff/members/", people.staff_list, name="staff_list"),
    path("staff/members/new/", people.staff_new, name="staff_new"),
    path("staff/members/<int:pk>/close/", people.staff_close, name="staff_close"),
    path("staff/members/<int:pk>/work-id/", people.staff_work_id, name="staff_work_id"),
    path("crews/officers/<int:pk>/", officers.officer, name="officer"),
    path("training/", people.training_overview, name="training_overview"),
    path("training/certify/", people.certify, name="certify"),
]
