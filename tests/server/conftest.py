"""What holds for all tests of the server."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def pages_hold_nothing_random(monkeypatch):
    """A forgery token is in each page; by chance it spelt the keys that tests look for, such as C1."""
    monkeypatch.setattr("django.middleware.csrf.get_random_string", lambda length, allowed_chars="": "x" * length)
