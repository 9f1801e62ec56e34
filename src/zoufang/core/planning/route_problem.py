"""The integer problem that every route engine, the bound and the benchmark share: stops, vehicles, matrices.

A vehicle is one crew on one day. Several stops of one customer exclude each other. Objective: the values of the
stops served less the time and metres of the routes, in whole units (see `UNITS_PER_FEN`); maximised.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoufang.core.errors import BadInput

Ints = NDArray[np.int64]
Routes = Sequence[Sequence[int]]  # for each vehicle its stops in order
UNITS_PER_FEN = 3000  # any whole rate per minute and per kilometre is exact per second and per metre
LARGEST = 2**44  # sums of a few thousand such numbers stay far from the end of 64 bits


@dataclass(frozen=True, slots=True)
class RouteProblem:
    """n stops, v vehicles, c customers, p places. Times are seconds after midnight of the vehicle's own day."""

    customer: Ints  # n: whose option this stop is
    place: Ints  # n
    early_s: Ints  # n: the visit begins at or after
    late_s: Ints  # n: and at or before
    service_s: Ints  # n
    value: Ints  # n: units earned when served; may be below zero for a customer who must be served
    must: NDArray[np.bool_]  # c: has to be served if at all possible (a promise, a pin, a draw)
    allowed: NDArray[np.bool_]  # n x v: skills, day, recusal, rest of the crew
    start: Ints  # v: place where the route begins
    end: Ints  # v: place where it ends
    shift_early_s: Ints  # v: leaves at or after
    shift_late_s: Ints  # v: is back at or before, overtime included
    regular_s: Ints  # v: time away from start to end that costs no overtime
    unit_s: Ints  # v: units for each second away
    unit_overtime_s: Ints  # v: units on top for each second beyond `regular_s`
    unit_m: Ints  # v: units for each metre
    seconds: Ints  # p x p
    metres: Ints  # p x p
    # A visit loads nothing; public routing benchmarks do. Engines keep the sum of a route's loads within capacity.
    load: Ints | None = None  # n
    capacity: Ints | None = None  # v

    def __post_init__(self) -> None:
        stops, vehicles, places = len(self.customer), len(self.start), len(self.seconds)
        for name in ("place", "early_s", "late_s", "service_s", "value"):
            _shape(name, getattr(self, name), (stops,))
        for name in ("end", "shift_early_s", "shift_late_s", "regular_s", "unit_s", "unit_overtime_s", "unit_m"):
            _shape(name, getattr(self, name), (vehicles,))
        _shape("allowed", self.allowed, (stops, vehicles))
        if (self.load is None) != (self.capacity is None):
            raise BadInput("Only one of load and capacity is given. Pass both or neither.")
        if self.load is not None and self.capacity is not None:
            _shape("load", self.load, (stops,))
            _shape("capacity", self.capacity, (vehicles,))
        for name in ("seconds", "metres"):
            _shape(name, getattr(self, name), (places, places))
            if places and getattr(self, name).min() < 0:
                raise BadInput(f"{name} has an entry below zero. Correct the travel times.")
        if stops and not (self.customer.min() >= 0 and self.customer.max() < len(self.must)):
            raise BadInput("A stop names a customer that does not exist. Number the customers from 0.")

    @property
    def stops(self) -> int:
        return len(self.customer)

    @property
    def vehicles(self) -> int:
        return len(self.start)

    @property
    def customers(self) -> int:
        return len(self.must)


def _shape(name: str, array: NDArray[np.generic], shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise BadInput(f"{name} has the shape {array.shape}, not {shape}. Pass one entry for each.")
    if array.dtype != np.bool_ and (array.dtype != np.int64 or (array.size and abs(array).max() > LARGEST)):
        raise BadInput(f"{name} must hold whole numbers of at most {LARGEST}. Scale and round it before.")


@dataclass(frozen=True, slots=True)
class RouteTimes:
    """One route driven as late as its first stop allows: what it takes and whether it is possible."""

    duration_s: int
    metres: int
    cost: int


def drive(problem: RouteProblem, vehicle: int, stops: Sequence[int]) -> RouteTimes | None:
    """Time, metres and cost of the cheapest timing of this order; None when hours or shift don't allow it.

    Walks the clock itself: once as early as possible to see whether everything can be kept, then backwards for
    the latest leaving that still begins each visit no later than that. An empty route costs nothing.
    """
    if not stops:
        return RouteTimes(0, 0, 0)
    starts = _earliest(problem, vehicle, stops)
    if starts is None:
        return None
    back = starts[-1] + int(problem.service_s[stops[-1]]) + _leg(problem, stops[-1], int(problem.end[vehicle]))
    if back > problem.shift_late_s[vehicle]:
        return None
    leave = starts[-1]
    for stop, before in zip(reversed(stops), [*reversed(stops[:-1]), None], strict=True):
        leave = min(leave, int(problem.late_s[stop]))
        here = int(problem.start[vehicle]) if before is None else int(problem.place[before])
        leave -= int(problem.seconds[here, problem.place[stop]])
        leave -= 0 if before is None else int(problem.service_s[before])
    places = [int(problem.start[vehicle]), *(int(problem.place[i]) for i in stops), int(problem.end[vehicle])]
    metres = sum(int(problem.metres[a, b]) for a, b in itertools.pairwise(places))
    duration = back - leave
    over = max(0, duration - int(problem.regular_s[vehicle]))
    cost = duration * int(problem.unit_s[vehicle]) + over * int(problem.unit_overtime_s[vehicle])
    return RouteTimes(duration, metres, cost + metres * int(problem.unit_m[vehicle]))


def _earliest(problem: RouteProblem, vehicle: int, stops: Sequence[int]) -> list[int] | None:
    clock, here = int(problem.shift_early_s[vehicle]), int(problem.start[vehicle])
    begins = []
    for stop in stops:
        clock = max(clock + int(problem.seconds[here, problem.place[stop]]), int(problem.early_s[stop]))
        if clock > problem.late_s[stop]:
            return None
        begins.append(clock)
        clock, here = clock + int(problem.service_s[stop]), int(problem.place[stop])
    return begins


def _leg(problem: RouteProblem, stop: int, place: int) -> int:
    return int(problem.seconds[problem.place[stop], place])


def _carries(problem: RouteProblem, vehicle: int, stops: Sequence[int]) -> bool:
    if problem.load is None or problem.capacity is None:
        return True
    return bool(problem.load[list(stops)].sum() <= problem.capacity[vehicle])


def worth(problem: RouteProblem, routes: Routes) -> int:
    """The objective of these routes in units. Raises BadInput naming the vehicle that breaks a rule."""
    served: set[int] = set()
    total = 0
    for vehicle, stops in enumerate(routes):
        times = drive(problem, vehicle, stops)
        if times is None:
            raise BadInput(f"The route of vehicle {vehicle} does not fit into its hours.")
        if not _carries(problem, vehicle, stops):
            raise BadInput(f"The route of vehicle {vehicle} carries more than its capacity.")
        for stop in stops:
            customer = int(problem.customer[stop])
            if customer in served:
                raise BadInput(f"Customer {customer} is served twice.")
            if not problem.allowed[stop, vehicle]:
                raise BadInput(f"Vehicle {vehicle} may not serve stop {stop}.")
            served.add(customer)
        total += int(problem.value[list(stops)].sum()) - times.cost
    return total
