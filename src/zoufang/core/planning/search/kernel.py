"""Compiled ruin and recreate: take some stops out of neighbouring routes, put better ones in, keep by annealing.

Ruin follows Christiaens and Vanden Berghe (2020, strings of adjacent routes) with four more ways of choosing; what
is put back competes with customers nearby who are not served, each with all of its options.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from zoufang.core.planning.route_problem import Ints
from zoufang.core.planning.search.arrays import (
    CUSTOMER,
    EARLY,
    END,
    LATE,
    LENGTH,
    PLACE,
    SERVICE,
    START,
    STOP,
    VALUE,
    VEHICLE,
    WORTH,
)
from zoufang.core.planning.search.moves import below, best_between, best_in_route, dice, put, refresh

POOL = 640  # options that compete in one recreate at most
STRINGS, SCATTERED, WORST, WHOLE, HOURS = 0, 1, 2, 3, 4
RUINS = 5
RUINED, BESIDE = 1, 2
ROUTES_BESIDE = 3
POWERS = 3  # of the added time in the rate: 0, 1/2, 1


class Work(NamedTuple):
    """Scratch space of one lane, made once."""

    changed: Ints  # by vehicle: 1 when its old route is kept in `old`
    touched: Ints  # by vehicle: RUINED, or BESIDE: takes back what was taken out, but no others
    old: Ints
    old_length: Ints
    old_worth: Ints
    out: Ints  # customers taken out
    mark: Ints  # by customer: in the pool of this iteration
    pool: Ints
    wide: Ints  # by pool entry: may go into any route, not only the ruined
    best_v: Ints
    rate: Any
    by_route: Any  # the same rate by pool entry and vehicle
    at: Ints
    stale: Any  # the route has changed since `by_route` was worked out
    noise: Any
    best_route: Ints
    best_length: Ints
    weight: Any  # ruin x power
    size: Ints  # 0: taken out, 1: pool


def work_for(p: Any, s: Any) -> Work:
    """Scratch space for one part, with the routes loaded into `s` as the best so far."""
    vehicles, customers = len(p.car), len(p.first) - 1
    ints = np.int64
    return Work(
        np.zeros(vehicles, ints),
        np.zeros(vehicles, ints),
        np.zeros_like(s.route),
        np.zeros(vehicles, ints),
        np.zeros(vehicles, ints),
        np.zeros(customers + 1, ints),
        np.zeros(customers, ints),
        np.zeros(POOL, ints),
        np.zeros(POOL, ints),
        np.zeros(POOL, ints),
        np.zeros(POOL),
        np.zeros((POOL, vehicles)),
        np.zeros((POOL, vehicles), ints),
        np.zeros((POOL, vehicles), np.bool_),
        np.ones(POOL),
        s.route.copy(),
        s.info[:, LENGTH].copy(),
        np.ones((RUINS, POWERS)),
        np.zeros(4, ints),
    )


@njit(cache=True, _nrt=False)
def _keep(s: Any, w: Any, v: int) -> None:
    if w.changed[v] == 0:
        w.changed[v] = 1
        w.old_length[v] = s.info[v, LENGTH]
        w.old_worth[v] = s.info[v, WORTH]
        for k in range(s.info[v, LENGTH]):
            w.old[v, k] = s.route[v, k]


@njit(cache=True, _nrt=False)
def _take(p: Any, s: Any, w: Any, v: int, low: int, high: int) -> None:
    """Take stops low to high - 1 out of route v (its segments are refreshed later)."""
    _keep(s, w, v)
    w.touched[v] = 1
    n = s.info[v, LENGTH]
    for k in range(low, high):
        c = p.stop[s.route[v, k], CUSTOMER]
        s.of[c, STOP] = -1
        s.of[c, VEHICLE] = -1
        w.out[w.size[0]] = c
        w.size[0] += 1
    for k in range(high, n):
        s.route[v, k - (high - low)] = s.route[v, k]
    s.info[v, LENGTH] = n - (high - low)


@njit(cache=True, _nrt=False)
def _position(p: Any, s: Any, c: int) -> int:
    v, i = s.of[c, VEHICLE], s.of[c, STOP]
    for k in range(s.info[v, LENGTH]):
        if s.route[v, k] == i:
            return k
    return -1


@njit(cache=True, _nrt=False)
def _strings(p: Any, s: Any, w: Any, rng: Any, seed: int, routes: int, longest: int) -> None:
    done = 0
    for j in range(p.near.shape[1]):
        c = p.near[seed, j]
        v = s.of[c, VEHICLE]
        if v < 0 or w.touched[v]:
            continue
        n = s.info[v, LENGTH]
        size = min(n, 1 + below(rng, longest))
        k = _position(p, s, c)
        low = max(0, min(k - below(rng, size), n - size))
        if size > 1 and size < n and dice(rng) < 0.3:  # keep one in the middle: a split string
            gap = low + below(rng, size)
            _take(p, s, w, v, gap + 1, min(n, low + size + 1))
            _take(p, s, w, v, low, gap)
        else:
            _take(p, s, w, v, low, low + size)
        done += 1
        if done == routes:
            return


@njit(cache=True, _nrt=False)
def _scattered(p: Any, s: Any, w: Any, rng: Any, seed: int, wanted: int) -> None:
    taken = 0
    for j in range(p.near.shape[1]):
        c = p.near[seed, j]
        if s.of[c, VEHICLE] >= 0 and dice(rng) < 0.6:
            k = _position(p, s, c)
            _take(p, s, w, s.of[c, VEHICLE], k, k + 1)
            taken += 1
            if taken == wanted:
                return


@njit(cache=True, _nrt=False)
def _gain_of(p: Any, s: Any, v: int, k: int) -> Any:
    """Rough net worth per second of keeping the k-th stop: its value less the detour, by time that it takes."""
    i = s.route[v, k]
    here = p.car[v, START] if k == 0 else p.stop[s.route[v, k - 1], PLACE]
    there = p.car[v, END] if k == s.info[v, LENGTH] - 1 else p.stop[s.route[v, k + 1], PLACE]
    row = p.stop[i, PLACE]
    detour = p.in_s[row, here] + p.out_s[row, there] - p.out_s[here, there] + p.stop[i, SERVICE]
    return p.stop[i, VALUE] / max(detour, 60)


@njit(cache=True, _nrt=False)
def _worst(p: Any, s: Any, w: Any, rng: Any, seed: int, routes: int, each: int) -> None:
    """From the nearest routes the stops that bring least for their time, with noise."""
    done = 0
    for j in range(p.near.shape[1]):
        v = s.of[p.near[seed, j], VEHICLE]
        if v < 0 or w.touched[v]:
            continue
        for _ in range(min(each, s.info[v, LENGTH])):
            low, low_gain = 0, 1e300
            for k in range(s.info[v, LENGTH]):
                gain = _gain_of(p, s, v, k) * (0.4 + 1.2 * dice(rng))
                if gain < low_gain:
                    low, low_gain = k, gain
            _take(p, s, w, v, low, low + 1)
        done += 1
        if done == routes:
            return


@njit(cache=True, _nrt=False)
def _whole(p: Any, s: Any, w: Any, rng: Any, seed: int, routes: int) -> None:
    done = 0
    for j in range(p.near.shape[1]):
        v = s.of[p.near[seed, j], VEHICLE]
        if v >= 0 and not w.touched[v]:
            _take(p, s, w, v, 0, s.info[v, LENGTH])
            done += 1
            if done == routes:
                return


@njit(cache=True, _nrt=False)
def _hours(p: Any, s: Any, w: Any, rng: Any, seed: int, routes: int) -> None:
    """From the nearest routes what lies within some hours around the seed's: the same time of day anew."""
    centre = p.stop[seed, EARLY] + dice(rng) * (p.stop[seed, LATE] - p.stop[seed, EARLY])
    width = 3600 + dice(rng) * 7200
    done = 0
    for j in range(p.near.shape[1]):
        v = s.of[p.near[seed, j], VEHICLE]
        if v < 0 or w.touched[v]:
            continue
        low, high = -1, -1
        for k in range(s.info[v, LENGTH]):
            begin = s.seg[v, k + 1, 1] + s.seg[v, k + 1, 0]
            if abs(begin - centre) <= width:
                low = k if low < 0 else low
                high = k + 1
        if low >= 0:
            _take(p, s, w, v, low, high)
            done += 1
            if done == routes:
                return


