"""When a crew is where: the shortest day for a given order of stops, by joining time segments.

A segment is (duration, earliest, latest start): starting within [earliest, latest] gives the shortest duration.
(Vidal et al. 2013, time-window segments without time warp: what does not fit is refused.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from zoufang.core.planning.problem import UNITS_PER_FEN, DayProblem
from zoufang.core.values import TimeWindow

Segment = tuple[Any, Any, Any]  # ints, or int arrays of one shape


def depot_segment(shift: TimeWindow) -> Segment:
    return (0, shift.start_min * 60, shift.end_min * 60)


def stop_segment(problem: DayProblem, stop: int) -> Segment:
    s = problem.stops[stop]
    return (s.service_s, s.early_s, s.late_s)


def join(first: Segment, second: Segment, travel_s: Any) -> tuple[Segment, Any]:
    """Both in a row, and whether that is possible at all; works on numbers and on arrays."""
    d1, e1, l1 = first
    d2, e2, l2 = second
    delta = d1 + travel_s
    feasible = e1 + delta <= l2
    wait = np.maximum(e2 - delta - l1, 0)
    joined = (delta + d2 + wait, np.maximum(e2 - delta, e1) - wait, np.minimum(l2 - delta, l1))
    return joined, feasible


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds after local midnight: arrival and begin of each stop, leaving and coming back."""

    leave_s: int
    arrive_s: tuple[int, ...]
    start_s: tuple[int, ...]
    back_s: int
    travel_s: int
    metres: int
    cost_units: int


def time_route(problem: DayProblem, crew: int, stops: Sequence[int]) -> Timing | None:
    """The route's shortest day, leaving as early as that allows; None when it doesn't fit into shift and hours."""
    whole = depot_segment(problem.crews[crew].shift)
    here = crew
    for stop in stops:
        whole, fits = join(whole, stop_segment(problem, stop), problem.seconds[here, problem.stops[stop].place])
        if not fits:
            return None
        here = problem.stops[stop].place
    whole, fits = join(whole, depot_segment(problem.crews[crew].shift), problem.seconds[here, crew])
    return _walk(problem, crew, stops, int(whole[1])) if fits else None


def _walk(problem: DayProblem, crew: int, stops: Sequence[int], leave_s: int) -> Timing:
    clock, here, travel_s, metres = leave_s, crew, 0, 0
    arrivals, starts = [], []
    for stop in (problem.stops[i] for i in stops):
        leg = int(problem.seconds[here, stop.place])
        travel_s, metres = travel_s + leg, metres + int(problem.metres[here, stop.place])
        arrivals.append(clock + leg)
        starts.append(max(clock + leg, stop.early_s))
        clock, here = starts[-1] + stop.service_s, stop.place
    leg, last = int(problem.seconds[here, crew]), int(problem.metres[here, crew])
    back_s, metres = clock + leg, metres + last
    cost = route_cost_units(problem, crew, back_s - leave_s, metres)
    return Timing(leave_s, tuple(arrivals), tuple(starts), back_s, travel_s + leg, metres, cost)


def route_cost_units(problem: DayProblem, crew: int, seconds: Any, metres: Any) -> Any:
    """Crew time and kilometres in objective units, exactly."""
    rates = problem.crews[crew]
    per_second = rates.cost_fen_per_minute * (UNITS_PER_FEN // 60)
    per_metre = rates.cost_fen_per_km * UNITS_PER_FEN // 1000
    return seconds * per_second + metres * per_metre


def objective_units(problem: DayProblem, routes: Sequence[Sequence[int]]) -> int | None:
    """Gross values less costs of all routes; None when one doesn't fit."""
    total = 0
    for crew, stops in enumerate(routes):
        if not stops:
            continue
        timing = time_route(problem, crew, stops)
        if timing is None:
            return None
        total += sum(problem.stops[i].gross_fen for i in stops) * UNITS_PER_FEN - timing.cost_units
    return total
