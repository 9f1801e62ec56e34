"""Cutting a branch into units: some neighbouring vehicles with the customers around them.

The first cut goes by where the most promising customers live, as many vehicles to a side as there is work. Later
cuts go by the routes driven so far and along turned lines, so that what was a border lies within a unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from zoufang.core.planning.region.book import Flags, Floats, RegionBook, Roads
from zoufang.core.planning.route_problem import Ints

VEHICLES_A_UNIT = 20
OPTIONS_A_UNIT = 3_000
KEPT_A_VEHICLE = 40  # customers
METRES_A_SECOND = 6.0  # straight line, for the measure of work only
STOPS_A_ROUTE = 12
GOLDEN = 2.399963  # radians: each cut's lines are turned by this from the last one's


@dataclass(frozen=True, slots=True)
class Unit:
    """Vehicles and options by their numbers in the book."""

    vehicles: Ints
    options: Ints


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the cuts go by: for each customer the best option, its place on the plane, its work and promise."""

    at: Floats  # c x 2, metres
    depot: Floats  # v x 2
    work_s: Floats  # c: seconds at the door and the way there, shared with the stops around
    promise: Floats  # c: units for each second of work; a customer who must be served before all others
    first: Ints  # c + 1: where each customer's options begin in `order`
    order: Ints  # o: options by customer
    size: int  # vehicles in a unit at most

    def options_of(self, customers: Ints) -> Ints:
        pieces = [self.order[self.first[c] : self.first[c + 1]] for c in customers]
        return np.sort(np.concatenate([*pieces, np.zeros(0, dtype=np.int64)])).astype(np.int64)


def outlook(book: RegionBook, roads: Roads, size: int = VEHICLES_A_UNIT) -> Outlook:
    """Once for a book."""
    plane = roads.plane(book.points)
    order = np.lexsort((-book.value, book.customer)).astype(np.int64)
    first = np.searchsorted(book.customer[order], np.arange(book.customers + 1)).astype(np.int64)
    has = first[:-1] < first[1:]
    best = np.zeros(book.customers, dtype=np.int64)
    best[has] = order[first[:-1][has]]
    at, depot = np.zeros((book.customers, 2)), plane[book.start]
    work, promise = np.zeros(book.customers), np.full(book.customers, -np.inf)
    at[has] = plane[book.place[best[has]]]
    near = np.full(book.customers, np.inf)
    for branch in np.unique(book.vehicle_branch):
        mine = np.flatnonzero(has & (book.branch == branch))
        if len(mine):
            near[mine] = cKDTree(np.unique(depot[book.vehicle_branch == branch], axis=0)).query(at[mine])[0]
    open_ = has & np.isfinite(near)
    work[open_] = book.service_s[best[open_]] + 300 + 2 * near[open_] / METRES_A_SECOND / STOPS_A_ROUTE
    promise[open_] = book.value[best[open_]] / work[open_]
    promise[open_ & book.must] = np.inf
    return Outlook(at, depot, work, promise, first, order, size)


def first_units(book: RegionBook, view: Outlook) -> Iterator[Unit]:
    """Each branch cut by where its customers live, each depot's vehicles for those who live nearest to it."""
    for cars, customers in _zones(book, view):
        ranked = customers[np.argsort(-view.promise[customers], kind="stable")]
        hours = float((book.shift_late_s[cars] - book.shift_early_s[cars]).sum())
        core = ranked[np.cumsum(view.work_s[ranked]) <= hours]
        weight = np.zeros(book.customers)
        weight[core] = view.work_s[core]
        for crews, some in _halved(_by_crew(book, cars), customers, view, weight):
            yield _unit(view, np.concatenate(crews), some, np.zeros(0, dtype=np.int64))


def later_units(
    book: RegionBook, view: Outlook, routes: Sequence[Sequence[int]], number: int, closed: Flags
) -> Iterator[Unit]:
    """Each branch cut by its routes, along lines turned for each `number`; closed vehicles stand aside."""
    taken = np.zeros(book.customers, dtype=np.bool_)
    for route in routes:
        taken[book.customer[list(route)]] = True
    for branch in np.unique(book.vehicle_branch[~closed]):
        cars = np.flatnonzero((book.vehicle_branch == branch) & ~closed)
        free = np.flatnonzero((book.branch == branch) & ~taken & (view.promise > -np.inf))
        middles = np.stack([_middle(book, view, routes[int(v)], int(v)) for v in cars])
        groups = _neighbours(np.arange(len(cars)), middles, view.size, number * GOLDEN)
        yield from _around(book, view, routes, [cars[np.sort(group)] for group in groups], free)


