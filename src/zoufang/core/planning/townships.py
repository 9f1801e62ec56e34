"""After the search: gather country visits so that a crew's day goes to few townships, where that is worth it.

Each township costs asking the way, calling at the village committee and roads that no map knows; the search counts
none of that. A split is a further township in one crew's day, or a further crew's day in one township.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from zoufang.core.planning.best_place import best_place
from zoufang.core.planning.candidates import Candidate, VisitAddress
from zoufang.core.planning.plans import Plan
from zoufang.core.planning.problem import UNITS_PER_FEN, PlanProblem, Routes
from zoufang.core.planning.schedule import time_route
from zoufang.core.planning.township_policy import TownshipPolicy
from zoufang.core.values import Message, format_yuan, gettext_noop

MOVES_TRIED = 3_000  # bounds the time for a large country branch
GATHERED = gettext_noop(
    "Country visits are gathered by township: %(n)s changes of township or crew fewer, for %(cost)s yuan of value."
)
Town = tuple[str, str]  # county and township
Changed = dict[int, list[int]]


@dataclass(frozen=True, slots=True)
class Gathered:
    """`fewer` splits for `cost_fen` of value (below zero: the plan is worth more)."""

    routes: Routes
    fewer: int = 0
    cost_fen: int = 0

    def notes(self) -> Iterator[Message]:
        if self.fewer:
            yield Message(GATHERED, {"n": self.fewer, "cost": format_yuan(self.cost_fen)})


@dataclass(frozen=True, slots=True)
class Cluster:
    """Visits of one day to one township, by how many crews."""

    day: date
    county: str
    township: str
    visits: int
    crew_ids: tuple[str, ...]


def gathered(problem: PlanProblem, routes: Sequence[Sequence[int]], policy: TownshipPolicy) -> Gathered:
    """The same customers, each township on as few crew-days as pays. Deterministic; what is pinned stays."""
    work = _Work(problem, [list(route) for route in routes])
    first, units = work.splits(), 0
    price = policy.split_fen * UNITS_PER_FEN
    for town in sorted({town for towns in work.towns for town in towns}):
        while (best := work.best_move(town, price)) is not None:
            units += best.loss
            work.carry_out(best.changed)
    return Gathered(work.routes, first - work.splits(), -(-units // UNITS_PER_FEN))


def clusters(plan: Plan, candidates: Sequence[Candidate]) -> tuple[Cluster, ...]:
    """Country visits by day and township, in order."""
    by_id = {candidate.customer_id: candidate for candidate in candidates}
    found: dict[tuple[date, str, str], list[str]] = {}
    for visit in plan.visits:
        door = by_id[visit.customer_id].address(visit.address_id)
        if (town := _town(door)) is not None:
            found.setdefault((visit.day, *town), []).append(visit.crew_id)
    return tuple(Cluster(*key, len(crews), tuple(sorted(set(crews)))) for key, crews in sorted(found.items()))


def _town(door: VisitAddress) -> Town | None:
    return (door.county, door.area) if door.rural and door.area else None


@dataclass(frozen=True, slots=True)
class _Move:
    gain: int
    loss: int
    changed: Changed


class _Work:
    """The routes, and the townships of each trip. Lives inside one call."""

    def __init__(self, problem: PlanProblem, routes: Routes) -> None:
        self.problem, self.routes, self.tried = problem, routes, 0
        self._town: dict[int, Town | None] = {}
        self.towns = [self._towns_of(route) for route in routes]
        self.stops_of: dict[int, list[int]] = {}
        for stop, customer in enumerate(problem.routes.customer.tolist()):
            self.stops_of.setdefault(customer, []).append(stop)

    def town_of(self, stop: int) -> Town | None:
        if stop not in self._town:
            one = self.problem.stops[stop]
            option = next(iter(one.options.values()))
            door = self.problem.customers[one.customer].address(option.cleared.address_id)
            self._town[stop] = _town(door)
        return self._town[stop]

    def _towns_of(self, route: Iterable[int]) -> frozenset[Town]:
        return frozenset(town for stop in route if (town := self.town_of(stop)) is not None)

    def splits(self, instead: Mapping[int, frozenset[Town]] | None = None) -> int:
        """Further townships of crew-days and further crew-days of townships."""
        towns = [(instead or {}).get(trip, found) for trip, found in enumerate(self.towns)]
        entries = sum(len(found) for found in towns)
        return 2 * entries - sum(bool(found) for found in towns) - len(frozenset().union(*towns))

    def best_move(self, town: Town, price: int) -> _Move | None:
        """Bring the visits of `town` from one crew-day to another, alone or against another township's."""
        trips = [trip for trip, towns in enumerate(self.towns) if town in towns]
        moves = (
            move
            for source in trips
            for target in trips
            if source != target
            for other in (None, *sorted(self.towns[target] - {town}))
            if (move := self._exchange(town, source, other, target, price)) is not None
        )
        return max(moves, key=lambda move: move.gain, default=None)

    def _exchange(self, town: Town, source: int, other: Town | None, target: int, price: int) -> _Move | None:
        if self.tried >= MOVES_TRIED:
            return None
        self.tried += 1
        out = [stop for stop in self.routes[source] if self.town_of(stop) == town]
        back = [stop for stop in self.routes[target] if other is not None and self.town_of(stop) == other]
        if any(self.problem.pinned[self.problem.stops[stop].customer] for stop in (*out, *back)):
            return None
        here = self._filled([stop for stop in self.routes[source] if stop not in out], back, source)
        there = self._filled([stop for stop in self.routes[target] if stop not in back], out, target)
        if here is None or there is None:
            return None
        changed = {source: here, target: there}
        loss = self._worth(self.routes, changed) - self._worth(changed, changed)
        fewer = self.splits() - self.splits({trip: self._towns_of(route) for trip, route in changed.items()})
        gain = price * fewer - loss
        return _Move(gain, loss, changed) if fewer > 0 and gain > 0 else None

    def _filled(self, route: list[int], coming: list[int], trip: int) -> list[int] | None:
        """`route` with these customers at their best doors, hours and places; None where one doesn't fit."""
        for stop in coming:
            ways = [way for way in self.ways_of(stop) if self.town_of(way) == self.town_of(stop)]
            found = best_place(self.problem.routes, trip, route, ways)
            if found is None:
                return None
            _worth, way, place = found
            route = [*route[:place], way, *route[place:]]
        return None if self._route_worth(trip, route) is None else route

    def ways_of(self, stop: int) -> list[int]:
        return self.stops_of[self.problem.stops[stop].customer]

    def _route_worth(self, trip: int, route: Sequence[int]) -> int | None:
        if not route:
            return 0
        timing = time_route(self.problem.routes, trip, route)
        if timing is None:
            return None
        return int(np.sum(self.problem.routes.value[list(route)])) - timing.cost_units

    def _worth(self, routes: Routes | Changed, trips: Iterable[int]) -> int:
        return sum(self._route_worth(trip, routes[trip]) or 0 for trip in trips)

    def carry_out(self, changed: Changed) -> None:
        for trip, route in changed.items():
            self.routes[trip] = route
            self.towns[trip] = self._towns_of(route)
