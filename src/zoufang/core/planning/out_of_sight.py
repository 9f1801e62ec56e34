"""After the search: move visits so that no two debtors are called on in sight of each other, where that is cheap.

Each pair in sight is taken apart by the cheapest move of one of its two customers to another door, hour, place in
the order, crew or day; only moves whose loss stays within the policy's bound, and only if fewer pairs are left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from math import floor

import numpy as np

from zoufang.core.planning.problem import UNITS_PER_FEN, PlanProblem, Routes
from zoufang.core.planning.schedule import time_route
from zoufang.core.planning.sight_policy import METRES_A_DEGREE, SightPolicy
from zoufang.core.values import Message, distance_m, format_yuan, gettext_noop

PAIRS_TRIED = 200  # bounds the time for a city whose debtors live in one tower
TRIPS_TRIED = 8  # the nearest ones for each door
AVOIDED = gettext_noop(
    "%(n)s pairs of visits in sight of each other were taken apart; it costs %(cost)s yuan of value."
)
TOO_DEAR = gettext_noop(
    "%(n)s pairs of visits stay in sight of each other: taking one apart costs %(least)s yuan or more, above the"
    " bound of %(bound)s yuan."
)
Pair = tuple[int, int]  # customers, the smaller first


@dataclass(frozen=True, slots=True)
class Apart:
    """`avoided` pairs for `cost_fen` of value; `dear`: what each pair that stays would cost."""

    routes: Routes
    avoided: int = 0
    cost_fen: int = 0
    dear: tuple[int, ...] = ()

    def notes(self, policy: SightPolicy) -> Iterator[Message]:
        if self.avoided:
            yield Message(AVOIDED, {"n": self.avoided, "cost": format_yuan(self.cost_fen)})
        if self.dear:
            told = {"n": len(self.dear), "least": format_yuan(min(self.dear))}
            yield Message(TOO_DEAR, told | {"bound": format_yuan(policy.avoid_up_to_fen)})


def taken_apart(problem: PlanProblem, routes: Sequence[Sequence[int]], policy: SightPolicy) -> Apart:
    """The routes with as few pairs in sight as the bound allows. Deterministic; serves whom `routes` serve."""
    view = _View(problem, routes, policy)
    first = len(view.pairs())
    units, dear, tried = 0, dict[Pair, int](), 0
    while tried < PAIRS_TRIED:
        pair = next((one for one in view.pairs() if one not in dear), None)
        if pair is None:
            break
        tried += 1
        moves = sorted(_moves(view, pair))
        cheap = next(
            (m for m in moves if m.loss <= policy.avoid_up_to_fen * UNITS_PER_FEN and view.helps(m)), None
        )
        if cheap is None:
            dearer = next((m for m in moves if view.helps(m)), None)
            dear[pair] = -(-dearer.loss // UNITS_PER_FEN) if dearer else -1
            continue
        view.carry_out(cheap)
        units += cheap.loss
    left = view.pairs()
    told = tuple(dear[pair] for pair in left if dear.get(pair, -1) >= 0)
    return Apart(view.routes, first - len(left), -(-units // UNITS_PER_FEN), told)


@dataclass(frozen=True, slots=True, order=True)
class _Move:
    """Less value in units (the order of trying), and the changed routes by trip."""

    loss: int
    customer: int
    stop: int
    trip: int
    position: int
    changed: tuple[tuple[int, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class _Visit:
    stop: int
    trip: int
    start_s: int
    end_s: int


class _View:
    """The routes with the time of each visit, and which visits lie near each other. Lives inside one call."""

    def __init__(self, problem: PlanProblem, routes: Sequence[Sequence[int]], policy: SightPolicy) -> None:
        self.problem, self.policy = problem, policy
        self.routes: Routes = [list(route) for route in routes]
        self.visits: dict[int, _Visit] = {}
        self.cells: dict[tuple[int, int], list[int]] = {}
        self.cost = [0] * len(self.routes)
        for trip in range(len(self.routes)):
            self._note(trip)

    def _note(self, trip: int) -> None:
        visits, self.cost[trip] = self.timed(trip, self.routes[trip]) or ((), 0)
        for visit in visits:
            self.visits[visit.stop] = visit
            if self.exact(visit.stop):
                self.cells.setdefault(self.cell(visit.stop), []).append(visit.stop)

    def timed(self, trip: int, route: Sequence[int]) -> tuple[tuple[_Visit, ...], int] | None:
        """Visits of this order and what it costs in units; None where it doesn't fit."""
        if not route:
            return (), 0
        timing = time_route(self.problem.routes, trip, route)
        if timing is None:
            return None
        times = zip(route, timing.start_s, strict=True)
        served = self.problem.routes.service_s
        return tuple(_Visit(i, trip, at, at + int(served[i])) for i, at in times), timing.cost_units

    def exact(self, stop: int) -> bool:
        """Is the door itself known, not only its surroundings?"""
        one = self.problem.stops[stop]
        option = next(iter(one.options.values()))
        return self.problem.customers[one.customer].address(option.cleared.address_id).radius_m == 0

    def cell(self, stop: int) -> tuple[int, int]:
        """Square of one sight's width in latitude; in longitude twice that, wide enough up to 60 degrees."""
        side = max(self.policy.within_m, 1) / METRES_A_DEGREE
        point = self.problem.stops[stop].point
        return floor(point.lat / side), floor(point.lon / (2 * side))

    def pairs(self) -> list[Pair]:
        """Customers called on in sight of each other, the smaller number first, in order."""
        return sorted(self.in_sight(self.visits.values()))

    def in_sight(self, of: Iterable[_Visit], changing: Set[int] = frozenset()) -> set[Pair]:
        """Pairs of which one is among `of`: all visits of the `changing` trips, where any change."""
        visits, found = list(of), set[Pair]()
        instead = [visit for visit in visits if changing and self.exact(visit.stop)]
        for visit in visits:
            if not self.exact(visit.stop):
                continue
            for other in self._around(visit, instead, changing):
                if self._sees(visit, other):
                    a, b = (self.problem.stops[v.stop].customer for v in (visit, other))
                    found.add((min(a, b), max(a, b)))
        return found

    def _around(self, visit: _Visit, instead: list[_Visit], changing: Set[int]) -> Iterator[_Visit]:
        row, column = self.cell(visit.stop)
        for r in (row - 1, row, row + 1):
            for c in (column - 1, column, column + 1):
                stops = self.cells.get((r, c), ())
                yield from (self.visits[i] for i in stops if self.visits[i].trip not in changing)
        yield from instead

    def _sees(self, one: _Visit, other: _Visit) -> bool:
        problem, a, b = self.problem, self.problem.stops[one.stop], self.problem.stops[other.stop]
        if a.customer == b.customer or problem.trips[one.trip].day != problem.trips[other.trip].day:
            return False
        household = problem.customers[a.customer].household
        if household is not None and household == problem.customers[b.customer].household:
            return False
        gap = max(0, max(one.start_s, other.start_s) - min(one.end_s, other.end_s)) // 60
        return gap <= self.policy.within_minutes and distance_m(a.point, b.point) <= self.policy.within_m

    def helps(self, move: _Move) -> bool:
        """Are fewer pairs left by it? Later visits of the changed trips may come into sight of others."""
        trips = {trip for trip, _route in move.changed}
        now = self.in_sight(visit for visit in self.visits.values() if visit.trip in trips)
        after = [visit for trip, route in move.changed for visit in (self.timed(trip, route) or ((), 0))[0]]
        return len(self.in_sight(after, trips)) < len(now)

    def carry_out(self, move: _Move) -> None:
        for trip, route in move.changed:
            for stop in self.routes[trip]:
                del self.visits[stop]
                if self.exact(stop):
                    self.cells[self.cell(stop)].remove(stop)
            self.routes[trip] = list(route)
        for trip, _route in move.changed:
            self._note(trip)


