"""Which vehicles may stand in for each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from zoufang.core.planning.route_problem import Ints, RouteProblem


def kinds(problem: RouteProblem) -> Ints:
    """A number for each vehicle, the same for those that may stand in for each other; 0, 1, ... as they come."""
    columns = np.stack(
        [
            problem.start,
            problem.end,
            problem.shift_early_s,
            problem.shift_late_s,
            problem.regular_s,
            problem.unit_s,
            problem.unit_overtime_s,
            problem.unit_m,
            np.zeros_like(problem.start) if problem.capacity is None else problem.capacity,
        ]
    )
    known: dict[bytes, int] = {}
    keys = [
        columns[:, v].tobytes() + np.packbits(problem.allowed[:, v]).tobytes() for v in range(problem.vehicles)
    ]
    return np.array([known.setdefault(key, len(known)) for key in keys], dtype=np.int64)


def place_alike(
    routes: Sequence[tuple[int, Sequence[int]]], kind_of: Ints, start: Sequence[Sequence[int]]
) -> list[list[int]]:
    """Routes, each with a kind of vehicle, to vehicles: to the one that drives most of its stops in `start`."""
    driver = {int(stop): v for v, route in enumerate(start) for stop in route}
    free = np.ones(len(start), dtype=np.bool_)
    placed: list[list[int]] = [[] for _ in start]
    for kind, stops in sorted(routes, key=lambda r: -len(r[1])):
        shared = np.zeros(len(start), dtype=np.int64)
        for stop in stops:
            if stop in driver:
                shared[driver[stop]] += 1
        vehicle = int(np.where(free & (kind_of == kind), shared, -1).argmax())
        free[vehicle] = False
        placed[vehicle] = [int(stop) for stop in stops]
    return placed
