"""Budgets in numbers: what a route uses, what a price on it does to a problem, and giving up what is over.

Everything is counted in the problem's own units: visits, seconds, metres, 1/3000 fen, vehicles in use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zoufang.core.planning.budgets import Resource
from zoufang.core.planning.route_problem import UNITS_PER_FEN, Ints, RouteProblem, drive

MILLION = 1_000_000  # a price on money is in millionths
PROMISED = 2**44  # what a promised visit counts on top: given up last
SCALE = {
    Resource.VISITS: 1,
    Resource.MINUTES: 60,
    Resource.OVERTIME_MINUTES: 60,
    Resource.KM: 1000,
    Resource.FEN: UNITS_PER_FEN,
    Resource.CREW_DAYS: 1,
}


@dataclass(frozen=True, slots=True)
class Allotment:
    """At most `limit` of a resource, in the problem's units, for these vehicles together."""

    resource: Resource
    limit: int
    vehicles: NDArray[np.bool_]  # v


class RouteUse(NamedTuple):
    """What one route uses up, and what it is worth in units (those who must be served with their bonus)."""

    worth: int
    visits: int
    seconds: int
    over_s: int
    metres: int
    cost: int

    def of(self, resource: Resource) -> int:
        return _USE[resource](self)


_USE: dict[Resource, Callable[[RouteUse], int]] = {
    Resource.VISITS: lambda use: use.visits,
    Resource.MINUTES: lambda use: use.seconds,
    Resource.OVERTIME_MINUTES: lambda use: use.over_s,
    Resource.KM: lambda use: use.metres,
    Resource.FEN: lambda use: use.cost,
    Resource.CREW_DAYS: lambda use: int(use.visits > 0),
}
NOTHING = RouteUse(0, 0, 0, 0, 0, 0)


def use_of(problem: RouteProblem, vehicle: int, stops: Sequence[int], bonus: int = 0) -> RouteUse | None:
    """What this route uses; None when it can't be driven."""
    if not len(stops):
        return NOTHING
    times = drive(problem, vehicle, stops)
    if times is None:
        return None
    index = list(stops)
    promised = int(problem.must[problem.customer[index]].sum())
    earned = int(problem.value[index].sum()) + bonus * promised
    over_s = max(0, times.duration_s - int(problem.regular_s[vehicle]))
    return RouteUse(earned - times.cost, len(stops), times.duration_s, over_s, times.metres, times.cost)


def priced(problem: RouteProblem, allotments: Sequence[Allotment], prices: Sequence[int]) -> RouteProblem:
    """The same problem in which what is scarce costs its price on top.

    Visits are priced at the stop, so a price that only some vehicles pay counts there by its mean over all.
    A price on crew days changes no problem: it closes whole routes.
    """
    value, unit_s, over, unit_m = problem.value, problem.unit_s, problem.unit_overtime_s, problem.unit_m
    for allotment, price in zip(allotments, prices, strict=True):
        mine, resource = allotment.vehicles.astype(np.int64), allotment.resource
        if not price or not mine.any():
            continue
        if resource is Resource.VISITS:
            value = value - price * int(mine.sum()) // len(mine)
        elif resource is Resource.MINUTES:
            unit_s = unit_s + price * mine
        elif resource is Resource.OVERTIME_MINUTES:
            over = over + price * mine
        elif resource is Resource.KM:
            unit_m = unit_m + price * mine
        elif resource is Resource.FEN:
            unit_s, over, unit_m = (_dearer(rate, price, mine) for rate in (unit_s, over, unit_m))
    return replace(problem, value=value, unit_s=unit_s, unit_overtime_s=over, unit_m=unit_m)