def _zones(book: RegionBook, view: Outlook) -> Iterator[tuple[Ints, Ints]]:
    """Vehicles of one branch and depot, and the branch's customers who live nearest to it."""
    known = np.isfinite(view.promise) | (view.promise > 0)
    for branch in np.unique(book.vehicle_branch):
        cars = np.flatnonzero(book.vehicle_branch == branch)
        customers = np.flatnonzero(known & (book.branch == branch))
        depots, depot_of = np.unique(view.depot[cars], axis=0, return_inverse=True)
        nearest = cKDTree(depots).query(view.at[customers])[1] if len(customers) else np.zeros(0, dtype=np.int64)
        for k in range(len(depots)):
            yield cars[depot_of.ravel() == k], customers[nearest == k]


def _by_crew(book: RegionBook, cars: Ints) -> list[Ints]:
    """The zone's vehicles by crew, alike crews beside each other, so that dealing them out mixes each unit."""
    crews = [cars[book.crew[cars] == crew] for crew in np.unique(book.crew[cars])]
    return sorted(
        crews, key=lambda vs: (int(book.shift_early_s[vs[0]]), book.allowed[:, vs[0]].tobytes(), int(vs[0]))
    )


Half = tuple[list[Ints], Ints]


def _halved(crews: list[Ints], customers: Ints, view: Outlook, weight: Floats) -> Iterator[Half]:
    """Cut across the longer side in two with as much work for each crew, and again, until the units are small."""
    if sum(map(len, crews)) <= view.size or len(crews) < 2 or not len(customers):
        yield crews, customers
        return
    left = len(crews) // 2
    at = view.at[customers]
    along = at @ _long_axis(at, weight[customers])
    order = np.argsort(along, kind="stable")
    done = np.cumsum(weight[customers][order])
    cut = int(np.searchsorted(done, done[-1] * left / len(crews))) if done[-1] else len(order) * left // len(crews)
    dealt = [k * left // len(crews) != (k + 1) * left // len(crews) for k in range(len(crews))]
    for mine, some in ((True, order[:cut]), (False, order[cut:])):
        half = [crew for crew, is_left in zip(crews, dealt, strict=True) if is_left is mine]
        yield from _halved(half, customers[np.sort(some)], view, weight)


def _long_axis(at: Floats, weight: Floats) -> Floats:
    """The direction in which the work is spread most."""
    w = weight if weight.any() else np.ones(len(at))
    off = at - (w[:, None] * at).sum(axis=0) / w.sum()
    spread = (off * w[:, None]).T @ off
    angle = 0.5 * np.arctan2(2 * spread[0, 1], spread[0, 0] - spread[1, 1])
    return np.array([np.cos(angle), np.sin(angle)])


def _middle(book: RegionBook, view: Outlook, route: Sequence[int], vehicle: int) -> Floats:
    if not len(route):
        return np.asarray(view.depot[vehicle], dtype=np.float64)
    return np.asarray(view.at[book.customer[list(route)]].mean(axis=0), dtype=np.float64)


def _neighbours(some: Ints, middles: Floats, size: int, angle: float) -> Iterator[Ints]:
    """Halves along this direction, then across it, until no group is larger than `size`."""
    if len(some) <= size:
        yield some
        return
    along = middles[some] @ np.array([np.cos(angle), np.sin(angle)])
    order = some[np.argsort(along, kind="stable")]
    left = -(-len(order) // size) // 2 * len(order) // -(-len(order) // size)
    for half in (order[:left], order[left:]):
        yield from _neighbours(half, middles, size, angle + np.pi / 2)


def _around(
    book: RegionBook, view: Outlook, routes: Sequence[Sequence[int]], groups: list[Ints], free: Ints
) -> Iterator[Unit]:
    """To each group its own stops' customers, and the open ones whose nearest stop (or depot) is the group's."""
    served = [
        np.unique(np.concatenate([book.customer[list(routes[int(v)])] for v in group] + [np.zeros(0, np.int64)]))
        for group in groups
    ]
    marks = [
        np.concatenate([view.at[mine], view.depot[group]]) for mine, group in zip(served, groups, strict=True)
    ]
    owner = np.repeat(np.arange(len(groups)), [len(mark) for mark in marks])
    nearest = owner[cKDTree(np.concatenate(marks)).query(view.at[free])[1]] if len(free) else free
    for k, group in enumerate(groups):
        yield _unit(view, group, free[nearest == k], served[k])


def _unit(view: Outlook, cars: Ints, customers: Ints, served: Ints) -> Unit:
    """The served, and the most promising others up to what the vehicles could see and a unit may hold."""
    ranked = customers[np.argsort(-view.promise[customers], kind="stable")]
    ranked = ranked[: max(0, KEPT_A_VEHICLE * len(cars) - len(served))]
    both = np.concatenate([served, ranked])
    sizes = np.cumsum(view.first[both + 1] - view.first[both])
    both = both[(sizes <= OPTIONS_A_UNIT) | (np.arange(len(both)) < len(served))]
    return Unit(np.sort(cars).astype(np.int64), view.options_of(np.sort(both)))
