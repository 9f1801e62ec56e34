"""Compiled ruin and recreate under annealing: take some stops out of neighbouring routes, put better ones in."""

from __future__ import annotations

from typing import Any

import numpy as np

from zoufang.core.planning.search.arrays import CUSTOMER, LENGTH, STOP, WORTH
from zoufang.core.planning.search.compiled import compiled
from zoufang.core.planning.search.moves import below, dice
from zoufang.core.planning.search.recreate import gather, open_beside, recreate
from zoufang.core.planning.search.ruin import ruin
from zoufang.core.planning.search.work import POWERS, keep, undo


@compiled
def _draw(weight: Any, rng: Any) -> Any:
    left = dice(rng) * weight.sum()
    for k in range(weight.size):
        left -= weight.flat[k]
        if left <= 0:
            return k
    return weight.size - 1


@compiled
def _step(p: Any, s: Any, w: Any, rng: Any, heat: float, size: float, others: int) -> Any:
    """One ruin and recreate; the gain in worth if it is kept, 0 if undone."""
    choice = _draw(w.weight, rng)
    kind, power = choice // POWERS, choice % POWERS
    w.changed[:] = 0
    w.touched[:] = 0
    w.size[0] = 0
    seed = below(rng, len(p.stop))
    if s.of[p.stop[seed, CUSTOMER], STOP] >= 0:
        seed = s.of[p.stop[seed, CUSTOMER], STOP]
    ruin(p, s, w, rng, kind, seed, size)
    if w.size[0] == 0:
        w.touched[below(rng, len(p.car))] = 1
    for v in range(len(p.car)):
        if w.touched[v]:
            keep(s, w, v)
    open_beside(p, s, w, rng, seed)
    spread = below(rng, 3) * 0.4
    gather(p, s, w, rng, seed, spread, others)
    recreate(p, s, w, power)
    gain = 0
    for v in range(len(p.car)):
        if w.changed[v]:
            gain += s.info[v, WORTH] - w.old_worth[v]
    kept = gain >= 0 or gain > heat * np.log(max(dice(rng), 1e-12))
    if not kept:
        undo(p, s, w)
    score = 0.0 if not kept else 2.0 if gain > 0 else 0.1
    w.weight[kind, power] = max(0.02, 0.995 * w.weight[kind, power] + 0.005 * score)
    return gain if kept else 0


@compiled
def anneal(
    p: Any, s: Any, w: Any, rng: Any, iterations: int, heat: float, size: float, others: int, best: int
) -> int:
    """So many steps at one heat; routes worth more than `best` are kept in `w.best_*`. Returns the best worth."""
    current = s.info[:, WORTH].sum()
    for _ in range(iterations):
        current += _step(p, s, w, rng, heat, size, others)
        if current > best:
            best = current
            for v in range(len(p.car)):
                w.best_length[v] = s.info[v, LENGTH]
                for k in range(s.info[v, LENGTH]):
                    w.best_route[v, k] = s.route[v, k]
    return best
