"""Where in one route a visit costs least, for a handful of ways to make it: plain numbers, no engine."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from zoufang.core.planning.route_problem import RouteProblem
from zoufang.core.planning.schedule import route_cost_units, shift_segment, stop_segment

Whole = tuple[int, int, int]  # duration, earliest and latest start, as in `schedule`


def best_place(
    problem: RouteProblem, vehicle: int, route: Sequence[int], ways: Iterable[int]
) -> tuple[int, int, int] | None:
    """Value less the cost of the whole route in units, the stop taken and its place; None where none fits.

    `ways` are stops of one customer who isn't on the route; of equals the lower stop and the earlier place.
    """
    places = [int(problem.start[vehicle]), *(int(problem.place[i]) for i in route), int(problem.end[vehicle])]
    before, after = _before(problem, vehicle, route, places), _after(problem, vehicle, route, places)
    metres = [int(problem.metres[a, b]) for a, b in itertools.pairwise(places)]
    found = [
        (int(problem.value[way]) - cost, -way, -k)
        for way in ways
        if problem.allowed[way, vehicle]
        for k in range(len(route) + 1)
        if (cost := _cost(problem, vehicle, way, k, places, before[k], after[k], metres)) is not None
    ]
    if not found:
        return None
    worth, stop, place = max(found)
    return worth + int(problem.value[list(route)].sum()), -stop, -place


def _cost(
    problem: RouteProblem,
    vehicle: int,
    way: int,
    k: int,
    places: list[int],
    before: Whole | None,
    after: Whole | None,
    metres: list[int],
) -> int | None:
    if before is None or after is None:
        return None
    here, door, there = places[k], int(problem.place[way]), places[k + 1]
    half = _join(before, stop_segment(problem, way), int(problem.seconds[here, door]))
    whole = None if half is None else _join(half, after, int(problem.seconds[door, there]))
    if whole is None:
        return None
    added = int(problem.metres[here, door] + problem.metres[door, there]) - metres[k]
    return int(route_cost_units(problem, vehicle, whole[0], sum(metres) + added))


def _before(problem: RouteProblem, vehicle: int, route: Sequence[int], places: list[int]) -> list[Whole | None]:
    """The day up to and with the k-th stop."""
    whole: Whole | None = shift_segment(problem, vehicle)
    found = [whole]
    for k, stop in enumerate(route):
        leg = int(problem.seconds[places[k], places[k + 1]])
        whole = None if whole is None else _join(whole, stop_segment(problem, stop), leg)
        found.append(whole)
    return found


def _after(problem: RouteProblem, vehicle: int, route: Sequence[int], places: list[int]) -> list[Whole | None]:
    """The day from the k-th stop on."""
    whole: Whole | None = shift_segment(problem, vehicle)
    found = [whole]
    for k in range(len(route), 0, -1):
        leg = int(problem.seconds[places[k], places[k + 1]])
        whole = None if whole is None else _join(stop_segment(problem, route[k - 1]), whole, leg)
        found.append(whole)
    return found[::-1]


def _join(first: Whole, second: Whole, travel_s: int) -> Whole | None:
    """As `schedule.join`, on plain numbers."""
    duration, earliest, latest = first
    length, begin, end = second
    delta = duration + travel_s
    if earliest + delta > end:
        return None
    wait = max(begin - delta - latest, 0)
    return delta + length + wait, max(begin - delta, earliest) - wait, min(end - delta, latest)
