"""When a crew is where, for an order of stops that a person gave: the cheapest times, or what stands in the way.

Plain whole seconds, no arrays and no engine. A crew's rest lies between two stops; every place for it is tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from zoufang.core.planning.candidates import Candidate, VisitOption
from zoufang.core.planning.continuity import Tie, tie_of
from zoufang.core.planning.crews import Crew
from zoufang.core.planning.modes import Mode, ModeRule, travel_by
from zoufang.core.planning.policy import PlanningPolicy
from zoufang.core.planning.travel import TravelTimes
from zoufang.core.planning.value import visit_value
from zoufang.core.values import Point, TimeWindow

UNITS_PER_FEN = 3000  # in 1/3000 fen any whole rate per minute and kilometre is exact per second and metre
HOLD_MINUTES = 15  # an hour that a person fixed holds when the visit begins at most so much before or after it


@dataclass(frozen=True, slots=True)
class Call:
    """A visit by one of the customer's options; it begins at `early_s` or later and is over by `end_s`.

    `fixed` where a person's pin narrows the hours of the option; `moved` where the visit is the one being moved.
    """

    candidate: Candidate
    option: VisitOption
    point: Point
    service_s: int
    early_s: int
    end_s: int
    gross_fen: int
    tie: Tie | None = None
    fixed: bool = False
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds after local midnight; `cost_units` in 1/3000 fen."""

    leave_s: int
    arrive_s: tuple[int, ...]
    start_s: tuple[int, ...]
    back_s: int
    travel_s: int
    metres: int
    cost_units: int


@dataclass(frozen=True, slots=True)
class Miss:
    """The first thing that doesn't fit: the call at `index` (behind the last: the way back), `late_s` too late."""

    index: int
    at_s: int
    late_s: int


def call_for(
    candidate: Candidate,
    option: VisitOption,
    policy: PlanningPolicy,
    crew: Crew,
    held: TimeWindow | None = None,
) -> Call | None:
    """As this crew makes it; None for a door without a place on the map. `held`: hours that a person fixed."""
    door = candidate.address(option.cleared.address_id)
    if door.point is None:
        return None
    start, end = option.window.start_min, option.window.end_min
    return Call(
        candidate,
        option,
        door.point,
        60 * service_of(candidate, option, policy),
        60 * max(start, held.start_min if held else start),
        60 * min(end, held.end_min if held else end),
        visit_value(candidate, option, policy, crew).gross_fen,
        tie_of(candidate.known_to, crew.officer_ids, policy.continuity_fen),
        fixed=held is not None,
    )


def service_of(candidate: Candidate, option: VisitOption, policy: PlanningPolicy) -> int:
    """Minutes at the door, the search for an approximate one included."""
    door = candidate.address(option.cleared.address_id)
    return (candidate.service_minutes or policy.service_minutes) + policy.search.minutes(door.radius_m)


def hours_held(arrive_min: int, service_min: int) -> TimeWindow:
    """The hours of a pin that keeps a visit beginning near `arrive_min`."""
    end = min(24 * 60, arrive_min + service_min + HOLD_MINUTES)
    return TimeWindow(max(0, arrive_min - HOLD_MINUTES), end)


class Roads:
    """Seconds and metres between the points of a few routes, asked for once for each way to go."""

    def __init__(
        self, points: Sequence[Point], travel: TravelTimes, modes: dict[Mode, ModeRule] | None = None
    ) -> None:
        self._index = {point: i for i, point in enumerate(dict.fromkeys(points))}
        self._travel, self._rules = travel, modes or {}
        self._known: dict[Mode, tuple[list[list[int]], list[list[int]]]] = {}

    def _by(self, mode: Mode) -> tuple[list[list[int]], list[list[int]]]:
        if mode not in self._known:
            seconds, metres = travel_by(mode, self._travel, self._rules).between(list(self._index))
            self._known[mode] = seconds.tolist(), metres.tolist()
        return self._known[mode]

    def legs(self, crew: Crew, calls: Sequence[Call]) -> tuple[list[int], int]:
        """Seconds of each leg, the way home last, and metres in all."""
        points = (crew.sets_out_from, *(call.point for call in calls), crew.depot)
        places = [self._index[point] for point in points]
        pairs = list(pairwise(places))
        seconds, metres = self._by(crew.mode)
        return [seconds[a][b] for a, b in pairs], sum(metres[a][b] for a, b in pairs)


def time_calls(crew: Crew, calls: Sequence[Call], roads: Roads) -> Timing | Miss:
    """The cheapest times of these calls in this order; or of all that fails, what fails by the least.

    An empty day is no day: a timing of zeros.
    """
    if not calls:
        return Timing(0, (), (), 0, 0, 0, 0)
    legs, metres = roads.legs(crew, calls)
    best: Timing | None = None
    nearest: Miss | None = None
    for before in range(len(calls), -1, -1) if crew.rest else (len(calls),):  # of equals the earliest
        made = _in_hours(crew, calls, _hours(crew, calls, before), legs, metres)
        if isinstance(made, Miss):
            nearest = made if nearest is None or made.late_s < nearest.late_s else nearest
        elif best is None or made.cost_units < best.cost_units:
            best = made
    if best is not None:
        return best
    assert nearest is not None  # noqa: S101 - without a timing there was a miss
    return nearest


def _hours(crew: Crew, calls: Sequence[Call], before: int) -> list[tuple[int, int]]:
    """First and last second of each call, with the rest after the first `before` of them."""
    if crew.rest is None:
        return [(call.early_s, call.end_s) for call in calls]
    start, end = crew.rest.start_min * 60, crew.rest.end_min * 60
    return [
        (call.early_s, min(call.end_s, start)) if k < before else (max(call.early_s, end), call.end_s)
        for k, call in enumerate(calls)
    ]


def _in_hours(
    crew: Crew, calls: Sequence[Call], hours: list[tuple[int, int]], legs: list[int], metres: int
) -> Timing | Miss:
    """Back as early as possible, and then out as late as that allows."""
    clock, starts = crew.shift.start_min * 60, []
    for k, (call, (early, end)) in enumerate(zip(calls, hours, strict=True)):
        start = max(clock + legs[k], early)
        if start + call.service_s > end:
            return Miss(k, start, start + call.service_s - end)
        starts.append(start)
        clock = start + call.service_s
    back, latest = clock + legs[-1], crew.latest_back_min * 60
    if back > latest:
        return Miss(len(calls), back, back - latest)
    last = starts[-1]
    for k in range(len(calls) - 2, -1, -1):
        last = min(last - legs[k + 1], hours[k][1]) - calls[k].service_s
    return _walk(crew, calls, hours, legs, metres, last - legs[0])


def _walk(
    crew: Crew,
    calls: Sequence[Call],
    hours: list[tuple[int, int]],
    legs: list[int],
    metres: int,
    leave_s: int,
) -> Timing:
    clock, arrivals, starts = leave_s, [], []
    for leg, call, (early, _) in zip(legs, calls, hours, strict=False):
        arrivals.append(clock + leg)
        starts.append(max(clock + leg, early))
        clock = starts[-1] + call.service_s
    back = clock + legs[-1]
    away = back - leave_s
    over = max(0, away - (crew.shift.end_min - crew.shift.start_min) * 60)
    time_fen60 = away * crew.cost_fen_per_minute + over * crew.overtime_fen_per_minute
    cost = time_fen60 * (UNITS_PER_FEN // 60) + metres * crew.cost_fen_per_km * (UNITS_PER_FEN // 1000)
    return Timing(leave_s, tuple(arrivals), tuple(starts), back, sum(legs), metres, cost)
