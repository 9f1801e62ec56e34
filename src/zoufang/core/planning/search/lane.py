"""One lane: anneal the routes of one part for so many steps or until told to stop. Runs in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from zoufang.core.planning.route_problem import Ints, Routes
from zoufang.core.planning.search import kernel, moves
from zoufang.core.planning.search import work as scratch
from zoufang.core.planning.search.arrays import LENGTH, WORTH, State, empty_state
from zoufang.core.planning.search.parts import Part, local_routes

CHUNK = 100  # steps between two looks at the clock
SIZE = 0.8  # of the ruin
OTHERS = 12  # unserved customers looked for at each ruined route


@dataclass(frozen=True, slots=True)
class LaneEnd:
    """By vehicle of the part, in stops of the whole problem: where the walk stands, and the best it saw."""

    part: Part
    current: list[list[int]]
    current_worth: int
    best: list[list[int]]
    best_worth: int
    steps: int
    seen: frozenset[tuple[int, tuple[int, ...]]]  # routes on the way, by vehicle of the whole problem


def run_lane(
    cut: Callable[[], Part], routes: Routes, seed: int, heat: float, more: Callable[[int], bool]
) -> LaneEnd:
    """Cut a part and walk from these routes while `more(steps done)`: same arguments, same end."""
    part = cut()
    state = empty_state(part.packed)
    mine = local_routes(part, routes)
    flat = np.array([stop for route in mine for stop in route], dtype=np.int64)
    moves.load(part.packed, state, flat, np.array([len(route) for route in mine], dtype=np.int64))
    work = scratch.work_for(part.packed, state)
    chance = np.array([(seed * 0x9E3779B97F4A7C15 + 0x5851F42D4C957F2D) % 2**64 or 1], dtype=np.uint64)
    best, steps = int(state.info[:, WORTH].sum()), 0
    seen: set[tuple[int, tuple[int, ...]]] = set()
    can_move = bool(len(part.packed.stop)) and bool(len(part.packed.car))
    while can_move and more(steps):
        best = kernel.anneal(part.packed, state, work, chance, CHUNK, heat, SIZE, OTHERS, best)
        steps += CHUNK
        seen.update(_routes_of(part, state.route, state.info[:, LENGTH]))
    seen.update(_routes_of(part, work.best_route, work.best_length))
    return LaneEnd(
        part,
        named(part, state.route, state.info[:, LENGTH]),
        int(state.info[:, WORTH].sum()),
        named(part, work.best_route, work.best_length),
        int(best),
        steps,
        frozenset(seen),
    )


def _routes_of(part: Part, route: Ints, length: Ints) -> list[tuple[int, tuple[int, ...]]]:
    return [(int(part.vehicles[v]), tuple(part.stops[route[v, : length[v]]].tolist())) for v in range(len(length))]


def fill(part: Part, kinds: Ints, routes: Routes) -> list[list[int]]:
    """Greedy insertion into these routes of the whole problem, as far as the part goes."""
    from zoufang.core.planning.search import insertion

    state: State = empty_state(part.packed)
    mine = local_routes(part, routes)
    flat = np.array([stop for route in mine for stop in route], dtype=np.int64)
    moves.load(part.packed, state, flat, np.array([len(route) for route in mine], dtype=np.int64))
    insertion.fill(part.packed, state, kinds)
    return named(part, state.route, state.info[:, LENGTH])


def named(part: Part, route: Ints, length: Ints) -> list[list[int]]:
    return [[int(part.stops[i]) for i in route[v, : length[v]]] for v in range(len(length))]
