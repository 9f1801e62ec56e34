"""What was taken out competes with customers nearby who are not served, each with all of its options."""

from __future__ import annotations

from typing import Any

import numpy as np

from zoufang.core.planning.search.arrays import CUSTOMER, LENGTH, STOP, VEHICLE
from zoufang.core.planning.search.compiled import compiled
from zoufang.core.planning.search.moves import below, best_between, best_in_route, dice, put
from zoufang.core.planning.search.work import BESIDE, POOL, RUINED, keep

ROUTES_BESIDE = 3


@compiled
def open_beside(p: Any, s: Any, w: Any, rng: Any, seed: int) -> None:
    """A few more routes near the seed, and an empty one, may take what was taken out."""
    done = 0
    for j in range(p.near.shape[1]):
        v = s.of[p.near[seed, j], VEHICLE]
        if v >= 0 and w.touched[v] == 0:
            w.touched[v] = BESIDE
            done += 1
            if done == ROUTES_BESIDE:
                break
    first = below(rng, len(p.car))
    for k in range(len(p.car)):
        v = (first + k) % len(p.car)
        if s.info[v, LENGTH] == 0 and w.touched[v] == 0:
            w.touched[v] = BESIDE
            return


@compiled
def _offer(p: Any, w: Any, c: int, wide: int, noise: float) -> None:
    """All options of a customer into the pool, unless it is full or holds them already."""
    options = p.first[c + 1] - p.first[c]
    if w.mark[c] or w.size[1] + options > POOL:
        return
    w.mark[c] = 1
    for i in range(p.first[c], p.first[c + 1]):
        at = w.size[1]
        w.pool[at], w.wide[at], w.noise[at] = i, wide, noise
        w.size[1] = at + 1


@compiled
def gather(p: Any, s: Any, w: Any, rng: Any, seed: int, spread: float, others: int) -> None:
    """What competes: those taken out (for any route) and a sample of the unserved near the ruined routes."""
    w.size[1] = 0
    w.mark[:] = 0
    for j in range(w.size[0]):
        _offer(p, w, w.out[j], 1, 1.0 + spread * (dice(rng) - 0.5))
    if s.of[p.stop[seed, CUSTOMER], STOP] < 0:
        _offer(p, w, p.stop[seed, CUSTOMER], 1, 1.0 + spread * dice(rng))
    near = p.near.shape[1]
    for v in range(len(p.car)):
        if w.touched[v] != RUINED:
            continue
        n = w.old_length[v]
        for _ in range(others):
            i = w.old[v, below(rng, n)] if n else seed
            u = dice(rng)
            c = p.near[i, int(near * u * u)]
            if s.of[c, STOP] < 0:
                _offer(p, w, c, 0, 1.0 + spread * (dice(rng) - 0.5))


@compiled
def _rate(net: int, added: int, power: int) -> Any:
    if net <= 0:
        return -1.0
    if power == 0:
        return float(net)
    if power == 2:
        return net / max(added, 60)
    return net / np.sqrt(max(added, 60))


@compiled
def _look(p: Any, s: Any, w: Any, j: int, v: int, power: int) -> None:
    net, added, w.at[j, v] = best_in_route(p, s, w.pool[j], v)
    w.by_route[j, v] = _rate(net, added, power) * w.noise[j]
    w.stale[j, v] = False


@compiled
def _look_beside(p: Any, s: Any, w: Any, j: int, v: int, k: int, power: int) -> None:
    """After an insertion at k: the two new gaps are looked at now, the rest only when this entry comes up."""
    if w.by_route[j, v] > 0:
        w.stale[j, v] = True
        if w.at[j, v] > k:
            w.at[j, v] += 1
    net, added, at = best_between(p, s, w.pool[j], v, k, k + 2)
    rate = _rate(net, added, power) * w.noise[j]
    if rate > w.by_route[j, v]:
        w.by_route[j, v], w.at[j, v], w.stale[j, v] = rate, at, False


@compiled
def _choose_route(p: Any, w: Any, j: int) -> None:
    best, rate = -1, 0.0
    for v in range(len(p.car)):
        if w.by_route[j, v] > rate:
            best, rate = v, w.by_route[j, v]
    w.best_v[j], w.rate[j] = best, rate


@compiled
def _first_looks(p: Any, s: Any, w: Any, power: int) -> None:
    for j in range(w.size[1]):
        for v in range(len(p.car)):
            if w.touched[v] == RUINED or (w.wide[j] and w.touched[v] == BESIDE):
                _look(p, s, w, j, v, power)
            else:
                w.by_route[j, v] = -1.0
        _choose_route(p, w, j)


@compiled
def recreate(p: Any, s: Any, w: Any, power: int) -> None:
    _first_looks(p, s, w, power)
    while True:
        best = -1
        for j in range(w.size[1]):
            if w.best_v[j] >= 0 and (best < 0 or w.rate[j] > w.rate[best]):
                best = j
        if best < 0:
            return
        v, c = w.best_v[best], p.stop[w.pool[best], CUSTOMER]
        if w.stale[best, v]:
            _look(p, s, w, best, v, power)
            _choose_route(p, w, best)
            continue
        keep(s, w, v)
        k = w.at[best, v]
        put(p, s, w.pool[best], v, k)
        w.mark[c] = 2
        for j in range(w.size[1]):
            if w.mark[p.stop[w.pool[j], CUSTOMER]] == 2:
                w.best_v[j] = -1
            elif w.wide[j] or w.touched[v] == RUINED:
                _look_beside(p, s, w, j, v, k, power)
                if w.by_route[j, v] > w.rate[j]:
                    _choose_route(p, w, j)
