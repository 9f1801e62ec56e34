"""A route problem, or a part of it, as the compiled search reads it: compact, stops by their customers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zoufang.core.errors import BadInput
from zoufang.core.planning.route_problem import Ints, RouteProblem, Routes

NEAR = 64  # customers in each stop's list of neighbours
HORIZON = 2**30  # seconds and metres that fit the narrow matrices with room to add
WIDEST = 2**62


# Columns of Packed.stop, Packed.car, State.info and State.of.
CUSTOMER, PLACE, EARLY, LATE, SERVICE, VALUE, LOAD = range(7)
START, END, SHIFT_EARLY, SHIFT_LATE, REGULAR, UNIT_S, UNIT_OVER, UNIT_M, CAPACITY = range(9)
LENGTH, WORTH, AWAY, CARRIED = range(4)
STOP, VEHICLE = range(2)


class Packed(NamedTuple):
    """One part of a problem in few arrays (each one more makes every compiled call dearer).

    Stops of customer c are first[c] to first[c + 1]; VALUE has the bonus of customers who must be served.
    """

    stop: Ints  # stop x 7
    first: Ints
    car: Ints  # vehicle x 9
    allowed: NDArray[np.bool_]
    out_s: NDArray[np.int32]  # from row to column
    out_m: NDArray[np.int32]
    in_s: NDArray[np.int32]  # from column to row: the same row holds both ways, which the cache likes
    in_m: NDArray[np.int32]
    near: NDArray[np.int32]  # by stop: the nearest customers


class State(NamedTuple):
    """Routes and what is known of each position, route and customer.

    A position's eight numbers in `seg` fill one cache line: segment of all before it (duration, earliest, latest
    start), of all after it, metres across it, place after it.
    """

    route: Ints
    seg: Ints  # vehicle x position x 8
    info: Ints  # vehicle x 4
    of: Ints  # customer x 2: the stop and the vehicle that serve it, -1 when none


class Part(NamedTuple):
    """A packed part with the way back to the numbers of the whole problem."""

    packed: Packed
    stops: Ints
    vehicles: Ints
    customers: Ints


def bonus(problem: RouteProblem) -> int:
    """What serving a customer who must be served counts on top: more than anything else could bring."""
    musts = int(problem.must.sum())
    if not musts:
        return 0
    day = int((problem.shift_late_s - problem.shift_early_s).max(initial=0))
    dearest = int((problem.unit_s + problem.unit_overtime_s).max(initial=0)) * day
    far = int(problem.metres.max(initial=0)) * int(problem.unit_m.max(initial=0))
    everything = int(np.abs(problem.value).sum()) + (dearest + 100 * far) * problem.vehicles
    return min(everything + 1, WIDEST // (4 * musts))


def part_of(problem: RouteProblem, vehicles: Ints, customers: Ints, near: int = NEAR) -> Part:
    """The packed part with these vehicles and customers; places that nobody needs are left out."""
    customers = np.intersect1d(customers, problem.customer)  # those without a stop have nothing to choose
    local = np.full(problem.customers, -1, dtype=np.int64)
    local[customers] = np.arange(len(customers))
    stops = np.flatnonzero(local[problem.customer] >= 0)
    stops = stops[np.argsort(local[problem.customer[stops]], kind="stable")]
    used, index = np.unique(
        np.concatenate([problem.place[stops], problem.start[vehicles], problem.end[vehicles]]), return_inverse=True
    )
    n, v = len(stops), len(vehicles)
    customer = local[problem.customer[stops]]
    possible = (problem.early_s[stops] <= problem.late_s[stops])[:, None] & (
        problem.shift_early_s[vehicles] <= problem.shift_late_s[vehicles]
    )[None, :]
    out_s, in_s = _both_ways(problem.seconds, used)
    out_m, in_m = _both_ways(problem.metres, used)
    extra = np.where(problem.must[problem.customer[stops]], bonus(problem), 0)
    place = index[:n].astype(np.int64)
    early, late, service = problem.early_s[stops], problem.late_s[stops], problem.service_s[stops]
    first = np.searchsorted(customer, np.arange(len(customers) + 1)).astype(np.int64)
    columns = [customer, place, early, late, service, problem.value[stops] + extra, _or_zeros(problem.load, stops)]
    cars = [index[n : n + v], index[n + v :]] + [
        numbers[vehicles]
        for numbers in (
            problem.shift_early_s,
            problem.shift_late_s,
            problem.regular_s,
            problem.unit_s,
            problem.unit_overtime_s,
            problem.unit_m,
        )
    ]
    packed = Packed(
        stop=_table(columns),
        first=first,
        car=_table([*cars, _or_zeros(problem.capacity, vehicles)]),
        allowed=np.ascontiguousarray(problem.allowed[np.ix_(stops, vehicles)] & possible),
        out_s=out_s,
        out_m=out_m,
        in_s=in_s,
        in_m=in_m,
        near=_neighbours(place, early, late, service, first, out_s, near),
    )
    return Part(packed, stops.astype(np.int64), np.asarray(vehicles, np.int64), np.asarray(customers, np.int64))


def _table(columns: list[Any]) -> Ints:
    return np.ascontiguousarray(np.stack(columns, axis=1), dtype=np.int64)


def _or_zeros(numbers: Ints | None, which: Ints) -> Ints:
    return np.zeros(len(which), dtype=np.int64) if numbers is None else numbers[which]


def _both_ways(matrix: Ints, used: Any) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    cut = matrix if len(used) == len(matrix) else matrix[np.ix_(used, used)]
    if cut.size and int(cut.max()) >= HORIZON:
        raise BadInput(f"A leg of {int(cut.max())} is longer than the search counts with. Use seconds and metres.")
    out = np.ascontiguousarray(cut, dtype=np.int32)
    return out, out if np.array_equal(out, out.T) else np.ascontiguousarray(out.T)


def _neighbours(
    place: Ints, early: Ints, late: Ints, service: Ints, first: Ints, seconds: NDArray[np.int32], near: int
) -> NDArray[np.int32]:
    """For each stop the nearest customers: by road plus the waiting that their hours would force between them."""
    customers = len(first) - 1
    count = min(near, customers)
    found = np.empty((len(place), count), dtype=np.int32)
    if not count:
        return found
    for low in range(0, len(place), 512):
        rows = slice(low, low + 512)
        road = seconds[np.ix_(place[rows], place)].astype(np.float32)
        wait = early[None, :] - (late + service)[rows, None]
        back = early[rows, None] - (late + service)[None, :]
        apart = road + 0.2 * np.maximum(np.maximum(wait, back), 0).astype(np.float32)
        by_customer = np.minimum.reduceat(apart, first[:-1], axis=1)
        nearest = np.argpartition(by_customer, count - 1, axis=1)[:, :count]
        order = np.argsort(np.take_along_axis(by_customer, nearest, axis=1), axis=1, kind="stable")
        found[rows] = np.take_along_axis(nearest, order, axis=1)
    return found


def empty_state(packed: Packed) -> State:
    """No stops yet; call `load` to put routes in."""
    vehicles, customers = len(packed.car), len(packed.first) - 1
    shift = int((packed.car[:, SHIFT_LATE] - packed.car[:, SHIFT_EARLY]).max(initial=0))
    longest = min(customers, shift // max(1, int(packed.stop[:, SERVICE].min(initial=2**40)))) + 2
    return State(
        route=np.zeros((vehicles, longest), dtype=np.int64),
        seg=np.zeros((vehicles, longest + 1, 8), dtype=np.int64),
        info=np.zeros((vehicles, 4), dtype=np.int64),
        of=np.full((customers, 2), -1, dtype=np.int64),
    )


def local_routes(part: Part, routes: Routes) -> list[list[int]]:
    """These vehicles' routes of the whole problem in the part's numbers."""
    index = {int(stop): i for i, stop in enumerate(part.stops)}
    return [[index[int(stop)] for stop in routes[int(v)]] for v in part.vehicles]
