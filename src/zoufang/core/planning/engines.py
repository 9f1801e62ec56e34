"""Which engine plans what: greedy alone, PyVRP for a small book, the compiled search for a large one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zoufang.core.planning import routing, solver
from zoufang.core.planning.greedy import ENGINE as GREEDY
from zoufang.core.planning.greedy import insert_greedily
from zoufang.core.planning.route_problem import RouteProblem, Routes, worth

# Stops from which the compiled search is worth loading: its first compilation on a machine takes half a minute.
COMPILED_FROM = 600
VEHICLES_A_UNIT = 10  # so many vehicles get the policy's iterations once


@dataclass(frozen=True, slots=True)
class EngineResult:
    """The routes, by which engine, and what went wrong on the way (empty when nothing)."""

    routes: list[list[int]]
    engine: str
    failure: str = ""


def best_routes(
    problem: RouteProblem,
    *,
    iterations: int,
    seed: int,
    first: Sequence[bool] = (),
    start: Routes | None = None,
    watch: solver.Watch | None = None,
) -> EngineResult:
    """Routes at least as good as greedy's; what an engine can't do, greedy has done already.

    `first` marks the customers who come before all others that must be served.
    """
    greedy = insert_greedily(problem, start, first)
    if iterations == 0 or not problem.stops or not problem.vehicles:
        return EngineResult(greedy, GREEDY)
    try:
        found, engine = _improved(problem, greedy, iterations, seed, watch)
    except solver.EngineFailed as error:
        return EngineResult(greedy, GREEDY, str(error))
    return EngineResult(_best(problem, greedy, insert_greedily(problem, found, first)), engine)


def _improved(
    problem: RouteProblem, greedy: list[list[int]], iterations: int, seed: int, watch: solver.Watch | None
) -> tuple[list[list[int]], str]:
    if problem.stops < COMPILED_FROM:
        found = solver.improve(problem, greedy, iterations=iterations, seed=seed, watch=watch)
        return found, solver.engine_name()
    steps = iterations * -(-problem.vehicles // VEHICLES_A_UNIT)
    try:
        solution = routing.solve(problem, iterations=steps, seed=seed, start=greedy, watch=watch)
    except Exception as error:  # whatever goes wrong in the engine, the bank still gets a plan
        raise solver.EngineFailed(f"{type(error).__name__}: {error}") from error
    return [list(route) for route in solution.routes], solution.engine


def _best(problem: RouteProblem, *choices: list[list[int]]) -> list[list[int]]:
    """More required customers first, then more money; the first of equals."""

    def rank(routes: list[list[int]]) -> tuple[int, int]:
        served = {int(problem.customer[i]) for route in routes for i in route}
        return sum(bool(problem.must[c]) for c in served), worth(problem, routes)

    return max(choices, key=rank)
