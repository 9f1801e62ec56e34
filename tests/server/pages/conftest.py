"""Fixtures of the pages that visitors see: a published day, its first visit and the crew's two phones."""

from __future__ import annotations

import pytest

from tests.server.door_phone import Phone
from tests.server.visit_world import a_published_day, officers
from zoufang.server.visiting.models import Visit


@pytest.fixture
def visits() -> list[Visit]:
    return a_published_day()


@pytest.fixture
def visit(visits) -> Visit:
    return visits[0]


@pytest.fixture
def phones(visit):
    return tuple(Phone(visit, user) for user in officers(visit))
