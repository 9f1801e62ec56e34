"""A compliance officer of the head office."""

from __future__ import annotations

import pytest

from tests.server.staffing import NOW, PASSWORD, a_bank
from zoufang.server.staff.models import Branch, Role
from zoufang.server.staff.services import add_user


@pytest.fixture
def a_head_officer(db):
    a_bank()
    return add_user(
        username="head",
        full_name="总合规",
        employee_no="E900",
        role=Role.COMPLIANCE,
        branch=Branch.objects.get(code="3714"),
        password=PASSWORD,
        at=NOW,
    )
