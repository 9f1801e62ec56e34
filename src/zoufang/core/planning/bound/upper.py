"""A proven upper bound of the value of any plan, by column generation over ng-routes.

Proof. Let p >= 0 be any whole prices of the customers and r_k at least what the best route of class k earns at
them. A plan has at most one route for each vehicle and serves each customer at most once, so it is worth
(its routes at prices) + (prices of the served) <= sum of count_k * max(0, r_k) + sum of p. That holds for each p,
so the master's floating-point duals only choose p; the right side is computed in whole numbers. r_k may be too
high, never too low: more routes than real ones are allowed (`memory`) and labels are only rounded up (`labels`).
Customers who must be served and loads only take plans away, which keeps the bound valid.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from zoufang.core.planning.bound.classes import scale_of, vehicle_classes
from zoufang.core.planning.bound.master import Floats, Master
from zoufang.core.planning.bound.memory import Memory
from zoufang.core.planning.bound.pricing import QUICK, Column, Pricer
from zoufang.core.planning.route_problem import Ints, RouteProblem, worth

REMEMBERED = 6  # customers in each stop's memory to begin with
CLOSE = 1e-4  # stop when the bound is this near to the linear master
SMALL = 200  # stops up to which the bound is driven to the last unit
PLENTY = 8  # useful columns of a class that make another fast search worth its time, rise or not
PATIENCE = 2  # rounds of the fast search without a rise before exact prices
RISE = 5e-4  # relative rise of the master that makes another fast search worth its time
KEEP = 0.5  # weight of the best prices so far in the next ones (Wentges smoothing)
FIRST = 0.4  # of the time, after which a bound is proven even if the fast search still finds columns


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
    workers: int = 1,
) -> Bound:
    """The lowest bound proven within about this many seconds, and the best plan made of the routes met on the way.

    `routes_pool`: known routes as (vehicle, stops), which save time. `watch` sees each step and stops on True.
    `workers` threads price the classes of vehicles side by side; with several the steps depend on which is faster.
    Valid whenever it stops. Raises BadInput for a problem in which visits take no time.
    """
    with ThreadPoolExecutor(max(1, workers)) as threads:
        return _Search(problem, seconds, watch, threads).run(routes_pool, seed)


class _Search:
    """Column generation with what it has proven so far."""

    def __init__(
        self,
        problem: RouteProblem,
        seconds: float,
        watch: Callable[[Step], bool] | None,
        threads: ThreadPoolExecutor,
    ) -> None:
        self._problem, self._watch, self._began = problem, watch, time.monotonic()
        self._until, self._soon = self._began + seconds, self._began + FIRST * seconds
        self._threads = threads
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
        self._stopped = False
        self._plan: list[Column] = []

    def run(self, pool: Sequence[tuple[int, Sequence[int]]], seed: int) -> Bound:
        """Columns by the fast search while they help, else a bound from exact pricing, until neither moves."""
        self._learn(pool)
        smooth, last, flat = True, 0.0, 0
        while not self._late():
            value, duals, routes = self._master.solve()
            if self._bound - value < self._allowance(value):
                break
            prices = KEEP * self._centre + (1 - KEEP) * duals if smooth else duals
            flat = 0 if value > last * (1 + RISE) else flat + 1
            last = max(last, value)
            useful = self._quick(prices, duals, routes) if flat < PATIENCE and not self._must_prove() else 0
            if useful:
                flat = 0 if useful > PLENTY * len(self._pricers) else flat
                self._centre = self._centre if self._trace else prices
                continue
            fell, useful = self._exact(prices, duals, routes, value)
            if not fell and not useful and not smooth:
                break
            smooth, flat = useful > 0, 0
        return self._result(seed)

    def _late(self) -> bool:
        return self._stopped or time.monotonic() > self._until

    def _must_prove(self) -> bool:
        """Whether it is time for exact prices although nothing is proven yet."""
        return not self._trace and time.monotonic() > self._soon

    def _allowance(self, value: float) -> float:
        """Units by which a bound may stay loose: nothing while exact prices cost nothing."""
        return CLOSE * max(0.0, value) if self._problem.stops > SMALL else 1.0

    def _learn(self, pool: Sequence[tuple[int, Sequence[int]]]) -> None:
        """Takes the known routes that a vehicle of their class can drive."""
        kind = {v: k for k, c in enumerate(self._classes) for v in c.vehicles}
        for vehicle, stops in pool:
            column = self._pricers[kind[vehicle]].column(tuple(int(s) for s in stops)) if vehicle in kind else None
            self._master.add([column] if column else [])
        self._plan = self._one_plan(pool, kind)

    def _one_plan(self, pool: Sequence[tuple[int, Sequence[int]]], kind: dict[int, int]) -> list[Column]:
        """Of the known routes, in their order, those that fit together in one plan."""
        plan: list[Column] = []
        served: set[int] = set()
        cars: set[int] = set()
        for vehicle, stops in pool:
            column = self._master.columns.get((kind.get(vehicle, -1), tuple(int(s) for s in stops)))
            customers = set(self._problem.customer[list(column.stops)].tolist()) if column else set()
            if column and column.units > 0 and vehicle not in cars and not served & customers:
                plan.append(column)
                cars.add(vehicle)
                served |= customers
        return plan

    def _quick(self, prices: Floats, duals: Floats, routes: Floats) -> int:
        """Columns from the fast search; how many can raise the master."""
        whole = self._whole(prices)
        for effort in range(len(QUICK)):
            found = self._threads.map(lambda pricer, e=effort: pricer.quick(whole, 0, e), self._pricers)
            useful = sum(self._add(columns, duals, routes) for columns in found)
            if useful:
                return useful
        return 0

    def _add(self, columns: list[Column], duals: Floats, routes: Floats) -> int:
        """Adds the columns that cost less than they earn at the master's prices; how many are new."""
        whole = self._whole(duals)
        useful = [c for c in columns if self._pricers[c.kind].earns(c, whole) > (routes[c.kind] + 1) * self._scale]
        return self._master.add(useful)

    def _exact(self, prices: Floats, duals: Floats, routes: Floats, value: float) -> tuple[bool, int]:
        """Prices all classes to the end: a bound. Whether it fell, and how many columns can raise the master."""
        whole = self._whole(prices)
        total, useful = int(whole.sum()), 0
        known = self._master.best(whole, self._scale)
        spare = int(self._allowance(value) * self._scale) // (4 * max(1, self._problem.vehicles))
        spare *= self._problem.stops > SMALL
        floors = [max(least - 1, 0) + spare for least in known]
        found = self._threads.map(lambda p, floor: p.exact(whole, floor, self._late), self._pricers, floors)
        for count, priced in zip(self._counts, found, strict=True):
            total += count * max(0, priced.bound)
            useful += self._add(priced.columns, duals, routes)
        fell = total // self._scale < self._bound
        if fell:
            self._bound, self._method = total // self._scale, "ng-route column generation"
            self._centre = prices
        self._note(value)
        return fell, useful

    def _note(self, value: float) -> None:
        step = Step(time.monotonic() - self._began, self._bound, round(value), len(self._master.columns))
        self._trace.append(step)
        self._stopped |= bool(self._watch and self._watch(step))

    def _whole(self, prices: Floats) -> Ints:
        return np.maximum(0, np.rint(prices * self._scale)).astype(np.int64)

    def _result(self, seed: int) -> Bound:
        chosen = self._master.integer(max(1.0, 0.05 * (self._until - self._began)), seed, self._plan)
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
