"""When a crew is where: the shortest day for a given order of stops, by joining time segments.

A segment is (duration, earliest, latest start): starting within [earliest, latest] gives the shortest duration.
(Vidal et al. 2013, time-window segments without time warp: what does not fit is refused.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from zoufang.core.planning.route_problem import RouteProblem

Segment = tuple[Any, Any, Any]  # ints, or int arrays of one shape


def shift_segment(problem: RouteProblem, vehicle: int) -> Segment:
    return (0, int(problem.shift_early_s[vehicle]), int(problem.shift_late_s[vehicle]))


def stop_segment(problem: RouteProblem, stop: int) -> Segment:
    return (int(problem.service_s[stop]), int(problem.early_s[stop]), int(problem.late_s[stop]))


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


def time_route(problem: RouteProblem, vehicle: int, stops: Sequence[int]) -> Timing | None:
    """The route's shortest day, leaving as early as that allows; None when it doesn't fit into shift and hours."""
    whole = shift_segment(problem, vehicle)
    here = int(problem.start[vehicle])
    for stop in stops:
        place = int(problem.place[stop])
        whole, fits = join(whole, stop_segment(problem, stop), int(problem.seconds[here, place]))
        if not fits:
            return None
        here = place
    whole, fits = join(whole, shift_segment(problem, vehicle), int(problem.seconds[here, problem.end[vehicle]]))
    return _walk(problem, vehicle, stops, int(whole[1])) if fits else None


def _walk(problem: RouteProblem, vehicle: int, stops: Sequence[int], leave_s: int) -> Timing:
    clock, here, travel_s, metres = leave_s, int(problem.start[vehicle]), 0, 0
    arrivals, starts = [], []
    for stop in stops:
        place = int(problem.place[stop])
        leg = int(problem.seconds[here, place])
        travel_s, metres = travel_s + leg, metres + int(problem.metres[here, place])
        arrivals.append(clock + leg)
        starts.append(max(clock + leg, int(problem.early_s[stop])))
        clock, here = starts[-1] + int(problem.service_s[stop]), place
    home = int(problem.end[vehicle])
    leg, last = int(problem.seconds[here, home]), int(problem.metres[here, home])
    back_s, metres = clock + leg, metres + last
    cost = int(route_cost_units(problem, vehicle, back_s - leave_s, metres))
    return Timing(leave_s, tuple(arrivals), tuple(starts), back_s, travel_s + leg, metres, cost)


def route_cost_units(problem: RouteProblem, vehicle: int, seconds: Any, metres: Any) -> Any:
    """Crew time, overtime and metres in objective units, exactly; works on numbers and on arrays."""
    over = np.maximum(0, seconds - problem.regular_s[vehicle])
    time = seconds * problem.unit_s[vehicle] + over * problem.unit_overtime_s[vehicle]
    return time + metres * problem.unit_m[vehicle]
