"""What a visit cost by the rate card: its equal share of its crew's planned day (minutes and kilometres)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from zoufang.server.visiting.models import DayPlan, Visit


def visit_costs(visits: Iterable[Visit]) -> dict[UUID, int | None]:
    """Fen by visit id; None where the crew's day is not on record, which is unknown and never zero."""
    visits = list(visits)
    plan_ids = {visit.stop.plan_id for visit in visits if visit.stop}
    shares = {
        (plan.id, trip["crew"]): trip["cost_fen"] // trip["stops"]
        for plan in DayPlan.objects.filter(id__in=plan_ids)
        for trip in plan.crew_days
        if trip["stops"]
    }
    return {
        visit.id: shares.get((visit.stop.plan_id, visit.crew.code)) if visit.stop else None for visit in visits
    }