@njit(cache=True, _nrt=False)
def _ruin(p: Any, s: Any, w: Any, rng: Any, kind: int, seed: int, size: float) -> None:
    if kind == STRINGS:
        _strings(p, s, w, rng, seed, 1 + below(rng, 3), max(2, int(10 * size)))
    elif kind == SCATTERED:
        _scattered(p, s, w, rng, seed, 2 + below(rng, max(2, int(12 * size))))
    elif kind == WORST:
        _worst(p, s, w, rng, seed, 1 + below(rng, 3), 1 + below(rng, max(1, int(5 * size))))
    elif kind == WHOLE:
        _whole(p, s, w, rng, seed, 1 + below(rng, 2))
    else:
        _hours(p, s, w, rng, seed, 1 + below(rng, 3))
    for v in range(len(p.car)):
        if w.touched[v]:
            refresh(p, s, v)


@njit(cache=True, _nrt=False)
def _open_beside(p: Any, s: Any, w: Any, rng: Any, seed: int) -> None:
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


@njit(cache=True, _nrt=False)
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


@njit(cache=True, _nrt=False)
def _gather(p: Any, s: Any, w: Any, rng: Any, seed: int, spread: float, others: int) -> None:
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


@njit(cache=True, _nrt=False)
def _rate(net: int, added: int, power: int) -> Any:
    if net <= 0:
        return -1.0
    if power == 0:
        return float(net)
    if power == 2:
        return net / max(added, 60)
    return net / np.sqrt(max(added, 60))


