"""Day sheets on paper: who may print which, and the audit line whose place in the chain numbers the paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from zoufang.core.errors import Conflict, NotFound
from zoufang.core.values import Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.book import services as book
from zoufang.server.book.models import RevealPurpose
from zoufang.server.staff.models import Role, User
from zoufang.server.staff.permissions import require, scope
from zoufang.server.visiting.models import Crew, DayPlan, PlannedStop

NOT_PUBLISHED = gettext_noop("A draft is not handed out. Publish the plan first.")


def plan_to_print(user: User, **which: object) -> DayPlan:
    """A published plan that the user may print sheets of; for a visitor one in which an own crew goes.

    Conflict for a draft or a plan that was replaced: nobody goes by it.
    """
    require(user, "print_day_sheet")
    rows = DayPlan.objects.select_related("branch").filter(**which)
    if user.role == Role.VISITOR:
        rows = rows.filter(status=DayPlan.Status.PUBLISHED, stops__crew__members=user)
    else:
        rows = rows.filter(scope(user))
    found = rows.distinct().first()
    if found is None:
        raise NotFound(Message(gettext_noop("No such plan among yours.")))
    require_published(found)
    return found


def require_published(plan: DayPlan) -> None:
    if plan.status != DayPlan.Status.PUBLISHED:
        raise Conflict(Message(NOT_PUBLISHED))


def own_plan(user: User, day: date) -> DayPlan:
    """The published plan by which the visitor's crew goes on this day."""
    require(user, "conduct_visit")
    return plan_to_print(user, day=day, status=DayPlan.Status.PUBLISHED)


def crews_to_print(plan: DayPlan, user: User) -> list[Crew]:
    """Those that go by the plan; a visitor's own alone."""
    rows = Crew.objects.filter(plannedstop__plan=plan)
    if user.role == Role.VISITOR:
        rows = rows.filter(members=user)
    return list(rows.distinct().prefetch_related("members").order_by("code"))


@transaction.atomic
def number_print(
    *, plan: DayPlan, crew: Crew, stops: Sequence[PlannedStop], in_clear: bool, by: User, at: datetime
) -> str:
    """The serial number of a new paper: `branch-day-line` of its audit line, which says whose data it carries.

    `in_clear` needs the right to see personal data, and each person on the paper gets a line of their own.
    """
    require(by, "print_day_sheet", crew)
    if by.role == Role.VISITOR and not crew.members.filter(pk=by.pk).exists():
        raise NotFound(Message(gettext_noop("No such plan among yours.")))
    require_published(plan)
    for stop in stops if in_clear else ():
        book.reveal(party=stop.whom, what="name", purpose=RevealPurpose.VISIT, by=by, at=at)
        book.reveal(party=stop.whom, what="address", purpose=RevealPurpose.VISIT, by=by, at=at)
    line = audit.record(
        at=at,
        actor=by.employee_no,
        action="print_day_sheet",
        subject_kind="day_plan",
        subject_id=plan.pk,
        branch_code=plan.branch.code,
        details={"crew": crew.code, "stops": len(stops), "in_clear": in_clear},
    )
    return f"{plan.branch.code}-{line.day.day:%Y%m%d}-{line.number:04d}"


@transaction.atomic
def record_export(*, plan: DayPlan, what: str, by: User, at: datetime) -> None:
    """A file of the plan leaves the system, personal data masked."""
    require(by, "export_plan", plan)
    audit.record(
        at=at,
        actor=by.employee_no,
        action="export_plan",
        subject_kind="day_plan",
        subject_id=plan.pk,
        branch_code=plan.branch.code,
        details={"what": what},
    )