def _moves(view: _View, pair: Pair) -> Iterator[_Move]:
    """Every way that fits to serve one of the two otherwise; what the planner pinned stays where it is."""
    problem = view.problem
    served = {problem.stops[stop].customer: visit for stop, visit in view.visits.items()}
    for customer in pair:
        if problem.pinned[customer]:
            continue
        now = served[customer]
        without = [stop for stop in view.routes[now.trip] if stop != now.stop]
        for stop in np.flatnonzero(problem.routes.customer == customer):
            for trip in _trips(view, int(stop), now, without):
                yield from _insertions(view, int(stop), trip, now, without)


def _trips(view: _View, stop: int, now: _Visit, without: list[int]) -> list[int]:
    """Those that may serve it, the nearest to its door first."""
    routes = view.problem.routes
    door = int(routes.place[stop])

    def far(trip: int) -> int:
        places = routes.place[without if trip == now.trip else view.routes[trip]]
        return int(min(routes.seconds[door, places].min(initial=2**40), routes.seconds[routes.start[trip], door]))

    allowed = [int(trip) for trip in np.flatnonzero(routes.allowed[stop])]
    return sorted(allowed, key=lambda trip: (far(trip), trip))[:TRIPS_TRIED]


def _insertions(view: _View, stop: int, trip: int, now: _Visit, without: list[int]) -> Iterator[_Move]:
    value = view.problem.routes.value
    base = without if trip == now.trip else view.routes[trip]
    left = view.timed(now.trip, without) if trip != now.trip else ((), 0)
    if left is None:
        return
    before = view.cost[now.trip] + (view.cost[trip] if trip != now.trip else 0)
    for position in range(len(base) + 1):
        route = (*base[:position], stop, *base[position:])
        timed = view.timed(trip, route)
        if timed is None or (trip == now.trip and list(route) == view.routes[trip]):
            continue
        loss = int(value[now.stop] - value[stop]) + left[1] + timed[1] - before
        changed = ((trip, route),) if trip == now.trip else ((trip, route), (now.trip, tuple(without)))
        yield _Move(loss, view.problem.stops[stop].customer, stop, trip, position, changed)
