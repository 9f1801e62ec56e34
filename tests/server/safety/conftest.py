"""A morning with two visits; one is begun."""

from __future__ import annotations

import pytest

from tests.server.door_phone import Phone, arrive
from tests.server.visit_world import a_published_day, officers
from zoufang.server.visiting.models import Visit


@pytest.fixture
def visit() -> Visit:
    return a_published_day()[0]


@pytest.fixture
def phones(visit):
    return tuple(Phone(visit, user) for user in officers(visit))


@pytest.fixture
def begun(visit, phones) -> Visit:
    arrive(phones)
    return Visit.objects.get(pk=visit.pk)
