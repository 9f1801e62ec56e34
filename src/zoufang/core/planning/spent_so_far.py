"""What a day that is partly done has left of its budgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil

from zoufang.core.planning.budgets import Budget, Resource
from zoufang.core.planning.candidates import Candidate
from zoufang.core.planning.check_costs import as_gone, legs_of
from zoufang.core.planning.crews import Crew
from zoufang.core.planning.day_state import DayState, done_visits
from zoufang.core.planning.modes import Mode, ModeRule
from zoufang.core.planning.plans import Plan, PlannedVisit
from zoufang.core.planning.travel import TravelTimes
from zoufang.core.values import Point

SECONDS, METRES = 60, 1000


def budgets_left(
    budgets: Sequence[Budget],
    before: Plan,
    candidates: Mapping[str, Candidate],
    crews: Mapping[str, Crew],
    state: DayState,
    travel: TravelTimes,
    modes: dict[Mode, ModeRule],
) -> tuple[Budget, ...]:
    """For the rest of the day. A crew that has begun is out already: its crew day is spent, whatever comes.

    Minutes run from when it was planned to leave (else its shift) to the end of its last visit; the way is that
    between the doors it has called at. Nothing goes below zero.
    """
    if not budgets:
        return ()
    spent: dict[str, list[PlannedVisit]] = {}
    for visit in done_visits(before, state):
        spent.setdefault(visit.crew_id, []).append(visit)
    gone = {name: as_gone(before, crews[name], v[0].day, modes) for name, v in spent.items() if name in crews}
    left_at = {trip.crew_id: trip.leave_s for trip in before.crew_days}
    return tuple(_left(budget, spent, left_at, candidates, {**crews, **gone}, travel, modes) for budget in budgets)


def _left(
    budget: Budget,
    spent: Mapping[str, list[PlannedVisit]],
    left_at: Mapping[str, int],
    candidates: Mapping[str, Candidate],
    crews: Mapping[str, Crew],
    travel: TravelTimes,
    modes: dict[Mode, ModeRule],
) -> Budget:
    mine = [
        crew_id
        for crew_id, visits in spent.items()
        if crew_id in crews and budget.covers(crew_id, crews[crew_id].branch, visits[0].day)
    ]
    if budget.resource is Resource.CREW_DAYS:
        covered = budget.crews or tuple(crews)
        fresh = tuple(crew_id for crew_id in covered if crew_id not in mine)
        left = max(0, budget.limit - len(mine))
        return replace(budget, crews=fresh or ("",), limit=left)  # nobody left to count: a scope of no crew
    used = 0.0
    for crew_id in mine:
        visits, crew = spent[crew_id], crews[crew_id]
        away_s = visits[-1].end_s - left_at.get(crew_id, crew.shift.start_min * 60)
        _, metres = legs_of(crew, visits, candidates, travel, modes)
        home_m = int(travel.between([_door(visits[-1], candidates, crew), crew.depot])[1][0, 1])
        used += _amount(budget.resource, len(visits), max(0, away_s), metres - home_m, crew)
    return replace(budget, limit=max(0, budget.limit - ceil(used)))


def _door(visit: PlannedVisit, candidates: Mapping[str, Candidate], crew: Crew) -> Point:
    return candidates[visit.customer_id].address(visit.address_id).point or crew.depot


def _amount(resource: Resource, visits: int, away_s: int, metres: int, crew: Crew) -> float:
    over_s = max(0, away_s - (crew.shift.end_min - crew.shift.start_min) * 60)
    fen = (
        away_s * crew.cost_fen_per_minute / SECONDS
        + over_s * crew.overtime_fen_per_minute / SECONDS
        + metres * crew.cost_fen_per_km / METRES
    )
    return {
        Resource.VISITS: float(visits),
        Resource.MINUTES: away_s / SECONDS,
        Resource.OVERTIME_MINUTES: over_s / SECONDS,
        Resource.KM: metres / METRES,
        Resource.FEN: fen,
    }[resource]
