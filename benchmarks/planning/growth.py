"""From a thousand customers to a hundred thousand: each branch is a problem of its own, its matrix is the largest.

Every crew and day gets the same solver time, so total time grows with the crews; what may grow or fall is the
value for each crew-hour and the memory. A branch with more customers than its crews could see keeps the dearest.
"""

from __future__ import annotations

import time

import numpy as np

from benchmarks.planning import ours
from benchmarks.planning.generator import best_options, problem_of
from benchmarks.planning.region import Ints, Region, region
from zoufang.core.planning.route_problem import RouteProblem, worth

SECONDS_A_VEHICLE = 0.5
KEPT_A_VEHICLE = 40  # customers


def plan(size: str, seed: int) -> dict[str, float | int]:
    """Units, visits and the seconds from the customers' data to the checked routes."""
    land = region(size, seed)
    begun = time.monotonic()
    units = visits = 0
    for branch in np.unique(land.depot):
        problem = branch_problem(land, int(branch))
        until = time.monotonic() + SECONDS_A_VEHICLE * problem.vehicles
        routes = ours.zoufang(problem, until, seed)
        units += worth(problem, routes)
        visits += sum(map(len, routes))
    return {"units": units, "visits": visits, "seconds": round(time.monotonic() - begun, 2)}


def branch_problem(land: Region, branch: int) -> RouteProblem:
    """The branch's vehicles and the customers who live nearest to it, the dearest of them if they are too many."""
    cars = np.flatnonzero(land.depot == branch)
    value = land.value_fen(estimated=False)
    best = best_options(land, value)
    mine = best[land.branch[land.customer[best]] == branch]
    kept = _dearest(land, mine, value, KEPT_A_VEHICLE * len(cars))
    return problem_of(land, kept, value, cars)


def _dearest(land: Region, options: Ints, value: Ints, count: int) -> Ints:
    prize = np.zeros(len(land.balance_fen), dtype=np.int64)
    np.maximum.at(prize, land.customer[options], value[options])
    chosen = np.zeros(len(prize), dtype=np.bool_)
    chosen[np.argsort(-prize, kind="stable")[:count]] = True
    return options[chosen[land.customer[options]]]
