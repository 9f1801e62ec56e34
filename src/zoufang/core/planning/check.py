"""The independent checker: does this plan keep every promise? Imports no engine, shares none of their sums.

Every plan passes it before it leaves `plan()`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from zoufang.core.errors import ZoufangError
from zoufang.core.planning.candidates import Candidate, VisitOption
from zoufang.core.planning.check_budgets import budgets_exceeded
from zoufang.core.planning.check_cars import cars_exceeded, out_of_reach
from zoufang.core.planning.check_costs import as_gone, legs_of, plan_worth, routes_of
from zoufang.core.planning.crews import Crew, missing_from
from zoufang.core.planning.modes import Mode, ModeRule
from zoufang.core.planning.plans import Pin, Plan, PlannedVisit
from zoufang.core.planning.policy import PlanningPolicy
from zoufang.core.planning.travel import TravelTimes
from zoufang.core.planning.value import visit_value


class InvalidPlan(ZoufangError):
    """A plan that breaks a rule was stopped before anybody saw it; the message names the rule and the stop."""

    code = "invalid_plan"


def violations(
    plan: Plan,
    candidates: Sequence[Candidate],
    crews: Sequence[Crew],
    policy: PlanningPolicy,
    travel: TravelTimes,
    *,
    pins: Sequence[Pin] = (),
    drops: Sequence[str] = (),
) -> tuple[str, ...]:
    """Everything that is wrong with the plan, in plain words; empty for a sound plan."""
    by_id = {c.customer_id: c for c in candidates}
    crew_by_id = {c.crew_id: c for c in crews}
    found = list(_strangers(plan, by_id, crew_by_id, drops))
    if found:
        return tuple(found)
    found += _once_each(plan, candidates)
    found += _pins_kept(plan, pins)
    for (crew_id, day), visits in routes_of(plan).items():
        found += _crew_may_go(crew_by_id[crew_id], day, policy)
        crew = as_gone(plan, crew_by_id[crew_id], day, policy.modes)
        found += out_of_reach(crew, crew_by_id[crew_id], visits, by_id, policy.modes)
        for visit in visits:
            found += _visit_allowed(visit, by_id[visit.customer_id], crew, policy)
        found += _times_kept(plan, crew, day, visits, by_id, travel, policy.modes)
    found += cars_exceeded(plan, policy.cars, crew_by_id)
    found += budgets_exceeded(plan, policy.budgets, by_id, crew_by_id, travel, policy.modes)
    worth = plan_worth(plan, by_id, crew_by_id, travel, policy.modes).__floor__()
    if worth != plan.objective_fen:
        found.append(f"objective {plan.objective_fen} fen, but the visits are worth {worth}")
    return tuple(found)


def _strangers(
    plan: Plan, candidates: dict[str, Candidate], crews: dict[str, Crew], drops: Sequence[str]
) -> Iterator[str]:
    for visit in plan.visits:
        if visit.customer_id not in candidates:
            yield f"{visit.customer_id} is no candidate"
        elif candidates[visit.customer_id].blocked_by:
            yield f"{visit.customer_id} is refused by compliance"
        if visit.customer_id in drops:
            yield f"{visit.customer_id} was dropped by the planner"
        if visit.crew_id not in crews:
            yield f"{visit.customer_id}: no crew {visit.crew_id}"


def _once_each(plan: Plan, candidates: Sequence[Candidate]) -> Iterator[str]:
    seen = Counter([v.customer_id for v in plan.visits] + [u.customer_id for u in plan.unplanned])
    for customer, times in sorted(seen.items()):
        if times > 1:
            yield f"{customer} stands {times} times in the plan"
    for candidate in candidates:
        if candidate.customer_id not in seen:
            yield f"{candidate.customer_id} is neither planned nor explained"


def _pins_kept(plan: Plan, pins: Sequence[Pin]) -> Iterator[str]:
    where = {v.customer_id: v for v in plan.visits}
    for pin in pins:
        visit = where.get(pin.customer_id)
        if visit is None or visit.crew_id != pin.crew_id or pin.day not in (None, visit.day):
            yield f"{pin.customer_id} is pinned to {pin.crew_id}, but not planned so"
        elif pin.address_id not in (None, visit.address_id):
            yield f"{pin.customer_id} is pinned to address {pin.address_id}, but planned at {visit.address_id}"
        elif pin.window and not _inside(visit, pin.window.start_min, pin.window.end_min):
            yield f"{pin.customer_id} is pinned to {pin.window}, but planned at {visit.start_hhmm}"


def _crew_may_go(crew: Crew, day: date, policy: PlanningPolicy) -> Iterator[str]:
    if len(set(crew.officer_ids)) < policy.min_officers:
        yield f"crew {crew.crew_id} has fewer than {policy.min_officers} officers"
    if not crew.works_on(day):
        yield f"crew {crew.crew_id} is off on {day}"


def _visit_allowed(visit: PlannedVisit, candidate: Candidate, crew: Crew, policy: PlanningPolicy) -> Iterator[str]:
    name = visit.customer_id
    option = option_of(visit, candidate)
    if option is None:
        yield f"{name} is planned at a door, day or hour that compliance has not cleared"
        return
    if not _inside(visit, option.window.start_min, option.window.end_min):
        yield f"{name} at {visit.start_hhmm} is outside {option.window}"
    if crew.rest and visit.start_s < crew.rest.end_min * 60 and visit.end_s > crew.rest.start_min * 60:
        yield f"{name} falls into the rest of crew {crew.crew_id}"
    if missing := missing_from(crew, candidate.needs):
        yield f"{name}: crew {crew.crew_id} lacks {', '.join(missing)}"
    talk = candidate.service_minutes or policy.service_minutes
    search = policy.search.minutes(candidate.address(visit.address_id).radius_m)
    if visit.end_s - visit.start_s != 60 * (talk + search):
        yield f"{name} lasts {visit.service_minutes} minutes, not as the policy says"
    if visit.gross_value_fen != visit_value(candidate, option, policy, crew).gross_fen:
        yield f"{name} is valued {visit.gross_value_fen} fen, not as the policy says"


def option_of(visit: PlannedVisit, candidate: Candidate) -> VisitOption | None:
    """The cleared door, day and hours that this visit uses; None where the candidate has none such."""
    wanted = (visit.cleared, visit.address_id, visit.day, visit.window, visit.p_met)
    return next(
        (
            o
            for o in candidate.options
            if (o.cleared, o.cleared.address_id, o.day, o.window, o.p_met.mean) == wanted
        ),
        None,
    )


def _inside(visit: PlannedVisit, start_min: int, end_min: int) -> bool:
    return start_min * 60 <= visit.start_s and visit.end_s <= end_min * 60


def _times_kept(
    plan: Plan,
    crew: Crew,
    day: date,
    visits: list[PlannedVisit],
    candidates: dict[str, Candidate],
    travel: TravelTimes,
    modes: dict[Mode, ModeRule],
) -> Iterator[str]:
    """Shift kept, and every leg long enough for the road."""
    trip = next((d for d in plan.crew_days if (d.crew_id, d.day) == (crew.crew_id, day)), None)
    if trip is None:
        yield f"crew {crew.crew_id} has stops on {day}, but no working day in the plan"
        return
    if trip.leave_s < crew.shift.start_min * 60 or trip.back_s > crew.latest_back_min * 60:
        yield f"crew {crew.crew_id} on {day} leaves its shift {crew.shift}"
    if [v.order for v in visits] != list(range(1, len(visits) + 1)):
        yield f"crew {crew.crew_id} on {day}: its stops are out of order"
    legs, _ = legs_of(crew, visits, candidates, travel, modes)
    clock = trip.leave_s
    for visit, leg in zip(visits, legs, strict=False):
        if visit.arrive_s < clock + leg or visit.start_s < visit.arrive_s:
            yield f"{visit.customer_id} cannot be reached by {visit.start_hhmm}"
        clock = visit.end_s
    if trip.back_s < clock + legs[-1]:
        yield f"crew {crew.crew_id} on {day} cannot be back in time"
