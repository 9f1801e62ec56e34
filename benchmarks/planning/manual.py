"""How branches plan by hand: sort the customers, deal them in turn to the branch's crews, drive to the nearest.

By overdue balance only homes are visited, at any hour; by expected prize any offered option or the home. There are
two readings. `strict` keeps a customer on a crew's list only if the whole list can still be driven, so priority
decides who is visited: it does better, so it is the baseline. Else all are dealt out and each crew drives to the
nearest until its shift is full.
"""

from __future__ import annotations

import numpy as np

from benchmarks.planning.generator import Instance
from benchmarks.planning.region import Flags, Ints
from zoufang.core.planning.route_problem import RouteProblem, Routes


def by_overdue(case: Instance, *, strict: bool = True) -> Routes:
    """Largest balance first, homes only. Routes over the stops of `case.manual`."""
    return _plan(case, case.manual, case.balance_fen, case.at_home, strict=strict)


def by_prize(case: Instance, *, strict: bool = True) -> Routes:
    """Largest expected prize first, any option or the home at any hour. Routes over the stops of `case.manual`."""
    return _plan(case, case.manual, _prize(case.manual), _all(case.manual), strict=strict)


def start(case: Instance) -> Routes:
    """The same by prize over the stops of `case.problem`: what a solver can be warm-started from."""
    return _plan(case, case.problem, _prize(case.problem), _all(case.problem), strict=True)


def _all(problem: RouteProblem) -> Flags:
    return np.ones(problem.stops, dtype=np.bool_)


def _prize(problem: RouteProblem) -> Ints:
    prize = np.zeros(problem.customers, dtype=np.int64)
    np.maximum.at(prize, problem.customer, problem.value)
    return prize


def _plan(case: Instance, problem: RouteProblem, key: Ints, usable: Flags, *, strict: bool) -> Routes:
    """Each customer goes to the next crew in turn of the home's branch that may serve and, if strict, has room."""
    of = _stops_of(problem, usable)
    hands: list[list[Ints]] = [[] for _ in range(problem.vehicles)]
    routes: list[list[int]] = [[] for _ in range(problem.vehicles)]
    cars_of = {branch: np.flatnonzero(case.depot == branch).tolist() for branch in set(case.branch.tolist())}
    for customer in np.argsort(-key, kind="stable").tolist():
        cars = cars_of[int(case.branch[customer])]
        for turn, car in enumerate(cars):
            mine = of[customer][problem.allowed[of[customer], car]]
            hand = [*hands[car], mine]
            route = _nearest_next(problem, car, hand) if strict and mine.size else []
            if mine.size and (not strict or len(route) == len(hand)):
                hands[car], routes[car] = hand, route
                cars[:] = [*cars[turn + 1 :], *cars[: turn + 1]]
                break
    return routes if strict else [_nearest_next(problem, car, hand) for car, hand in enumerate(hands)]


def _stops_of(problem: RouteProblem, usable: Flags) -> list[Ints]:
    stops = np.flatnonzero(usable)
    stops = stops[np.argsort(problem.customer[stops], kind="stable")]
    return np.split(stops, np.searchsorted(problem.customer[stops], np.arange(1, problem.customers)))


def _nearest_next(problem: RouteProblem, car: int, hand: list[Ints]) -> list[int]:
    """From where the crew stands to the customer reached first, until nobody fits into the shift."""
    stops = np.concatenate([np.empty(0, dtype=np.int64), *hand])
    place, early, late = problem.place[stops], problem.early_s[stops], problem.late_s[stops]
    home_s = problem.service_s[stops] + problem.seconds[place, problem.end[car]]
    late = np.minimum(late, problem.shift_late_s[car] - home_s)
    route: list[int] = []
    clock, here = int(problem.shift_early_s[car]), int(problem.start[car])
    while stops.size:
        begin = np.maximum(clock + problem.seconds[here, place], early)
        begin[begin > late] = np.iinfo(np.int64).max
        first = int(begin.argmin())
        if begin[first] > late[first]:
            break
        stop, here = int(stops[first]), int(place[first])
        clock = int(begin[first] + problem.service_s[stop])
        route.append(stop)
        others = problem.customer[stops] != problem.customer[stop]
        stops, place, early, late = stops[others], place[others], early[others], late[others]
    return route
