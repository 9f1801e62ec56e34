"""Addresses of repayment plans, promises and approvals."""

from __future__ import annotations

from django.urls import path

from zoufang.server.pages import agreements

urlpatterns = [
    path("agreements/", agreements.agreement_list, name="agreement_list"),
    path("agreements/<uuid:plan_id>/", agreements.agreement, name="agreement"),
    path("approvals/", agreements.approval_list, name="approval_list"),
    path("approvals/<uuid:plan_id>/", agreements.approval, name="approval"),
]
