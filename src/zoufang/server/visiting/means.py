"""A branch's cars and budgets are set, each act permitted, checked and audited."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import BranchBudget, BranchCars, Crew

MOST_CARS = 10_000


@transaction.atomic
def set_cars(*, branch: Branch, cars: int | None, by: User, at: datetime) -> None:
    """None: no number of its own, so that of the branch above holds; without any, every crew has a car."""
    require(by, "manage_crews", branch)
    if cars is None:
        BranchCars.objects.filter(branch=branch).delete()
    elif not 0 <= cars <= MOST_CARS:
        raise BadInput(Message(gettext_noop("Enter a number of cars, or nothing.")))
    else:
        BranchCars.objects.update_or_create(branch=branch, defaults={"cars": cars})
    _audit(at, by, "set_cars", branch, {"cars": cars})


@transaction.atomic
def set_budget(
    *,
    branch: Branch,
    name: str,
    counts: BranchBudget.Counts,
    period: BranchBudget.Period,
    limit: int,
    by: User,
    at: datetime,
    crew: Crew | None = None,
) -> BranchBudget:
    """`limit` in the budget's units, money in fen. Conflict: the branch has a budget of this name."""
    require(by, "manage_crews", branch)
    if limit < 0:
        raise BadInput(Message(gettext_noop("A budget is zero or more. Correct it.")))
    if crew is not None and not crew.branch.path.startswith(branch.path):
        raise BadInput(Message(gettext_noop("This crew belongs to another branch. Choose one of this branch.")))
    if BranchBudget.objects.filter(branch=branch, name=name).exists():
        text = gettext_noop("The branch has a budget called %(name)s. Take it away first, or choose another name.")
        raise Conflict(Message(text, {"name": name}))
    budget = BranchBudget.objects.create(
        branch=branch, crew=crew, name=name, counts=counts, period=period, limit=limit, by=by, at=at
    )
    _audit(at, by, "set_budget", branch, _details(budget))
    return budget


@transaction.atomic
def end_budget(*, budget: BranchBudget, by: User, at: datetime) -> None:
    """Plans made before keep what they were made with."""
    require(by, "manage_crews", budget.branch)
    _audit(at, by, "end_budget", budget.branch, _details(budget))
    budget.delete()


def _details(budget: BranchBudget) -> dict[str, object]:
    return {
        "name": budget.name,
        "counts": str(budget.counts),
        "period": str(budget.period),
        "limit": budget.limit,
        "crew": budget.crew.code if budget.crew else "",
    }


def _audit(at: datetime, by: User, action: str, branch: Branch, details: dict[str, object]) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="branch",
        subject_id=branch.code,
        branch_code=branch.code,
        details=details,
    )
