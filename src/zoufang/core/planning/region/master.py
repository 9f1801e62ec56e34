"""Plan a whole region: units in parallel, borders moved from pass to pass, shared budgets by prices.

`plan_region` is the way in. No matrix is larger than a unit's: the book is flat arrays, a worker gets an excerpt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter  # a budget of seconds, never a date: with `iterations` no clock is read

import numpy as np

from zoufang.core.planning.budgets import Resource
from zoufang.core.planning.region.book import RegionBook, Roads, excerpt
from zoufang.core.planning.region.measure import RouteMeter
from zoufang.core.planning.region.prices import Price, moved
from zoufang.core.planning.region.solving import UnitEnd, UnitTask, narrowed, solve_unit
from zoufang.core.planning.region.units import VEHICLES_A_UNIT, Unit, first_units, later_units, outlook
from zoufang.core.planning.routing import Budget as Effort
from zoufang.core.planning.spending import NOTHING, Allotment, Trimmed, in_price, totals, trimmed

FREE_PASSES = (0.5, 0.3, 0.2)  # of the effort; later passes mend the borders of the one before
PRICED_PASSES = (0.3, 0.2, 0.2, 0.15, 0.15)
LEAST_STEPS = 200  # of a unit in a pass


@dataclass(frozen=True, slots=True)
class PassPoint:
    """After a pass: seconds since the beginning (0 with iterations), units solved, worth within all budgets,
    and points in the largest matrix so far.
    """

    seconds: float
    units: int
    worth: int
    most_places: int


Watch = Callable[[PassPoint], bool | None]  # False stops after this pass


@dataclass(frozen=True, slots=True)
class RegionRoutes:
    """Routes by vehicle in the book's options; their worth in units.

    `prices`: for each budget about what one more unit of it (a visit, second, metre, crew day; money: millionths)
    would bring in units, 0 where it doesn't bind. `used`: what these routes use of it.
    """

    routes: tuple[tuple[int, ...], ...]
    worth: int
    prices: tuple[int, ...]
    used: tuple[int, ...]
    trace: tuple[PassPoint, ...]
    failures: tuple[str, ...]


def plan_region(
    book: RegionBook,
    roads: Roads,
    allotments: Sequence[Allotment] = (),
    *,
    seed: int,
    seconds: float | None = None,
    iterations: int | None = None,
    workers: int | None = None,
    size: int = VEHICLES_A_UNIT,
    watch: Watch | None = None,
) -> RegionRoutes:
    """The best routes found that exceed no budget.

    `iterations` are steps for each vehicle: same seed, same routes on every joblib backend and number of workers.
    `workers` None takes what the surrounding `joblib.parallel_config` says. `size`: vehicles in a unit at most.
    """
    asked = _Asked(book, roads, tuple(allotments), Effort(seconds, iterations), seed, workers, size)
    return _Region(asked).run(watch)


@dataclass(frozen=True, slots=True)
class _Asked:
    book: RegionBook
    roads: Roads
    allotments: tuple[Allotment, ...]
    effort: Effort
    seed: int
    workers: int | None
    size: int

    @property
    def passes(self) -> tuple[float, ...]:
        return PRICED_PASSES if self.allotments else FREE_PASSES


class _Region:
    """One call of `plan_region`: where the routes stand, the prices, the best that keeps all budgets."""

    def __init__(self, asked: _Asked) -> None:
        self.asked, self.book = asked, asked.book
        self.began = perf_counter() if asked.effort.seconds is not None else 0.0
        self.view = outlook(self.book, asked.roads, asked.size)
        self.meter = RouteMeter(self.book, asked.roads)
        self.routes: list[list[int]] = [[] for _ in range(self.book.vehicles)]
        self.closed = np.zeros(self.book.vehicles, dtype=np.bool_)
        self.prices = [Price() for _ in asked.allotments]
        self.best = Trimmed(list(self.routes), [NOTHING] * self.book.vehicles, [0.0] * len(self.prices))
        self.best_prices = list(self.prices)
        self.failures: list[str] = []
        self.trace: list[PassPoint] = []

    def run(self, watch: Watch | None) -> RegionRoutes:
        for number in range(len(self.asked.passes)):
            self._pass(number)
            if watch is not None and watch(self.trace[-1]) is False:
                break
        return RegionRoutes(
            tuple(map(tuple, self.best.routes)),
            self.meter.worth(self.best),
            self._dual(),
            tuple(totals(self.best.uses, self.asked.allotments)),
            tuple(self.trace),
            tuple(dict.fromkeys(self.failures)),
        )

    def _pass(self, number: int) -> None:
        units = self._units(number)
        ends = self._solved(units, number)
        for end in ends:
            for vehicle, stops in end.routes:
                self.routes[vehicle] = stops
            self.failures += [end.failure] if end.failure else []
        within = trimmed(self.routes, self.asked.allotments, self.meter)
        if number == 0 or within.worth > self.best.worth:
            self.best, self.best_prices = within, list(self.prices)
        self._move_prices(within)
        most = max([end.places for end in ends] + [point.most_places for point in self.trace[-1:]], default=0)
        self.trace.append(PassPoint(self._spent(), len(units), self.meter.worth(self.best), most))

    def _spent(self) -> float:
        return perf_counter() - self.began if self.asked.effort.seconds is not None else 0.0

    def _units(self, number: int) -> list[Unit]:
        if number == 0:
            return list(first_units(self.book, self.view))
        return list(later_units(self.book, self.view, self.routes, number, self.closed))

    def _solved(self, units: list[Unit], number: int) -> list[UnitEnd]:
        from joblib import Parallel, delayed, effective_n_jobs

        at_once = max(1, min(len(units), effective_n_jobs(self.asked.workers)))
        tasks = self._tasks(units, number, at_once)
        ends: list[UnitEnd] = Parallel(n_jobs=self.asked.workers)(delayed(solve_unit)(task) for task in tasks)
        return ends

    def _tasks(self, units: list[Unit], number: int, at_once: int) -> Iterator[UnitTask]:
        """Made one by one as workers ask for them, so that only the excerpts under way exist."""
        asked, passes = self.asked, self.asked.passes
        left = max(0.0, (asked.effort.seconds or 0.0) - self._spent()) * passes[number] / sum(passes[number:])
        a_vehicle = left * at_once / max(1, sum(len(unit.vehicles) for unit in units))
        steps = (asked.effort.iterations or 0) * passes[number]
        for k, unit in enumerate(units):
            part, mine = excerpt(self.book, unit.vehicles, unit.options), len(unit.vehicles)
            counted = max(LEAST_STEPS, int(steps * mine)) if asked.effort.iterations else 0
            yield UnitTask(
                excerpt=part,
                roads=asked.roads,
                allotments=tuple(narrowed(allotment, unit.vehicles) for allotment in asked.allotments),
                prices=tuple(price.now for price in self.prices),
                start=part.local(self.routes),
                seed=asked.seed * 1_000_003 + number * 10_007 + k,
                seconds=a_vehicle * mine if asked.effort.seconds is not None else None,
                iterations=counted if asked.effort.seconds is None else None,
            )

    def _move_prices(self, within: Trimmed) -> None:
        """Prices for the next pass; vehicles that a budget of crew days has sent home stay there."""
        uses = [self.meter(v, route) or NOTHING for v, route in enumerate(self.routes)]
        used = totals(uses, self.asked.allotments)
        for k, allotment in enumerate(self.asked.allotments):
            marginal = in_price(within.marginal[k], allotment.resource)
            if allotment.resource is not Resource.CREW_DAYS:
                self.prices[k] = moved(self.prices[k], used[k], allotment.limit, marginal)
            elif used[k] > allotment.limit:
                at_home = np.array([not route for route in within.routes], dtype=np.bool_)
                self.closed |= allotment.vehicles & at_home
                self.prices[k] = Price(now=marginal)
        for v in np.flatnonzero(self.closed):
            self.routes[int(v)] = []

    def _dual(self) -> tuple[int, ...]:
        """The price at which the best routes came about; where there was none yet, what was given up last."""
        return tuple(
            price.now or in_price(marginal, allotment.resource)
            for price, marginal, allotment in zip(
                self.best_prices, self.best.marginal, self.asked.allotments, strict=True
            )
        )
