"""What a crew's day costs and uses, added up by the checker itself. Imports no engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from zoufang.core.planning.candidates import Candidate
from zoufang.core.planning.crews import Crew
from zoufang.core.planning.modes import Mode, ModeRule, travel_by
from zoufang.core.planning.plans import Plan, PlannedVisit
from zoufang.core.planning.travel import TravelTimes


@dataclass(frozen=True, slots=True)
class RouteCost:
    """What one crew's day costs: seconds away, seconds beyond its shift's length, metres; and their exact fen."""

    away_s: int
    over_s: int
    metres: int
    time_fen: Fraction
    overtime_fen: Fraction
    km_fen: Fraction

    @property
    def fen(self) -> Fraction:
        return self.time_fen + self.overtime_fen + self.km_fen


def plan_worth(
    plan: Plan,
    candidates: Mapping[str, Candidate],
    crews: Mapping[str, Crew],
    travel: TravelTimes,
    modes: dict[Mode, ModeRule] | None = None,
) -> Fraction:
    """Gross values less the cost of every crew's day, in exact fen."""
    gross = Fraction(sum(visit.gross_value_fen for visit in plan.visits))
    routes = routes_of(plan).items()
    return gross - sum(
        route_cost(plan, crews[crew], day, visits, candidates, travel, modes).fen for (crew, day), visits in routes
    )


def routes_of(plan: Plan) -> dict[tuple[str, date], list[PlannedVisit]]:
    routes: dict[tuple[str, date], list[PlannedVisit]] = defaultdict(list)
    for visit in plan.visits:
        routes[visit.crew_id, visit.day].append(visit)
    return routes


def as_gone(plan: Plan, crew: Crew, day: date, modes: dict[Mode, ModeRule]) -> Crew:
    """The crew as it goes on this day of the plan."""
    trip = plan.trip(crew.crew_id, day)
    return crew.by(trip.mode if trip else crew.mode, modes)


def legs_of(
    crew: Crew,
    visits: Sequence[PlannedVisit],
    candidates: Mapping[str, Candidate],
    travel: TravelTimes,
    modes: dict[Mode, ModeRule] | None = None,
) -> tuple[list[int], int]:
    """Seconds of each leg, the way home last, and metres in all."""
    doors = [candidates[v.customer_id].address(v.address_id).point for v in visits]
    points = [crew.sets_out_from, *(door for door in doors if door is not None), crew.depot]
    seconds, metres = travel_by(crew.mode, travel, modes or {}).between(points)
    steps = range(len(points) - 1)
    return [int(seconds[i, i + 1]) for i in steps], sum(int(metres[i, i + 1]) for i in steps)


def route_cost(
    plan: Plan,
    crew: Crew,
    day: date,
    visits: Sequence[PlannedVisit],
    candidates: Mapping[str, Candidate],
    travel: TravelTimes,
    modes: dict[Mode, ModeRule] | None = None,
) -> RouteCost:
    """Minutes from leaving to coming back and kilometres, at the crew's rates; without visits it costs nothing."""
    if not visits:
        return RouteCost(0, 0, 0, Fraction(0), Fraction(0), Fraction(0))
    crew = as_gone(plan, crew, day, modes or {})
    away_s = sum(d.back_s - d.leave_s for d in plan.crew_days if (d.crew_id, d.day) == (crew.crew_id, day))
    over_s = max(0, away_s - (crew.shift.end_min - crew.shift.start_min) * 60)
    _, metres = legs_of(crew, visits, candidates, travel, modes)
    return RouteCost(
        away_s,
        over_s,
        metres,
        Fraction(away_s * crew.cost_fen_per_minute, 60),
        Fraction(over_s * crew.overtime_fen_per_minute, 60),
        Fraction(metres * crew.cost_fen_per_km, 1000),
    )
