"""Solve a route problem: greedy insertion, then annealed ruin and recreate on neighbouring routes.

`solve` is the way in. Compiled code is imported when it is called, not before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter  # a budget of seconds, never a date: with `iterations` no clock is read
from typing import TYPE_CHECKING

import numpy as np

from zoufang.core.errors import BadInput
from zoufang.core.planning.chain import chain, insertion_pays
from zoufang.core.planning.fleet import kinds
from zoufang.core.planning.packing import Pool
from zoufang.core.planning.route_problem import UNITS_PER_FEN, RouteProblem, Routes, worth
from zoufang.core.planning.solver import Progress, Watch

if TYPE_CHECKING:
    from zoufang.core.planning.search.lane import LaneEnd
    from zoufang.core.planning.search.parts import Part

HOT, COLD = 0.1, 0.004  # the walk's first and last heat, as shares of the mean net worth of a stop
PART = 10  # vehicles in one part at most; no more than these are not cut: every lane walks over all of them
LANES = 2  # with a budget of iterations, so that the plan is the same on one core and on many
ROUND_STEPS, LONGEST_ROUND_STEPS = 600, 6_000  # of a lane; in between, a sixtieth of its budget
ROUNDS = 60  # in a budget of seconds
SHORTEST_ROUND_S = 0.3  # cutting anew takes a thirtieth of a second
PACKINGS = 4  # times that the routes seen are put together anew, the last at the end
PACKING = 0.04  # of a budget of seconds for each of them
LONGEST_PACKING_S = 3.0
HIGHS = 0.5  # of a packing; the rest goes to writing the model
LEAST_STEPS = 2_000  # a smaller budget has seen too few routes
CHAINED = (0.4, 0.25, 0.2)  # of the budget to PyVRP where insertion can't pay: cold, then from the best so far


@dataclass(frozen=True, slots=True)
class Budget:
    """When to stop: after so many seconds of the clock, or so many steps in all lanes together."""

    seconds: float | None = None
    iterations: int | None = None

    def __post_init__(self) -> None:
        if (self.seconds is None) == (self.iterations is None):
            raise BadInput("Give the search either seconds or iterations. Pass one of them.")


@dataclass(frozen=True, slots=True)
class TracePoint:
    """Worth of the best routes known after so many seconds (0 with a budget of iterations) and steps."""

    seconds: float
    steps: int
    worth: int


@dataclass(frozen=True, slots=True)
class Solution:
    """Routes by vehicle; their worth in units; how it grew."""

    routes: tuple[tuple[int, ...], ...]
    worth: int
    trace: tuple[TracePoint, ...] = field(default=())
    engine: str = ""


ENGINE = "zoufang search 2"


def solve(
    problem: RouteProblem,
    *,
    seed: int,
    seconds: float | None = None,
    iterations: int | None = None,
    workers: int = 1,
    start: Routes | None = None,
    watch: Watch | None = None,
) -> Solution:
    """The best routes found within the budget, never worse than `start`.

    With `iterations` the same seed gives the same routes whatever the workers; `watch` may return False to stop.
    """
    return _Search(problem, Budget(seconds, iterations), seed, workers, watch).run(start)


class _Search:
    """One call of `solve`: the routes where the walk stands, the best known, and the budget spent."""

    def __init__(
        self, problem: RouteProblem, budget: Budget, seed: int, workers: int, watch: Watch | None
    ) -> None:
        self.problem, self.budget, self.seed, self.workers, self.watch = problem, budget, seed, workers, watch
        self.began = perf_counter() if budget.seconds is not None else 0.0
        self.lanes = workers if budget.seconds is not None else LANES
        self.steps = 0
        self.trace: list[TracePoint] = []
        self.whole: Part | None = None
        self.packings = 0

    def run(self, start: Routes | None) -> Solution:
        from zoufang.core.planning.search.parts import bonus

        self.extra = bonus(self.problem)
        self.kinds = kinds(self.problem)
        self.pool = Pool(self.problem, self.kinds, self.extra)
        self.current = self._greedy(start)
        self.best, self.best_worth = list(self.current), self._rank(self.current)
        self._note()
        if self._spent() < 1 and self._go_on():
            self._chain()
        number = 0
        while self._spent() < self._walk_until(PACKINGS) and self._go_on():
            self._round(number)
            self._note()
            number += 1
            if self._spent() >= self._walk_until(self.packings + 1):
                self._pack()
        routes = tuple(tuple(route) for route in self.best)
        return Solution(routes, worth(self.problem, routes), tuple(self.trace), ENGINE)

    def _walk_until(self, packing: int) -> float:
        """Share of the budget at which this packing begins; the last leaves just the time that it takes."""
        share = packing / PACKINGS
        return share if self.budget.seconds is None else share - self._packing_s() / self.budget.seconds

    def _packing_s(self) -> float:
        return min(LONGEST_PACKING_S, PACKING * (self.budget.seconds or 0.0))

    def _chain(self) -> None:
        """PyVRP first where greedy insertion leaves most vehicles at home."""
        if insertion_pays(self.problem, self.current):
            return
        cold: Routes = [[] for _ in self.current] if not self.problem.must.any() else self.current
        for number, share in enumerate(CHAINED):
            self._chain_once(self.best if number else cold, share, number)

    def _chain_once(self, start: Routes, share: float, number: int) -> None:
        seconds = None if self.budget.seconds is None else share * self.budget.seconds
        steps = int(share * (self.budget.iterations or 0)) // LANES
        seeds = [self.seed + 7919 * k + 104_729 * number for k in range(self.workers if seconds else LANES)]
        for run in chain(self.problem, start, seeds, seconds, steps, self.workers):
            self.pool.add(run.seen)
            self._take_if_better(run.routes)
        self.steps += steps * LANES
        self._pack()

    def _pack(self) -> None:
        """Put the best of all routes seen together; the walk goes on from there if that is better."""
        self.packings += 1
        counted = self.budget.seconds is None
        if counted and (self.budget.iterations or 0) < LEAST_STEPS:
            return
        seconds = None if counted else HIGHS * self._packing_s()
        self._take_if_better(self.pool.best(self.best, seconds, self.seed))
        self._note()

    def _take_if_better(self, routes: list[list[int]]) -> None:
        if (rank := self._rank(routes)) > self.best_worth:
            self.best, self.best_worth = [list(route) for route in routes], rank
            self.current = [list(route) for route in routes]

    def _greedy(self, start: Routes | None) -> list[list[int]]:
        from zoufang.core.planning.search.lane import fill
        from zoufang.core.planning.search.parts import part_of

        problem = self.problem
        routes = [list(route) for route in start] if start else [[] for _ in range(problem.vehicles)]
        if not problem.stops or not problem.vehicles:
            return routes
        whole = part_of(problem, np.arange(problem.vehicles), np.arange(problem.customers), near=0)
        return fill(whole, self.kinds, routes)

    def _rank(self, routes: Routes) -> int:
        """Worth with the bonus of those who must be served, which decides first."""
        served = {int(self.problem.customer[i]) for route in routes for i in route}
        return worth(self.problem, routes) + self.extra * sum(bool(self.problem.must[c]) for c in served)

    def _spent(self) -> float:
        """Share of the budget that is gone."""
        if self.budget.seconds is not None:
            return (perf_counter() - self.began) / max(self.budget.seconds, 1e-9)
        return self.steps / self.budget.iterations if self.budget.iterations else 1.0

    def _go_on(self) -> bool:
        if self.watch is None:
            return True
        fen = self.trace[-1].worth // UNITS_PER_FEN
        return self.watch(Progress(self.steps, self.budget.iterations or 0, fen)) is not False

    def _note(self) -> None:
        spent = perf_counter() - self.began if self.budget.seconds is not None else 0.0
        self.trace.append(TracePoint(spent, self.steps, worth(self.problem, self.best)))

    def _round(self, number: int) -> None:
        from joblib import Parallel, delayed

        from zoufang.core.planning.search.lane import run_lane

        parts = self._parts(np.random.default_rng([self.seed, number]))
        spent, mean = self._spent(), self._mean()
        heat = mean * HOT * (COLD / HOT) ** spent
        share = self.budget.iterations or 0
        most = min(LONGEST_ROUND_STEPS, max(ROUND_STEPS, share // (ROUNDS * len(parts))))
        left = min(most, -(-(share - self.steps) // len(parts)))
        ends = Parallel(n_jobs=min(self.workers, len(parts)), backend="threading")(
            delayed(run_lane)(
                part, self.current, self.seed * 1_000_003 + number * 1009 + k, heat, self._more(left)
            )
            for k, part in enumerate(parts)
        )
        self.steps += sum(end.steps for end in ends)
        self._merge(ends)

    def _parts(self, rng: np.random.Generator) -> list[Callable[[], Part]]:
        """Disjoint neighbourhoods, one a lane; the whole for all lanes where it is too small to cut."""
        from zoufang.core.planning.search.parts import part_of
        from zoufang.core.planning.search.territory import customers_of, groups_of_vehicles

        problem = self.problem
        if problem.vehicles <= PART:
            everyone = np.arange(problem.customers)
            whole = self.whole = self.whole or part_of(problem, np.arange(problem.vehicles), everyone)
            return [lambda: whole] * self.lanes
        groups = groups_of_vehicles(problem, self.current, PART, self.lanes, rng)
        return [
            partial(part_of, problem, group, customers)
            for group, customers in zip(groups, customers_of(problem, self.current, groups), strict=True)
        ]

    def _merge(self, ends: list[LaneEnd]) -> None:
        """The lanes' routes side by side; of lanes that walked over the same vehicles the better."""
        candidate = list(self.current)
        for end in ends:
            self.pool.add(sorted(end.seen))
        for end in sorted(ends, key=lambda e: e.best_worth):
            for v, route in zip(end.part.vehicles, end.best, strict=True):
                candidate[v] = route
        for end in sorted(ends, key=lambda e: e.current_worth):
            for v, route in zip(end.part.vehicles, end.current, strict=True):
                self.current[v] = route
        if (rank := self._rank(candidate)) > self.best_worth:
            self.best, self.best_worth = candidate, rank

    def _mean(self) -> float:
        """Net worth of a stop on the whole: the measure of heat."""
        stops = sum(len(route) for route in self.best)
        return max(1.0, worth(self.problem, self.best) / max(1, stops))

    def _more(self, steps: int) -> Callable[[int], bool]:
        """Whether a lane may walk on: until its share of the round is done."""
        if self.budget.seconds is None:
            return lambda done: done < steps
        until = perf_counter() + max(SHORTEST_ROUND_S, self.budget.seconds / ROUNDS)
        until = min(until, self.began + self.budget.seconds - self._packing_s())
        return lambda done: perf_counter() < until
