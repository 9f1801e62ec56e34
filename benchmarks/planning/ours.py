"""Zoufang's own engines behind the same signature as the peers': the search, its greedy start, the bound."""

from __future__ import annotations

import time

from benchmarks.planning import peer_pyvrp
from benchmarks.planning.generator import instance
from benchmarks.planning.shared import best_of_two, remaining
from zoufang.core.planning.route_problem import RouteProblem, Routes, worth

CORES = 2
SHARE_FOR_ROUTES = 0.1  # of the bound's time: the routes found are its first columns
PARTS, SECONDS_A_PART = 4, 6


def zoufang(problem: RouteProblem, deadline: float, seed: int) -> Routes:
    """The search that the planner uses, on both cores."""
    from zoufang.core.planning import routing

    return routing.solve(problem, seconds=remaining(deadline), seed=seed, workers=CORES).routes


def greedy(problem: RouteProblem, deadline: float, seed: int) -> Routes:
    """Its start alone: insertion by net worth for each root second."""
    from zoufang.core.planning import routing

    return routing.solve(problem, seed=seed, iterations=0).routes


def pyvrp_from_greedy(problem: RouteProblem, deadline: float, seed: int) -> Routes:
    """An ablation, not a peer: PyVRP with our greedy's routes to begin with."""
    start = greedy(problem, deadline, seed)
    return best_of_two(lambda p, d, s: peer_pyvrp.solve(p, d, s, start=start))(problem, deadline, seed)


def bound(problem: RouteProblem, seconds: float, seed: int) -> tuple[int, bool]:
    """The least that is proven to be above every plan, in units, and whether a plan reaches it."""
    from zoufang.core.planning.bound import upper_bound

    begun = time.monotonic()
    known = zoufang(problem, begun + seconds * SHARE_FOR_ROUTES, seed)
    pool = [(car, route) for car, route in enumerate(known) if route]
    found = upper_bound(
        problem, seconds=begun + seconds - time.monotonic(), seed=seed, routes_pool=pool, workers=CORES
    )
    return found.units, found.proven


def parts(problem: RouteProblem, seconds: float, seed: int) -> dict[str, float | int]:
    """Parts of three crews, each with the customers around: what the search finds, and what is proven of it.

    Where a part's bound is closed its optimum is known, which tells a poor plan from a loose bound.
    """
    from zoufang.core.planning.bound import parts as parts_of

    chosen = parts_of(problem)[:PARTS]
    found = bounds = closed = best = reached = 0
    for part in chosen:
        share = seconds / len(chosen)
        routes = zoufang(part.problem, time.monotonic() + SECONDS_A_PART, seed)
        units, proven, optimum = _proven(part.problem, share - SECONDS_A_PART, seed, routes)
        found, bounds = found + worth(part.problem, routes), bounds + units
        if proven:
            closed, best, reached = closed + 1, best + optimum, reached + worth(part.problem, routes)
    return {
        "found": found,
        "bounds": bounds,
        "parts": len(chosen),
        "closed": closed,
        "optimum": best,
        "of_it": reached,
    }


def _proven(problem: RouteProblem, seconds: float, seed: int, routes: Routes) -> tuple[int, bool, int]:
    from zoufang.core.planning.bound import upper_bound

    pool = [(car, route) for car, route in enumerate(routes) if route]
    told = upper_bound(problem, seconds=seconds, seed=seed, routes_pool=pool, workers=CORES)
    return told.units, told.proven, told.worth


def warm_up() -> None:
    """Load what is compiled from its cache (or compile it), as the peers' code comes compiled."""
    from zoufang.core.planning import routing

    routing.solve(instance("8/2/1", 1).problem, iterations=400, seed=1, workers=CORES)
