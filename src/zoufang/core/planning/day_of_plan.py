"""One day out of a plan of several: what a crew and a page of that day need, with its own worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from zoufang.core.planning.candidates import Candidate
from zoufang.core.planning.check_costs import plan_worth
from zoufang.core.planning.crews import Crew
from zoufang.core.planning.plans import Plan, PlannedVisit, Reason, Unplanned, Why
from zoufang.core.planning.policy import PlanningPolicy
from zoufang.core.planning.travel import TravelTimes
from zoufang.core.values import Message, gettext_noop

OTHER_DAY = gettext_noop("Planned on %(day)s at %(time)s instead.")


def day_of(
    plan: Plan,
    day: date,
    candidates: Sequence[Candidate],
    crews: Sequence[Crew],
    policy: PlanningPolicy,
    travel: TravelTimes,
) -> Plan:
    """The plan's part of `day` as a plan of its own; of those who go on another day it says so.

    What it used of budgets stays that of all days: they are shared.
    """
    today = tuple(visit for visit in plan.visits if visit.day == day)
    elsewhere = (visit for visit in plan.visits if visit.day != day)
    part = replace(
        plan,
        days=(day,),
        visits=today,
        crew_days=tuple(trip for trip in plan.crew_days if trip.day == day),
        unplanned=(*plan.unplanned, *(_elsewhere(visit) for visit in elsewhere)),
    )
    return replace(part, objective_fen=_worth(part, candidates, crews, policy, travel))


def _elsewhere(visit: PlannedVisit) -> Unplanned:
    text = Message(OTHER_DAY, {"day": visit.day, "time": visit.start_hhmm})
    return Unplanned(visit.customer_id, (Reason(Why.OTHER_DAY, text),))


def _worth(
    part: Plan,
    candidates: Sequence[Candidate],
    crews: Sequence[Crew],
    policy: PlanningPolicy,
    travel: TravelTimes,
) -> int:
    by_id: Mapping[str, Candidate] = {c.customer_id: c for c in candidates}
    going = {c.crew_id: c for c in crews}
    return plan_worth(part, by_id, going, travel, policy.modes).__floor__()
