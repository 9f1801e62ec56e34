"""A proven upper bound of the value of any plan, by column generation over ng-routes.

Proof. Let p >= 0 be any whole prices of the customers and r_k at least what the best route of class k earns at
them. A plan has at most one route for each vehicle and serves each customer at most once, so it is worth
(routes at prices) + (prices of the served) <= sum of count_k * max(0, r_k) + sum of p. That holds for each p, so
the master's floating-point duals only choose p; the right side is computed in whole numbers. r_k is too high, never
too low: more routes than real ones are allowed (memory) and labels are only ever rounded up (`labels`, `pricing`).
Customers who must be served only take plans away, which keeps the bound valid.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from zoufang.core.planning.bound.classes import scale_of, vehicle_classes
from zoufang.core.planning.bound.master import Master
from zoufang.core.planning.bound.memory import Memory
from zoufang.core.planning.bound.pricing import Column, Pricer
from zoufang.core.planning.route_problem import Ints, RouteProblem, worth

REMEMBERED = 6  # customers in each stop's memory to begin with
CLOSE = 1e-4  # stop when the bound is this near to the linear master
KEEP_LAST = 0.5  # weight of the best prices so far in the next ones (Wentges smoothing)


@dataclass(frozen=True, slots=True)
class Step:
    """One proven bound on the way."""

    seconds: float
    units: int
    master: int
    columns: int


@dataclass(frozen=True, slots=True)
class Bound:
    """No plan is worth more than `units`. `proven`: `routes` are worth exactly that, so nothing better exists."""

    units: int
    method: str
    proven: bool
    trace: tuple[Step, ...]
    columns: int
    routes: tuple[tuple[int, ...], ...]
    worth: int


def upper_bound(
    problem: RouteProblem,
    *,
    seconds: float,
    seed: int = 0,
    routes_pool: Sequence[tuple[int, Sequence[int]]] = (),
    watch: Callable[[Step], bool] | None = None,
) -> Bound:
    """The lowest bound proven within about this many seconds, and the best plan made of the routes met on the way.

    `routes_pool`: known routes as (vehicle, stops), which save time. `watch` sees each step and stops on True.
    Valid whenever it stops. Raises BadInput for a problem in which visits take no time.
    """
    return _Search(problem, seconds, watch).run(routes_pool, seed)


class _Search:
    """Column generation with what it has proven so far."""

    def __init__(self, problem: RouteProblem, seconds: float, watch: Callable[[Step], bool] | None) -> None:
        self._problem, self._watch, self._began = problem, watch, time.monotonic()
        self._until = self._began + seconds
        self._scale = scale_of(problem)
        self._classes = vehicle_classes(problem)
        self._counts = [len(c.vehicles) for c in self._classes]
        self._memory = Memory(problem, REMEMBERED)
        self._pricers = [Pricer(problem, k, c, self._memory, self._scale) for k, c in enumerate(self._classes)]
        unit = max(1.0, float(abs(problem.value).max()) / 1000) if problem.stops else 1.0
        self._master = Master(problem.customer, problem.customers, self._counts, unit)
        self._bound, self._method = _sum_of_best(problem), "sum of values"
        self._trace: list[Step] = []
        self._centre = np.zeros(problem.customers)
        self._exact = False
        self._stopped = False

    def run(self, pool: Sequence[tuple[int, Sequence[int]]], seed: int) -> Bound:
        self._learn(pool)
        flat, before = 0, 0.0
        while not self._late():
            value, duals = self._master.solve()
            if self._bound - value <= CLOSE * abs(value) and self._problem.stops > 200:
                break
            flat = flat + 1 if value <= before * 1.001 else 0
            before = value
            if flat < 2 and self._quick(duals):
                continue
            if not self._round(duals, value):
                break
        return self._result(seed)

    def _late(self) -> bool:
        return self._stopped or time.monotonic() > self._until

    def _learn(self, pool: Sequence[tuple[int, Sequence[int]]]) -> None:
        """Takes the known routes that a vehicle of their class can drive."""
        kind = {v: k for k, c in enumerate(self._classes) for v in c.vehicles}
        for vehicle, stops in pool:
            column = self._pricers[kind[vehicle]].column(tuple(int(s) for s in stops)) if vehicle in kind else None
            self._master.add([column] if column else [])

    def _quick(self, duals: np.ndarray) -> bool:
        """Columns from the fast search at smoothed prices; whether any is new."""
        weight = KEEP_LAST if self._exact else 0.5
        if not self._exact:
            self._centre = weight * self._centre + (1 - weight) * duals
        prices = self._whole(weight * self._centre + (1 - weight) * duals)
        new = 0
        for pricer in self._pricers:
            new += self._master.add(pricer.quick(prices))
            if self._late():
                break
        return new > 0

    def _round(self, duals: np.ndarray, value: float) -> bool:
        """Prices all classes to the end at one set of prices: a proven bound. Whether it is worth going on."""
        smoothed = (
            self._whole(KEEP_LAST * self._centre + (1 - KEEP_LAST) * duals) if self._exact else self._whole(duals)
        )
        better, new = self._price_all(smoothed, value)
        if better or new:
            return True
        better, new = self._price_all(self._whole(duals), value)
        return better or new > 0

    def _price_all(self, prices: Ints, value: float) -> tuple[bool, int]:
        """Exact prices of all classes. Whether the bound fell, and how many columns were new."""
        total, new = int(prices.sum()), 0
        allowance = int(CLOSE / 4 * max(0.0, value) * self._scale / max(1, self._problem.vehicles))
        allowance = allowance if self._problem.stops > 200 else 0
        for pricer, count in zip(self._pricers, self._counts, strict=True):
            floor = max([allowance, *(pricer.earns(c, prices) - 1 for c in pricer.quick(prices))])
            priced = pricer.exact(prices, floor, self._late)
            total += count * max(0, priced.bound)
            new += self._master.add(priced.columns)
        self._exact = True
        better = total // self._scale < self._bound
        if better:
            self._bound, self._method = total // self._scale, "ng-route column generation"
            self._centre = prices / self._scale
        self._note(value)
        return better, new

    def _note(self, value: float) -> None:
        step = Step(time.monotonic() - self._began, self._bound, round(value), len(self._master.columns))
        self._trace.append(step)
        self._stopped |= bool(self._watch and self._watch(step))

    def _whole(self, prices: np.ndarray) -> Ints:
        return np.maximum(0, np.rint(prices * self._scale)).astype(np.int64)

    def _result(self, seed: int) -> Bound:
        chosen = self._master.integer(max(1.0, 0.05 * (self._until - self._began)), seed)
        free = [list(c.vehicles) for c in self._classes]
        routes: list[tuple[int, ...]] = [()] * self._problem.vehicles
        for column in chosen:
            routes[free[column.kind].pop()] = column.stops
        total = worth(self._problem, routes)
        proven = total == self._bound
        size = len(self._master.columns)
        return Bound(self._bound, self._method, proven, tuple(self._trace), size, tuple(routes), total)


def _sum_of_best(problem: RouteProblem) -> int:
    """Each customer served at the best option for nothing: a bound that needs no search."""
    best = np.zeros(problem.customers, np.int64)
    np.maximum.at(best, problem.customer, problem.value)
    return int(best.sum())
