"""Who stands in a plan still to come, so that nobody is called on twice where once was meant."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Q

from zoufang.core.errors import Conflict
from zoufang.core.values import Message, gettext_noop
from zoufang.server.staff.clock import business_date
from zoufang.server.visiting.models import DayPlan, PlannedStop, PlannerOrder

STAND_TWICE = gettext_noop(
    "%(n)s customers of this draft stand in a published plan as well (%(day)s). Make this plan again without them,"
    " or pin whom you want to visit twice."
)


def standing_elsewhere(
    party_ids: Collection[UUID], days: Collection[date], *, drafts: bool = True
) -> dict[UUID, date]:
    """The next day outside `days` on which each stands, unvisited, in a published plan (or in a draft)."""
    rows = PlannedStop.objects.filter(party_id__in=party_ids, plan__day__gte=business_date())
    rows = rows.exclude(plan__day__in=list(days)).exclude(plan__status=DayPlan.Status.SUPERSEDED)
    unvisited = Q(visit__isnull=False, visit__ended_at__isnull=True, visit__withdrawn_reason__isnull=True)
    rows = rows.filter(Q(plan__status=DayPlan.Status.DRAFT) | unvisited if drafts else unvisited)
    return dict(rows.order_by("-plan__day").values_list("party_id", "plan__day"))


def told_by_a_planner(party_ids: Collection[UUID], day: date) -> set[UUID]:
    """Whom a person pinned or ordered for the day: they know why."""
    orders = PlannerOrder.objects.filter(day=day, party_id__in=list(party_ids))
    return set(orders.exclude(kind=PlannerOrder.Kind.DROP).values_list("party_id", flat=True))


def refuse_twice(plan: DayPlan) -> None:
    """Another day's plan may have been published since; a second visit needs a planner's own word."""
    standing = standing_elsewhere(plan.stops.values_list("party_id", flat=True), (plan.day,), drafts=False)
    told = told_by_a_planner(standing, plan.day)
    if twice := [day for party_id, day in standing.items() if party_id not in told]:
        raise Conflict(Message(STAND_TWICE, {"n": len(twice), "day": min(twice)}))