@njit(cache=True, _nrt=False)
def _look(p: Any, s: Any, w: Any, j: int, v: int, power: int) -> None:
    net, added, w.at[j, v] = best_in_route(p, s, w.pool[j], v)
    w.by_route[j, v] = _rate(net, added, power) * w.noise[j]
    w.stale[j, v] = False


@njit(cache=True, _nrt=False)
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


@njit(cache=True, _nrt=False)
def _choose_route(p: Any, w: Any, j: int) -> None:
    best, rate = -1, 0.0
    for v in range(len(p.car)):
        if w.by_route[j, v] > rate:
            best, rate = v, w.by_route[j, v]
    w.best_v[j], w.rate[j] = best, rate


@njit(cache=True, _nrt=False)
def _first_looks(p: Any, s: Any, w: Any, power: int) -> None:
    for j in range(w.size[1]):
        for v in range(len(p.car)):
            if w.touched[v] == RUINED or (w.wide[j] and w.touched[v] == BESIDE):
                _look(p, s, w, j, v, power)
            else:
                w.by_route[j, v] = -1.0
        _choose_route(p, w, j)


@njit(cache=True, _nrt=False)
def _recreate(p: Any, s: Any, w: Any, power: int) -> None:
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
        _keep(s, w, v)
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


@njit(cache=True, _nrt=False)
def _undo(p: Any, s: Any, w: Any) -> None:
    for v in range(len(p.car)):
        if w.changed[v]:
            for k in range(s.info[v, LENGTH]):
                s.of[p.stop[s.route[v, k], CUSTOMER], STOP] = -1
                s.of[p.stop[s.route[v, k], CUSTOMER], VEHICLE] = -1
    for v in range(len(p.car)):
        if w.changed[v]:
            s.info[v, LENGTH] = w.old_length[v]
            for k in range(s.info[v, LENGTH]):
                i = w.old[v, k]
                s.route[v, k] = i
                s.of[p.stop[i, CUSTOMER], STOP] = i
                s.of[p.stop[i, CUSTOMER], VEHICLE] = v
            refresh(p, s, v)


@njit(cache=True, _nrt=False)
def _draw(weight: Any, rng: Any) -> Any:
    left = dice(rng) * weight.sum()
    for k in range(weight.size):
        left -= weight.flat[k]
        if left <= 0:
            return k
    return weight.size - 1


@njit(cache=True, _nrt=False)
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
    _ruin(p, s, w, rng, kind, seed, size)
    if w.size[0] == 0:
        w.touched[below(rng, len(p.car))] = 1
    for v in range(len(p.car)):
        if w.touched[v]:
            _keep(s, w, v)
    _open_beside(p, s, w, rng, seed)
    spread = below(rng, 3) * 0.4
    _gather(p, s, w, rng, seed, spread, others)
    _recreate(p, s, w, power)
    gain = 0
    for v in range(len(p.car)):
        if w.changed[v]:
            gain += s.info[v, WORTH] - w.old_worth[v]
    kept = gain >= 0 or gain > heat * np.log(max(dice(rng), 1e-12))
    if not kept:
        _undo(p, s, w)
    score = 0.0 if not kept else 2.0 if gain > 0 else 0.1
    w.weight[kind, power] = max(0.02, 0.995 * w.weight[kind, power] + 0.005 * score)
    return gain if kept else 0


@njit(cache=True, nogil=True, _nrt=False)
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
