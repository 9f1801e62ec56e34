"""Parts of a problem small enough to be solved to the end: they tell a loose bound from a poor plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from zoufang.core.errors import BadInput
from zoufang.core.planning.route_problem import Ints, RouteProblem


@dataclass(frozen=True, slots=True)
class Part:
    """Some customers and vehicles as a problem of their own, with their numbers in the whole."""

    problem: RouteProblem
    customers: Ints
    stops: Ints
    vehicles: Ints


def part(problem: RouteProblem, customers: Sequence[int] | Ints, vehicles: Sequence[int] | Ints) -> Part:
    """These customers with all their stops, and these vehicles."""
    chosen, cars = np.asarray(customers, np.int64), np.asarray(vehicles, np.int64)
    number = np.full(problem.customers, -1, np.int64)
    number[chosen] = np.arange(len(chosen))
    stops = np.flatnonzero(number[problem.customer] >= 0)
    by_stop = {
        name: getattr(problem, name)[stops] for name in ("place", "early_s", "late_s", "service_s", "value")
    }
    fields = ("start", "end", "shift_early_s", "shift_late_s", "regular_s", "unit_s", "unit_overtime_s", "unit_m")
    by_vehicle = {name: getattr(problem, name)[cars] for name in fields}
    small = replace(
        problem,
        customer=number[problem.customer[stops]],
        must=problem.must[chosen],
        allowed=problem.allowed[np.ix_(stops, cars)],
        load=None if problem.load is None else problem.load[stops],
        capacity=None if problem.capacity is None else problem.capacity[cars],
        **by_stop,
        **by_vehicle,
    )
    return Part(small, chosen, stops, cars)


def parts(problem: RouteProblem, vehicles: int = 3) -> list[Part]:
    """The problem in parts of at most this many vehicles of one depot and the customers around, none twice.

    Each depot gets the customers nearest to it; each of its parts a cluster around the farthest still left.
    """
    if vehicles < 1:
        raise BadInput(f"A part of {vehicles} vehicles is empty. Pass at least 1.")
    depots = np.unique(problem.start)
    away = _from_depots(problem, depots)
    nearest = away.argmin(axis=0)
    found = []
    for row, depot in enumerate(depots):
        cars = np.flatnonzero(problem.start == depot)
        groups = np.array_split(cars, -(-len(cars) // vehicles))
        left = np.flatnonzero((nearest == row) & (away.min(axis=0) < np.inf))
        for number, group in enumerate(groups):
            size = -(-len(left) // (len(groups) - number))
            cluster = _around_farthest(problem, left, away[row], size)
            left = np.setdiff1d(left, cluster)
            found.append(part(problem, cluster, group))
    return found


def _from_depots(problem: RouteProblem, depots: Ints) -> np.ndarray:
    """Seconds from each depot to the nearest stop of each customer; infinite for one without a stop."""
    away = np.full((len(depots), problem.customers), np.inf)
    for row, depot in enumerate(depots):
        np.minimum.at(away[row], problem.customer, problem.seconds[depot, problem.place].astype(float))
    return away


def _around_farthest(problem: RouteProblem, left: Ints, away: np.ndarray, size: int) -> Ints:
    if not len(left):
        return left
    first_stop = np.array([np.flatnonzero(problem.customer == c)[0] for c in left])
    seed = first_stop[away[left].argmax()]
    distance = problem.seconds[problem.place[seed], problem.place[first_stop]]
    return np.sort(left[np.argsort(distance, kind="stable")[:size]])
