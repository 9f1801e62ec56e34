"""PyVRP beside the compiled search, in processes of its own: chains of moves where single insertions can't pay.

Where no stop alone pays for a trip, insertion leaves vehicles at home; PyVRP opens whole routes at a loss first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zoufang.core.planning import solver
from zoufang.core.planning.route_problem import RouteProblem, Routes

LARGEST = 4_000  # stops; beyond that PyVRP's neighbourhood takes longer than it brings


@dataclass(frozen=True, slots=True)
class Chained:
    """PyVRP's best, and the routes of each best before it as (vehicle, stops)."""

    routes: list[list[int]]
    seen: list[tuple[int, tuple[int, ...]]]


def insertion_pays(problem: RouteProblem, greedy: Routes) -> bool:
    """Whether greedy insertion used most vehicles or left nobody out; else routes are not worth one stop each."""
    served = sum(len(route) for route in greedy)
    with_a_stop = len(np.unique(problem.customer))
    used = sum(1 for route in greedy if len(route))
    return served == with_a_stop or 2 * used >= problem.vehicles or problem.stops > LARGEST


def chain(
    problem: RouteProblem, start: Routes, seeds: list[int], seconds: float | None, iterations: int, workers: int
) -> list[Chained]:
    """One run of PyVRP for each seed, cold where `start` is empty; those that fail are left out."""
    from joblib import Parallel, delayed

    jobs = min(workers, len(seeds))
    runs = Parallel(n_jobs=jobs, backend="loky" if jobs > 1 else "sequential")(
        delayed(_one)(problem, start, seed, seconds, iterations) for seed in seeds
    )
    return [run for run in runs if run is not None]


def _one(
    problem: RouteProblem, start: Routes, seed: int, seconds: float | None, iterations: int
) -> Chained | None:
    seen: solver.Seen = set()
    counted = iterations if seconds is None else None
    try:
        routes = solver.improve(problem, start, seed=seed, seconds=seconds, iterations=counted, seen=seen)
    except solver.EngineFailed:
        return None
    return Chained(routes, sorted(seen))
