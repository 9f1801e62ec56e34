"""Plans of days as their readers may see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from zoufang.core.errors import Conflict, NotFound
from zoufang.core.values import Message, gettext_noop
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require, scope
from zoufang.server.visiting.models import Crew, DayPlan, LeftOut, PlannedStop, PlannerOrder
from zoufang.server.visiting.plans import FROZEN


def plans(user: User) -> QuerySet[DayPlan]:
    """Of the reader's branch and below, the latest day first."""
    require(user, "see_plan")
    rows = DayPlan.objects.filter(scope(user)).select_related("branch", "made_by", "published_by")
    return rows.order_by("-day", "branch__path", "-made_at")


def plan_of(plan_id: UUID, user: User) -> DayPlan:
    found = plans(user).filter(pk=plan_id).first()
    if found is None:
        raise NotFound(Message(gettext_noop("No such plan in your branch. It may have been made again.")))
    return found


def draft_of(plan_id: UUID, user: User) -> DayPlan:
    """A plan that may still be steered. Conflict once it is published."""
    require(user, "make_plan")
    found = plan_of(plan_id, user)
    if found.status != DayPlan.Status.DRAFT:
        raise Conflict(Message(FROZEN, {"branch": found.branch.name, "day": found.day}))
    return found


def plans_on(branch: Branch, days: Iterable[date]) -> dict[date, DayPlan]:
    """The plan that stands for each of these days: the published one, else the draft."""
    rows = DayPlan.objects.filter(branch=branch, day__in=list(days)).exclude(status=DayPlan.Status.SUPERSEDED)
    rows = rows.order_by("status")
    return {row.day: row for row in rows}


def stops_of_plan(plan: DayPlan) -> list[PlannedStop]:
    """In the order in which crews make them, with all that a page shows of each."""
    with_all = ("party__branch", "target", "address", "crew", "verdict", "visit")
    stops = list(plan.stops.select_related(*with_all).order_by("crew__code", "number"))
    for stop in stops:
        stop.opened(stop.address)
    return stops


def left_out_of(plan: DayPlan, kind: str) -> QuerySet[LeftOut]:
    """One kind, required visits first."""
    rows = plan.left_out.filter(kind=kind).select_related("party__branch", "target", "verdict")
    return rows.prefetch_related("verdict__overrides").order_by("-required", "party__source_key", "pk")


def orders_of(plan: DayPlan) -> list[PlannerOrder]:
    """The planner's pins and drops of the plan's day, the newest first."""
    rows = PlannerOrder.objects.filter(day=plan.day, branch__path__startswith=plan.branch.path)
    return list(rows.select_related("party", "target", "crew", "by").order_by("-at", "pk"))


def crews_of(branch: Branch) -> list[Crew]:
    return list(Crew.objects.filter(active=True, branch__path__startswith=branch.path).order_by("code"))
