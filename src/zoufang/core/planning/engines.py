"""Which engine plans what: greedy alone, PyVRP for a small book, the compiled search for a large one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zoufang.core.planning import routing, solver
from zoufang.core.planning.greedy import ENGINE as GREEDY
from zoufang.core.planning.greedy import insert_greedily, insert_required
from zoufang.core.planning.route_problem import RouteProblem, Routes, worth

COMPILED_FROM = 100  # stops; below that PyVRP finds the same, and a small book need not wait for Numba


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
    solvable = bool(problem.stops and problem.vehicles and iterations)
    try:
        if solvable and problem.stops >= COMPILED_FROM:
            return _searched(problem, iterations, seed, first, start, watch)
    except solver.EngineFailed as error:
        return EngineResult(insert_greedily(problem, start, first), GREEDY, str(error))
    greedy = insert_greedily(problem, start, first)
    if not solvable:
        return EngineResult(greedy, GREEDY)
    try:
        found = solver.improve(problem, greedy, iterations=iterations, seed=seed, watch=watch)
    except solver.EngineFailed as error:
        return EngineResult(greedy, GREEDY, str(error))
    return EngineResult(_best(problem, greedy, insert_greedily(problem, found, first)), solver.engine_name())


def _searched(
    problem: RouteProblem,
    iterations: int,
    seed: int,
    first: Sequence[bool],
    start: Routes | None,
    watch: solver.Watch | None,
) -> EngineResult:
    """By the compiled search: each vehicle gets the policy's iterations once, as steps."""
    try:
        required = insert_required(problem, start, first)
        steps = iterations * problem.vehicles
        solution = routing.solve(problem, iterations=steps, seed=seed, start=required, watch=watch)
        found = [list(route) for route in solution.routes]
        return EngineResult(_best(problem, found, insert_required(problem, found, first)), solution.engine)
    except Exception as error:  # whatever goes wrong in the engine, the bank still gets a plan
        raise solver.EngineFailed(f"{type(error).__name__}: {error}") from error


def _best(problem: RouteProblem, *choices: list[list[int]]) -> list[list[int]]:
    """More required customers first, then more money; the first of equals."""

    def rank(routes: list[list[int]]) -> tuple[int, int]:
        served = {int(problem.customer[i]) for route in routes for i in route}
        return sum(bool(problem.must[c]) for c in served), worth(problem, routes)

    return max(choices, key=rank)
