"""The best route of a vehicle class at given prices of the customers: quickly found, and bounded from above.

Labels are grown alternately from the end and the start of the route, each pass finer than the one before and cut
short by what the pass before proved about the rest of the route. Each pass is a valid bound by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from zoufang.core.planning.bound.classes import VehicleClass, carries
from zoufang.core.planning.bound.labels import NEVER, completions, grow
from zoufang.core.planning.bound.memory import Memory
from zoufang.core.planning.route_problem import Ints, RouteProblem, drive

LADDER = ((300, 1), (120, 2), (60, 4), (60, 12)) + (
    (60, 30),
) * 8  # seconds of a cell, labels in it; mirrored first
QUICK = ((300, 1, 40),)  # the same and the nearest legs tried, for each effort
FORBID = 6  # best routes of a pass whose returns are forbidden in the next
EARLY = (120, 2, False, 2**31, 60)  # cells, labels, not merging, all legs: a search that may miss routes
LOOK = 60  # cells of time looked back for a better label
ROOM = 2_000_000  # labels held besides one in each cell, 64 bytes each; beyond they are merged


@dataclass(frozen=True, slots=True)
class Column:
    """A route that vehicles of this class can drive, and what it earns in units before any price."""

    kind: int
    stops: tuple[int, ...]
    units: int


@dataclass(frozen=True, slots=True)
class Priced:
    """The columns found, and the most (scaled) that any route of the class can earn at these prices."""

    columns: list[Column]
    bound: int
    merges: int = 0
    labels: list[int] = field(default_factory=list)


class Pricer:
    """Prices routes of one class; holds its legs and what the stops remember."""

    def __init__(self, problem: RouteProblem, kind: int, cls: VehicleClass, memory: Memory, scale: int) -> None:
        self._problem, self._kind, self._class, self._memory, self._scale = problem, kind, cls, memory, scale

    def quick(self, prices: Ints, floor: int, effort: int = 0) -> list[Column]:
        """Columns that earn more than `floor` at these prices, best first, by a search that may miss some."""
        width, cap, near = QUICK[effort]
        found, *_ = self._pass(False, prices, (None, floor), (width, cap, False, near, 0))
        columns = self._columns(found)
        return [c for c in columns if self.earns(c, prices) > floor]

    def exact(self, prices: Ints, floor: int, late: Callable[[], bool]) -> Priced:
        """No route of the class earns more at these prices than the bound returned, or than `floor`."""
        bound, table, merges, columns, labels = -NEVER, None, 0, {}, []
        mirrored = True
        for width, cap in LADDER:
            found, best, merges, ahead, kept = self._pass(
                mirrored, prices, (table, floor), (width, cap, True, 2**31, LOOK)
            )
            bound, table, mirrored = min(bound, max(best, floor)), ahead, not mirrored
            labels.append(kept)
            for column in self._columns(found):
                columns[column.stops] = column
                floor = max(floor, self.earns(column, prices) - 1)
            if bound <= floor + 1 or late():
                break
            if len(labels) == 1:  # a good real route early lets every later pass drop more
                found_soon, *_ = self._pass(False, prices, (table, floor), EARLY)
                for column in self._columns(found_soon):
                    columns[column.stops] = column
                    floor = max(floor, self.earns(column, prices) - 1)
            if not self._forbid(found) and not merges:
                break
        return Priced(list(columns.values()), bound, merges, labels)

    def earns(self, column: Column, prices: Ints) -> int:
        """Scaled units of this column less the prices of its customers."""
        return column.units * self._scale - int(prices[self._problem.customer[list(column.stops)]].sum())

    def column(self, stops: tuple[int, ...]) -> Column | None:
        """This route as a column; None if no vehicle of the class can drive it."""
        customers = self._problem.customer[list(stops)]
        vehicle = self._class.vehicles[0]
        if len(set(customers.tolist())) < len(stops) or not self._problem.allowed[list(stops), vehicle].all():
            return None
        times = drive(self._problem, vehicle, stops)
        if times is None or not stops or not carries(self._problem, vehicle, stops):
            return None
        return Column(self._kind, stops, int(self._problem.value[list(stops)].sum()) - times.cost)

    def _columns(self, routes: list[tuple[int, ...]]) -> list[Column]:
        return [c for c in map(self.column, dict.fromkeys(map(self._once, routes))) if c is not None]

    def _once(self, route: tuple[int, ...]) -> tuple[int, ...]:
        """The route without the stops that come back to a customer."""
        first = {int(self._problem.customer[stop]): stop for stop in reversed(route)}
        return tuple(stop for stop in route if first[int(self._problem.customer[stop])] == stop)

    def _forbid(self, routes: list[tuple[int, ...]]) -> bool:
        grown = [self._memory.forbid(route) for route in routes[:FORBID]]
        return any(grown)

    def _pass(
        self, mirrored: bool, prices: Ints, rest: tuple[Any, int], setting: tuple[int, int, bool, int, int]
    ) -> Any:
        """Grows labels once. Returns best routes, their value, merges, completions for the other end, labels."""
        cls, stops = self._class, self._class.stops
        graph, side, value = self._arrays(mirrored, prices)
        width, cap, merging, near, look = setting
        width = max(1, min(width, cls.shortest))
        (ahead, ahead_width), floor = (
            rest[0] or (np.full((len(stops), 1), -NEVER // 2, np.int64), cls.span + 1),
            rest[1],
        )
        store, best, best_at, merges = grow(
            graph, side, (ahead, ahead_width, floor), (width, cap, merging, near, look), ROOM
        )
        routes, kept = self._routes(store, best, best_at, floor), int(store[11][2])
        if mirrored:
            routes = [route[::-1] for route in routes]
        if not merging:
            return routes, int(best.max()), merges, None, kept
        service, unit = self._problem.service_s[stops], int(side[8])
        table = completions(store, value, service, cls.span, unit, width), width
        return routes, int(best.max()), int(merges), table, int(kept)

    def _arrays(self, mirrored: bool, prices: Ints) -> tuple[Any, Any, Ints]:
        problem, cls, scale = self._problem, self._class, self._scale
        side, v = cls.sides[mirrored], cls.vehicles[0]
        same, bit = self._memory.words(cls.stops, side.graph)
        value = problem.value[cls.stops] * scale - prices[problem.customer[cls.stops]]
        rates = (int(problem.unit_s[v]) * scale, int(problem.unit_m[v]) * scale)
        over = int(problem.unit_overtime_s[v]) * scale if cls.span > problem.regular_s[v] else 0
        customer = problem.customer[cls.stops]
        graph = side.graph.degree, side.graph.order, side.graph.seconds, side.graph.metres, same, bit, customer
        times = side.early, side.late, side.first_s, side.first_m, side.last_s, side.last_m
        return graph, (value, *times, cls.span, *rates, over, int(problem.regular_s[v])), value

    def _routes(self, store: Any, best: Ints, best_at: Ints, floor: int) -> list[tuple[int, ...]]:
        """The best route that ends at each stop, best first, 40 at most; all above the floor."""
        parent, stop, routes = store[5], store[6], []
        for last in np.argsort(-best, kind="stable")[:40]:
            at, stops = int(best_at[last]), []
            if best[last] <= floor:
                break
            while at >= 0:
                stops.append(int(self._class.stops[stop[at]]))
                at = int(parent[at])
            routes.append(tuple(reversed(stops)))
        return routes