def _dearer(rate: Ints, millionths: int, mine: Ints) -> Ints:
    dearer: Ints = rate + mine * (rate * millionths // MILLION)
    return dearer


Meter = Callable[[int, Sequence[int]], "RouteUse | None"]  # what a vehicle uses for these stops


@dataclass(frozen=True, slots=True)
class Trimmed:
    """Routes within all budgets; for each budget what the last unit given up was worth (0: nothing was)."""

    routes: list[list[int]]
    uses: list[RouteUse]
    marginal: list[float]

    @property
    def worth(self) -> int:
        return sum(use.worth for use in self.uses)


def totals(uses: Sequence[RouteUse], allotments: Sequence[Allotment]) -> list[int]:
    """What each budget's vehicles use together."""
    return [
        sum(uses[int(v)].of(allotment.resource) for v in np.flatnonzero(allotment.vehicles))
        for allotment in allotments
    ]


def trimmed(routes: Sequence[Sequence[int]], allotments: Sequence[Allotment], meter: Meter) -> Trimmed:
    """Give up stop after stop, the least worth for what it uses first, until no budget is exceeded."""
    kept = [list(map(int, route)) for route in routes]
    uses = [_must(meter(v, route)) for v, route in enumerate(kept)]
    marginal = [0.0] * len(allotments)
    for number, allotment in enumerate(allotments):
        marginal[number] = _give_up(kept, uses, allotment, meter)
    while any(u > a.limit for u, a in zip(totals(uses, allotments), allotments, strict=True)):
        for (
            allotment
        ) in allotments:  # a shorter way may be the slower road, so that one cut uses up another's rest
            _give_up(kept, uses, allotment, meter)
    return Trimmed(kept, uses, marginal)


def _give_up(kept: list[list[int]], uses: list[RouteUse], allotment: Allotment, meter: Meter) -> float:
    """Bring one budget within its limit; what the last unit given up was worth."""
    resource = allotment.resource
    mine = [int(v) for v in np.flatnonzero(allotment.vehicles)]
    over = sum(uses[v].of(resource) for v in mine) - allotment.limit
    if over <= 0:
        return 0.0
    heap = [cut for v in mine if (cut := _cheapest_cut(v, kept[v], uses[v], resource, meter)) is not None]
    heapify(heap)
    last = 0.0
    while over > 0 and heap:
        lost, v, _, route, use = heappop(heap)
        if uses[v].worth - use.worth < PROMISED // 2:  # what a promise counts on top is no price
            last = lost
        over -= uses[v].of(resource) - use.of(resource)
        kept[v], uses[v] = route, use
        if (cut := _cheapest_cut(v, route, use, resource, meter)) is not None:
            heappush(heap, cut)
    return max(0.0, last)


Cut = tuple[float, int, int, list[int], RouteUse]  # worth lost for each unit saved, vehicle, which stop, the rest


def _cheapest_cut(v: int, route: list[int], use: RouteUse, resource: Resource, meter: Meter) -> Cut | None:
    """The stop (of a budget of crew days: the route) whose leaving loses least for each unit that it saves."""
    if resource is Resource.CREW_DAYS:
        return (float(use.worth), v, 0, [], NOTHING) if route else None
    best: Cut | None = None
    for k in range(len(route)):
        rest = route[:k] + route[k + 1 :]
        less = meter(v, rest)
        saved = 0 if less is None else use.of(resource) - less.of(resource)
        if less is not None and saved > 0:
            cut = ((use.worth - less.worth) / saved, v, k, rest, less)
            best = cut if best is None or cut[:3] < best[:3] else best
    if best is None and use.of(resource) > 0:
        return (use.worth / use.of(resource), v, 0, [], NOTHING)
    return best


def in_price(marginal: float, resource: Resource) -> int:
    """What a unit given up was worth, as a price."""
    return int(marginal * MILLION) if resource is Resource.FEN else int(marginal)


def pruned(problem: RouteProblem, vehicle: int, route: Sequence[int]) -> list[int]:
    """Without the stops that bring less than they cost in this problem (those who must be served stay)."""
    stops = [int(i) for i in route]
    while stops:
        whole = _must(use_of(problem, vehicle, stops)).worth
        gains = []
        for k, stop in enumerate(stops):
            less = use_of(problem, vehicle, stops[:k] + stops[k + 1 :])
            if less is not None and not problem.must[problem.customer[stop]]:
                gains.append((less.worth - whole, -k))
        if not gains or max(gains)[0] <= 0:
            return stops
        del stops[-max(gains)[1]]
    return stops


def _must(use: RouteUse | None) -> RouteUse:
    if use is None:
        raise AssertionError("a route that was driven can't be driven any more")
    return use
