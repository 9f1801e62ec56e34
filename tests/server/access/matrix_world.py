"""A played bank with one row of each kind that an address names, its staff, and the staff of another branch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from tests.server.access.matrix_values import values_of
from zoufang.core.simulation import BankSize
from zoufang.server.demo.play import play
from zoufang.server.staff import services as staff
from zoufang.server.staff.clock import business_date
from zoufang.server.staff.models import Branch, Level, Role, User
from zoufang.server.visiting.models import Visit

START = date(2026, 10, 26)
PASSWORD = "a-long-password"


@dataclass
class MatrixWorld:
    """`home`: who answers for the rows; `away`: the same roles in another branch; `idle`: of another crew."""

    home: dict[str, User]
    away: dict[str, User]
    idle: User
    values: dict[str, Any]


def a_matrix_world() -> MatrixWorld:
    size = BankSize(60, 2)
    play(start=START, seed=11, size=size, weeks=1, iterations=20, progress=lambda stage, done, total: None)
    return people_and_rows()


def people_and_rows() -> MatrixWorld:
    """What the played bank lacks."""
    visit = Visit.objects.filter(day=business_date(), started_at=None).order_by("pk").first()
    city = User.objects.filter(role=Role.MANAGER).order_by("pk").first().branch
    home = {role: _first(role) or _member(role, city, "home") for role in Role.values}
    home[Role.VISITOR] = visit.crew.members.order_by("pk").first()
    idle = User.objects.filter(role=Role.VISITOR).exclude(crews=visit.crew).order_by("pk").first()
    head = Branch.objects.get(level=Level.HEAD_OFFICE)
    beside = staff.add_branch(code="999901", name="外地分行", level=Level.BRANCH, parent=head)
    away = {role: _member(role, beside, "away") for role in Role.values}
    return MatrixWorld(home, away, idle, values_of(visit, home))


def _first(role: str) -> User | None:
    return User.objects.filter(role=role, is_active=True).order_by("pk").first()


def _member(role: str, branch: Branch, where: str) -> User:
    return staff.add_user(
        username=f"{where}-{role}",
        full_name="外地员工",
        employee_no=f"{where[0].upper()}-{role}"[:20],
        role=Role(role),
        branch=branch,
        password=PASSWORD,
        at=timezone.now(),
    )
