"""Cutting a large problem into neighbouring routes with the unserved customers around them, anew each round."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zoufang.core.planning.route_problem import Ints, RouteProblem, Routes

UNSERVED_A_ROUTE = 40  # customers offered to a part for each of its routes


def groups_of_vehicles(
    problem: RouteProblem, routes: Routes, size: int, count: int, rng: np.random.Generator
) -> list[Ints]:
    """`count` disjoint groups of about `size` neighbouring vehicles, about random centres."""
    every, first = _places(problem, routes)
    free = np.ones(problem.vehicles, dtype=np.bool_)
    found = []
    for left in range(count, 0, -1):
        options = np.flatnonzero(free)
        if not len(options):
            break
        take = min(size, max(1, len(options) // left))
        centre = int(rng.choice(options))
        noisy = distances(problem, every, first, centre)[options] * rng.uniform(0.7, 1.3, len(options))
        noisy[options == centre] = -1
        group = np.sort(options[np.argsort(noisy, kind="stable")[:take]])
        free[group] = False
        found.append(group.astype(np.int64))
    return found


def _places(problem: RouteProblem, routes: Routes) -> tuple[Ints, Ints]:
    """The places of all routes one after the other (an empty one is where it starts), and where each begins."""
    places = [
        np.array([problem.start[v]], dtype=np.int64) if not len(r) else problem.place[list(r)]
        for v, r in enumerate(routes)
    ]
    sizes = [len(p) for p in places]
    return np.concatenate(places), np.cumsum([0, *sizes[:-1]], dtype=np.int64)


def distances(problem: RouteProblem, every: Ints, first: Ints, centre: int) -> NDArray[np.float64]:
    """To each route from this one and back: the mean road from a stop of one to the nearest stop of the other."""
    last = first[centre + 1] if centre + 1 < len(first) else len(every)
    mine = every[first[centre] : last]
    there = np.minimum.reduceat(problem.seconds[np.ix_(mine, every)], first, axis=1).mean(axis=0)
    back = problem.seconds[np.ix_(every, mine)].min(axis=1)
    sizes = np.diff(np.append(first, len(every)))
    return np.asarray(there + np.add.reduceat(back, first) / sizes, dtype=np.float64)


def customers_of(problem: RouteProblem, routes: Routes, groups: list[Ints]) -> list[Ints]:
    """For each group its served customers and, each once among the groups, the most promising unserved ones."""
    served = np.zeros(problem.customers, dtype=np.bool_)
    mine = []
    for route in routes:
        served[problem.customer[list(route)]] = True
    for group in groups:
        mine.append(np.unique(np.concatenate([problem.customer[list(routes[v])] for v in group] + [_NONE])))
    open_stops = np.flatnonzero(~served[problem.customer])
    gains = np.stack([_promise(problem, routes, group, open_stops) for group in groups])
    best = np.full((len(groups), problem.customers), -np.inf)
    for row, gain in zip(best, gains, strict=True):
        np.maximum.at(row, problem.customer[open_stops], gain)
    owner = best.argmax(axis=0)
    result = []
    for k, group in enumerate(groups):
        candidates = np.flatnonzero((owner == k) & np.isfinite(best[k]) & ~served)
        room = UNSERVED_A_ROUTE * len(group)
        chosen = candidates[np.argsort(-best[k, candidates], kind="stable")[:room]]
        result.append(np.unique(np.concatenate([mine[k], chosen])).astype(np.int64))
    return result


_NONE = np.zeros(0, dtype=np.int64)


def _promise(problem: RouteProblem, routes: Routes, group: Ints, stops: Ints) -> NDArray[np.float64]:
    """Value less service and the road from the nearest place of the group, in units; -inf where nobody may go."""
    places = np.unique(
        np.concatenate([problem.start[group], *(problem.place[list(routes[v])] for v in group)]).astype(np.int64)
    )
    where, back = np.unique(problem.place[stops], return_inverse=True)
    road = problem.seconds[np.ix_(where, places)].min(axis=1, initial=2**40)[back]
    price = float(problem.unit_s[group].mean()) * (problem.service_s[stops] + road)
    gain = problem.value[stops] - price
    gain[~problem.allowed[np.ix_(stops, group)].any(axis=1)] = -np.inf
    return np.asarray(gain, dtype=np.float64)
