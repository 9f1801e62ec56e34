"""A published plan replaced within its day: what would change, and the change itself once a person confirms it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from zoufang.core.errors import Conflict
from zoufang.core.planning import ComparedVisit, Difference, differences
from zoufang.core.values import Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.events import withdraw
from zoufang.server.visiting.models import DayPlan, PlannedStop, Visit
from zoufang.server.visiting.plans import visit_of

LEFT_OUT = Message(gettext_noop("Left out when the rest of the day was planned anew"))
WENT_ON = Message(
    gettext_noop(
        "The day has gone on since this revision was made: a visit that it changes has begun. Make it again."
    )
)


@dataclass(frozen=True, slots=True)
class Revision:
    """New against published stops, only those that differ; `value_fen` is the open visits' worth, new less old."""

    added: tuple[PlannedStop, ...]
    dropped: tuple[PlannedStop, ...]
    moved: tuple[PlannedStop, ...]  # to another crew or door
    later: tuple[PlannedStop, ...]  # same crew and door, another time
    value_fen: int


def revised_by(plan: DayPlan) -> DayPlan | None:
    """The plan that this draft would replace, or has replaced."""
    return DayPlan.objects.filter(pk=plan.versions["revises"]).first() if "revises" in plan.versions else None


def revision(plan: DayPlan) -> Revision | None:
    """What the draft changes; None for a draft that replaces nothing."""
    before = revised_by(plan)
    if before is None:
        return None
    old = {visit.party_id: visit.stop for visit in going(before) if visit.stop is not None}
    rows = plan.stops.select_related("party__branch", "crew", "address").order_by("crew__code", "number")
    new = {stop.party_id: stop for stop in rows}
    day = plan.day
    kept = [one for one in new if one in old]
    changed = {one: differences(compared_visit(old[one], day), compared_visit(new[one], day)) for one in kept}
    moved = [new[one] for one, found in changed.items() if {Difference.CREW, Difference.DOOR} & set(found)]
    later = [new[one] for one, found in changed.items() if found == (Difference.TIME,)]
    return Revision(
        added=tuple(stop for one, stop in new.items() if one not in old),
        dropped=tuple(stop for one, stop in old.items() if one not in new),
        moved=tuple(moved),
        later=tuple(later),
        value_fen=sum(s.value_fen for s in new.values()) - sum(s.value_fen for s in old.values()),
    )


def compared_visit(stop: PlannedStop, day: date) -> ComparedVisit:
    """As the core compares it."""
    return ComparedVisit(
        customer_id=str(stop.party_id),
        crew_id=stop.crew.code,
        address_id=str(stop.address_id),
        day=day,
        start_min=stop.arrive,
        value_fen=stop.value_fen,
    )


def going(plan: DayPlan) -> list[Visit]:
    """The plan's visits that have not been withdrawn, begun ones too."""
    rows = Visit.objects.filter(stop__plan=plan, withdrawn_reason__isnull=True)
    return list(rows.select_related("stop__crew", "stop__party__branch", "stop__verdict", "address", "crew"))


@transaction.atomic
def take_effect(*, plan: DayPlan, by: User, at: datetime) -> DayPlan:
    """Publish the revision in place of the plan that it revises; both are kept. Confirming twice answers the same.

    Conflict when the day has gone on: a visit that would change has begun, or the plan was replaced by another.
    """
    require(by, "publish_plan", plan)
    plan = DayPlan.objects.select_for_update().select_related("branch").get(pk=plan.pk)
    if plan.status != DayPlan.Status.DRAFT:
        return plan
    before = DayPlan.objects.select_for_update().filter(pk=plan.versions.get("revises")).first()
    if before is None or before.status != DayPlan.Status.PUBLISHED:
        raise Conflict(WENT_ON)
    changed = _move_visits(plan, before, by, at)
    before.status = DayPlan.Status.SUPERSEDED
    before.save(update_fields=["status"])
    plan.status, plan.published_by, plan.published_at = DayPlan.Status.PUBLISHED, by, at
    plan.save(update_fields=["status", "published_by", "published_at"])
    audit.record(
        at=at,
        actor=by.employee_no,
        action="revise_plan",
        subject_kind="day_plan",
        subject_id=plan.id,
        branch_code=plan.branch.code,
        details={"revises": str(before.pk), **changed},
    )
    return plan


def _move_visits(plan: DayPlan, before: DayPlan, by: User, at: datetime) -> dict[str, int]:
    """Each stop gets its visit, the old one or a new one; a visit without a stop is withdrawn with the reason."""
    rows = Visit.objects.select_for_update(of=("self",)).filter(stop__plan=before, withdrawn_reason__isnull=True)
    open_visits = {visit.party_id: visit for visit in rows.select_related("branch")}
    counts = {"added": 0, "moved": 0, "dropped": 0}
    for stop in plan.stops.select_related("party").order_by("crew_id", "number"):
        visit = open_visits.pop(stop.party_id, None)
        if visit is None:
            visit_of(stop, plan).save(force_insert=True)
            counts["added"] += 1
        else:
            counts["moved"] += _give_stop(visit, stop)
    reasons = _reasons(plan)
    for party_id, visit in open_visits.items():
        if visit.started_at is not None:
            raise Conflict(WENT_ON)
        withdraw(visit=visit, reason=reasons.get(party_id, LEFT_OUT.as_json()), actor=by.employee_no, at=at)
        counts["dropped"] += 1
    return counts


def _give_stop(visit: Visit, stop: PlannedStop) -> bool:
    """Whether the visit goes to another crew or door by it; what has begun never does."""
    here, there = (visit.crew_id, visit.address_id), (stop.crew_id, stop.address_id)
    if visit.started_at is not None and here != there:
        raise Conflict(WENT_ON)
    visit.stop, visit.crew_id, visit.address_id = stop, stop.crew_id, stop.address_id
    visit.save(update_fields=["stop", "crew", "address"])
    return here != there


def _reasons(plan: DayPlan) -> dict[Any, dict[str, Any]]:
    return {row.party_id: row.reasons[0] for row in plan.left_out.all() if row.reasons}
