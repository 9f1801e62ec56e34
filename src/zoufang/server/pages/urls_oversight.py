"""Addresses of the oversight pages."""

from __future__ import annotations

urlpatterns: list = []
