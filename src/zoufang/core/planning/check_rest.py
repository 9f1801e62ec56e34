"""The independent checker for a day that is partly done. Imports no engine."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from zoufang.core.planning.candidates import Candidate
from zoufang.core.planning.check import violations
from zoufang.core.planning.crews import Crew
from zoufang.core.planning.day_state import DayState, crews_left
from zoufang.core.planning.plans import Pin, Plan, PlannedVisit
from zoufang.core.planning.policy import PlanningPolicy
from zoufang.core.planning.travel import TravelTimes


def rest_violations(
    plan: Plan,
    before: Plan,
    candidates: Sequence[Candidate],
    crews: Sequence[Crew],
    policy: PlanningPolicy,
    state: DayState,
    travel: TravelTimes,
    *,
    pins: Sequence[Pin] = (),
    drops: Sequence[str] = (),
) -> tuple[str, ...]:
    """Everything that is wrong with a revised day, in plain words: done, left and promised visits."""
    begun = {visit.customer_id: visit for visit in state.done}
    done, rest = _parted(plan, state)
    over = {name for name, visit in begun.items() if not visit.nobody_home}
    found = [*_done_untouched(done, before, state), *_nobody_gone(rest, before, state, over)]
    still = [c for c in candidates if c.customer_id not in over and c.customer_id not in state.withdrawn]
    planned = {visit.customer_id for visit in rest}
    explained = planned | {one.customer_id for one in plan.unplanned} | set(begun)
    found += [f"{c.customer_id} is neither planned nor explained" for c in still if c.customer_id not in explained]
    asked = [c for c in still if c.customer_id in planned]
    here = list(crews_left(before, candidates, crews, state))
    bare = replace(plan, visits=_numbered(rest, done), unplanned=())
    found += violations(bare, asked, here, policy, travel, pins=pins, drops=drops)
    return (*found, *_promises(plan, rest, before, still, begun))


def _parted(plan: Plan, state: DayState) -> tuple[list[PlannedVisit], list[PlannedVisit]]:
    """A customer who wasn't met may stand twice: the earlier time is the one that is over."""
    begun = {(visit.customer_id, visit.start_s) for visit in state.done}
    done = [v for v in plan.visits if (v.customer_id, v.start_s) in begun]
    return done, [v for v in plan.visits if (v.customer_id, v.start_s) not in begun]


def _numbered(rest: Sequence[PlannedVisit], done: Sequence[PlannedVisit]) -> tuple[PlannedVisit, ...]:
    """The rest of each crew's day numbered from one."""
    return tuple(replace(v, order=v.order - sum(d.crew_id == v.crew_id for d in done)) for v in rest)


def _done_untouched(done: Sequence[PlannedVisit], before: Plan, state: DayState) -> Iterator[str]:
    was = {visit.customer_id: visit for visit in before.visits}
    times = {visit.customer_id: visit for visit in state.done}
    for name in sorted(set(times) - {visit.customer_id for visit in done}):
        yield f"{name} has been visited, but is missing"
    for visit in done:
        old, at = was[visit.customer_id], times[visit.customer_id]
        driven = replace(old, order=visit.order, arrive_s=visit.arrive_s, start_s=at.start_s, end_s=at.end_s)
        if visit != driven:
            yield f"{visit.customer_id} has been visited, but stands differently now"


def _nobody_gone(rest: Sequence[PlannedVisit], before: Plan, state: DayState, over: set[str]) -> Iterator[str]:
    was = {visit.customer_id: visit for visit in before.visits}
    tried = {visit.customer_id for visit in state.done if visit.nobody_home}
    for visit in rest:
        if visit.customer_id in state.withdrawn:
            yield f"{visit.customer_id} is withdrawn, but planned"
        if visit.customer_id in over:
            yield f"{visit.customer_id} has been visited, but is planned again"
        if visit.crew_id in state.crews_out:
            yield f"{visit.customer_id} is planned for crew {visit.crew_id}, which is out"
        if visit.start_s < state.now_s:
            yield f"{visit.customer_id} is planned for a time that is past"
        if visit.customer_id in tried and visit.window.start_min < was[visit.customer_id].window.end_min:
            yield f"{visit.customer_id} was not met, but is planned again in the same slot"


def _promises(
    plan: Plan,
    rest: Sequence[PlannedVisit],
    before: Plan,
    still: Sequence[Candidate],
    begun: Collection[str],
) -> Iterator[str]:
    """A promise is kept at its door and slot, or said to be missed."""
    missed = {one.customer_id for one in plan.missed_required}
    now, was = {v.customer_id: v for v in rest}, {v.customer_id: v for v in before.visits}
    for one in still:
        if not one.required or one.customer_id in begun or one.blocked_by:
            continue
        visit, old = now.get(one.customer_id), was.get(one.customer_id)
        if visit is None and one.customer_id not in missed:
            yield f"{one.customer_id} is promised, but neither planned nor said to be missed"
        if visit is None or old is None:
            continue
        offered = {(o.cleared.address_id, o.window) for o in one.options}
        told = (old.address_id, old.window)
        if told in offered and (visit.address_id, visit.window) != told:
            yield f"{one.customer_id} is promised at {old.window}, but planned at {visit.window}"
