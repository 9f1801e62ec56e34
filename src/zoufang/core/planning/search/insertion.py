"""Compiled greedy insertion: always the stop whose net worth per root of added time is largest."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from zoufang.core.planning.search.arrays import CUSTOMER, LENGTH, STOP
from zoufang.core.planning.search.compiled import compiled
from zoufang.core.planning.search.moves import NEVER, best_in_route, put


@compiled
def _rate(net: int, added: int) -> float:
    return net / np.sqrt(max(added, 1)) if net > 0 else -1.0


@compiled
def _best_vehicle(net: Any, added: Any, i: int) -> tuple[int, float]:
    best, rate = -1, 0.0
    for v in range(net.shape[1]):
        if net[i, v] > 0:
            mine = _rate(net[i, v], added[i, v])
            if mine > rate:
                best, rate = v, mine
    return best, rate


@compiled
def _look(p: Any, s: Any, net: Any, added: Any, at: Any, best_v: Any, best: Any, v: int) -> None:
    """Every open stop's best insertion into route v anew, and with it each stop's best route."""
    for i in range(len(p.stop)):
        if s.of[p.stop[i, CUSTOMER], STOP] >= 0 or not p.allowed[i, v]:
            continue
        net[i, v], added[i, v], at[i, v] = best_in_route(p, s, i, v)
        mine = _rate(net[i, v], added[i, v])
        if best_v[i] == v and mine < best[i]:
            best_v[i], best[i] = _best_vehicle(net, added, i)
        elif mine > best[i]:
            best_v[i], best[i] = v, mine


@njit(cache=True)
def fill(p: Any, s: Any, kind: Any) -> None:
    """Insert while anything is worth its cost. Of empty vehicles of one kind only the first is looked at."""
    n, vehicles = len(p.stop), len(p.car)
    net = np.full((n, vehicles), NEVER, dtype=np.int64)
    added = np.zeros((n, vehicles), dtype=np.int32)
    at = np.zeros((n, vehicles), dtype=np.int16)
    best_v, best = np.full(n, -1, dtype=np.int64), np.zeros(n)
    looked = np.zeros(vehicles, dtype=np.bool_)
    empty_of = np.zeros(vehicles, dtype=np.bool_)
    for v in range(vehicles):
        if s.info[v, LENGTH] or not empty_of[kind[v]]:
            _look(p, s, net, added, at, best_v, best, v)
            looked[v] = True
            empty_of[kind[v]] = empty_of[kind[v]] or s.info[v, LENGTH] == 0
    while True:
        i = -1
        for j in range(n):
            if best_v[j] >= 0 and s.of[p.stop[j, CUSTOMER], STOP] < 0 and (i < 0 or best[j] > best[i]):
                i = j
        if i < 0:
            return
        v = best_v[i]
        first = s.info[v, LENGTH] == 0
        put(p, s, i, v, at[i, v])
        _look(p, s, net, added, at, best_v, best, v)
        if first:
            for other in range(vehicles):
                if not looked[other] and kind[other] == kind[v]:
                    _look(p, s, net, added, at, best_v, best, other)
                    looked[other] = True
                    break
