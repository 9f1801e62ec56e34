"""One unit, solved where a worker is: the only place where a unit's matrix lives."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from zoufang.core.planning import routing
from zoufang.core.planning.greedy import insert_greedily
from zoufang.core.planning.region.book import Excerpt, Roads
from zoufang.core.planning.spending import Allotment, priced, pruned


@dataclass(frozen=True, slots=True)
class UnitTask:
    """All that a worker needs. `start` in the part's numbers; `allotments` are those of the unit's vehicles."""

    excerpt: Excerpt
    roads: Roads
    allotments: tuple[Allotment, ...]
    prices: tuple[int, ...]
    start: list[list[int]]
    seed: int
    seconds: float | None
    iterations: int | None


@dataclass(frozen=True, slots=True)
class UnitEnd:
    """Each vehicle's route in the book's numbers; what went wrong with the engine, empty when nothing did."""

    routes: list[tuple[int, list[int]]]
    places: int
    failure: str = ""


def solve_unit(task: UnitTask) -> UnitEnd:
    """The unit's best routes at these prices, never worse than its start; greedy where the search fails."""
    excerpt = task.excerpt
    if not len(excerpt.options):  # vehicles with nobody around: counted steps would never be spent
        return UnitEnd([(int(v), []) for v in excerpt.vehicles], len(excerpt.part.points))
    problem = priced(excerpt.problem(task.roads), task.allotments, task.prices)
    start = [pruned(problem, v, route) for v, route in enumerate(task.start)] if any(task.prices) else task.start
    failure = ""
    try:
        found = routing.solve(
            problem, seed=task.seed, seconds=task.seconds, iterations=task.iterations, workers=1, start=start
        ).routes
    except Exception as error:  # whatever goes wrong in the engine, the bank still gets a plan
        found = tuple(map(tuple, insert_greedily(problem, start)))
        failure = f"{type(error).__name__}: {error}"
    routes = [
        (int(v), [int(excerpt.options[i]) for i in stops])
        for v, stops in zip(excerpt.vehicles, found, strict=True)
    ]
    return UnitEnd(routes, len(excerpt.part.points), failure)


def narrowed(allotment: Allotment, vehicles: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Allotment:
    """The same budget, marked on some vehicles only."""
    return replace(allotment, vehicles=allotment.vehicles[vehicles])
