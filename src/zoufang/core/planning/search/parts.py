"""A route problem, or a part of it, made ready for the compiled search: compact, stops by their customers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zoufang.core.errors import BadInput
from zoufang.core.planning.route_problem import Ints, RouteProblem, Routes
from zoufang.core.planning.search import neighbours
from zoufang.core.planning.search.arrays import Packed

NEAR = 64  # customers in each stop's list of neighbours
HORIZON = 2**30  # seconds and metres that fit the narrow matrices with room to add
WIDEST = 2**62


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
    stop = _table(columns)
    packed = Packed(
        stop=stop,
        first=first,
        car=_table([*cars, _or_zeros(problem.capacity, vehicles)]),
        allowed=np.ascontiguousarray(problem.allowed[np.ix_(stops, vehicles)] & possible),
        out_s=out_s,
        out_m=out_m,
        in_s=in_s,
        in_m=in_m,
        near=_near(stop, first, out_s, near),
    )
    return Part(packed, stops.astype(np.int64), np.asarray(vehicles, np.int64), np.asarray(customers, np.int64))


def _table(columns: list[Any]) -> Ints:
    return np.ascontiguousarray(np.stack(columns, axis=1), dtype=np.int64)


def _or_zeros(numbers: Ints | None, which: Ints) -> Ints:
    return np.zeros(len(which), dtype=np.int64) if numbers is None else numbers[which]


def _both_ways(matrix: Ints, used: Any) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    out = np.empty((len(used), len(used)), dtype=np.int32)
    longest, symmetric = neighbours.cut(matrix, used, out)
    if longest >= HORIZON:
        raise BadInput(f"A leg of {longest} is longer than the search counts with. Use seconds and metres.")
    return out, out if symmetric else np.ascontiguousarray(out.T)


def _near(stop: Ints, first: Ints, seconds: NDArray[np.int32], near: int) -> NDArray[np.int32]:
    customers = len(first) - 1
    found = np.empty((len(stop), min(near, customers)), dtype=np.int32)
    if found.size:
        neighbours.nearest(stop, first, seconds, found, np.empty(found.shape[1], dtype=np.int64))
    return found


def local_routes(part: Part, routes: Routes) -> list[list[int]]:
    """These vehicles' routes of the whole problem in the part's numbers."""
    index = {int(stop): i for i, stop in enumerate(part.stops)}
    return [[index[int(stop)] for stop in routes[int(v)]] for v in part.vehicles]
