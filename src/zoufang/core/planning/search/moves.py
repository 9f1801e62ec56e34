"""Compiled: a route's time segments, and what inserting one stop would bring, in constant time a position.

A segment is (duration, earliest, latest start): starting within [earliest, latest] gives the shortest duration
(Vidal et al. 2013, without time warp: what does not fit is refused).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from zoufang.core.planning.search.arrays import (
    AWAY,
    CAPACITY,
    CARRIED,
    CUSTOMER,
    EARLY,
    END,
    LATE,
    LENGTH,
    LOAD,
    PLACE,
    REGULAR,
    SERVICE,
    SHIFT_EARLY,
    SHIFT_LATE,
    START,
    STOP,
    UNIT_M,
    UNIT_OVER,
    UNIT_S,
    VALUE,
    VEHICLE,
    WORTH,
)
from zoufang.core.planning.search.compiled import compiled

NEVER = -(2**62)


@compiled
def dice(rng: Any) -> float:
    """Uniform in [0, 1): xorshift64*, so that each lane carries its own chance and any thread repeats it."""
    x = rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    rng[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@compiled
def below(rng: Any, n: int) -> int:
    return min(int(dice(rng) * n), n - 1)


@compiled
def cost_of(p: Any, v: int, away: int) -> Any:
    return away * p.car[v, UNIT_S] + max(0, away - p.car[v, REGULAR]) * p.car[v, UNIT_OVER]


@compiled
def refresh(p: Any, s: Any, v: int) -> bool:
    """Recompute all that is known of one route; False when it does not fit (its segments are then unusable)."""
    n = s.info[v, LENGTH]
    fits = _forward(p, s, v, n)
    _backward(p, s, v, n)
    return fits


@compiled
def _forward(p: Any, s: Any, v: int, n: int) -> bool:
    d, e, latest = 0, p.car[v, SHIFT_EARLY], p.car[v, SHIFT_LATE]
    s.seg[v, 0, 0], s.seg[v, 0, 1], s.seg[v, 0, 2] = d, e, latest
    here, metres, value, carried = p.car[v, START], 0, 0, 0
    fits = True
    for k in range(n):
        i = s.route[v, k]
        there = p.stop[i, PLACE]
        delta = d + p.out_s[here, there]
        fits = fits and e + delta <= p.stop[i, LATE]
        wait = max(p.stop[i, EARLY] - delta - latest, 0)
        e, latest = max(p.stop[i, EARLY] - delta, e) - wait, min(p.stop[i, LATE] - delta, latest)
        d = delta + p.stop[i, SERVICE] + wait
        s.seg[v, k + 1, 0], s.seg[v, k + 1, 1], s.seg[v, k + 1, 2] = d, e, latest
        way: Any = np.int64(p.out_m[here, there])
        s.seg[v, k, 6], s.seg[v, k, 7] = way, there
        metres += way
        value += p.stop[i, VALUE]
        carried += p.stop[i, LOAD]
        here = there
    home = p.car[v, END]
    delta = d + p.out_s[here, home]
    fits = fits and e + delta <= p.car[v, SHIFT_LATE] and carried <= p.car[v, CAPACITY]
    away = delta + max(p.car[v, SHIFT_EARLY] - delta - latest, 0)
    way = np.int64(p.out_m[here, home])
    if n == 0:
        away, way, fits = 0, 0, True
    s.seg[v, n, 6], s.seg[v, n, 7] = way, home
    s.info[v, AWAY] = away
    s.info[v, CARRIED] = carried
    s.info[v, WORTH] = value - cost_of(p, v, away) - (metres + way) * p.car[v, UNIT_M]
    return fits


@compiled
def _backward(p: Any, s: Any, v: int, n: int) -> None:
    d, e, latest = 0, p.car[v, SHIFT_EARLY], p.car[v, SHIFT_LATE]
    s.seg[v, n, 3], s.seg[v, n, 4], s.seg[v, n, 5] = d, e, latest
    there = p.car[v, END]
    for k in range(n - 1, -1, -1):
        i = s.route[v, k]
        delta = p.stop[i, SERVICE] + p.out_s[p.stop[i, PLACE], there]
        wait = max(e - delta - p.stop[i, LATE], 0)
        d = delta + d + wait
        e, latest = max(e - delta, p.stop[i, EARLY]) - wait, min(latest - delta, p.stop[i, LATE])
        s.seg[v, k, 3], s.seg[v, k, 4], s.seg[v, k, 5] = d, e, latest
        there = p.stop[i, PLACE]


@compiled
def best_in_route(p: Any, s: Any, i: int, v: int) -> tuple[int, int, int]:
    """Net worth, added seconds and position of the best insertion of stop i; NEVER where none fits."""
    return best_between(p, s, i, v, 0, s.info[v, LENGTH] + 1)


@compiled
def best_between(p: Any, s: Any, i: int, v: int, low: int, high: int) -> tuple[int, int, int]:
    """The same among positions low to high - 1: the innermost loop."""
    best, best_s, best_k = NEVER, 0, 0
    if not p.allowed[i, v] or s.info[v, CARRIED] + p.stop[i, LOAD] > p.car[v, CAPACITY]:
        return best, best_s, best_k
    stop, car = np.uint64(i), np.uint64(v)  # unsigned indices spare the check for negatives
    early, late, service = p.stop[stop, EARLY], p.stop[stop, LATE], p.stop[stop, SERVICE]
    unit_s, unit_over = p.car[car, UNIT_S], p.car[car, UNIT_OVER]
    regular, unit_m, away = p.car[car, REGULAR], p.car[car, UNIT_M], s.info[car, AWAY]
    row = np.uint64(p.stop[stop, PLACE])
    value = p.stop[stop, VALUE] + away * unit_s + max(0, away - regular) * unit_over
    here = p.car[car, START] if low == 0 else s.seg[v, low - 1, 7]
    for kk in range(low, high):
        k = np.uint64(kk)
        d1, e1, l1 = s.seg[car, k, 0], s.seg[car, k, 1], s.seg[car, k, 2]
        if d1 + e1 > late:
            break  # here and later the crew is not free in time
        there = s.seg[car, k, 7]
        latest = s.seg[car, k, 5]
        if early + service <= latest:  # else too late for what follows, whatever the road
            delta = d1 + p.in_s[row, np.uint64(here)]
            if e1 + delta <= late:
                wait = max(early - delta - l1, 0)
                l12 = min(late - delta, l1)
                on = delta + service + wait + p.out_s[row, np.uint64(there)]
                if max(early - delta, e1) - wait + on <= latest:
                    whole = on + s.seg[car, k, 3] + max(s.seg[car, k, 4] - on - l12, 0)
                    way = p.in_m[row, np.uint64(here)] + p.out_m[row, np.uint64(there)] - s.seg[car, k, 6]
                    net = value - whole * unit_s - max(0, whole - regular) * unit_over - way * unit_m
                    if net > best:
                        best, best_s, best_k = net, whole - away, kk
        here = there
    return best, best_s, best_k


@compiled
def put(p: Any, s: Any, i: int, v: int, k: int) -> None:
    n = s.info[v, LENGTH]
    for j in range(n, k, -1):
        s.route[v, j] = s.route[v, j - 1]
    s.route[v, k] = i
    s.info[v, LENGTH] = n + 1
    s.of[p.stop[i, CUSTOMER], STOP] = i
    s.of[p.stop[i, CUSTOMER], VEHICLE] = v
    refresh(p, s, v)


@compiled
def load(p: Any, s: Any, flat: Any, lengths: Any) -> bool:
    """Put these routes in (one after the other in `flat`); False when one does not fit."""
    fits = True
    s.of[:, STOP] = -1
    s.of[:, VEHICLE] = -1
    at = 0
    for v in range(len(lengths)):
        s.info[v, LENGTH] = lengths[v]
        for k in range(lengths[v]):
            i = flat[at + k]
            s.route[v, k] = i
            fits = fits and p.allowed[i, v] and s.of[p.stop[i, CUSTOMER], STOP] < 0
            s.of[p.stop[i, CUSTOMER], STOP] = i
            s.of[p.stop[i, CUSTOMER], VEHICLE] = v
        at += lengths[v]
        fits = refresh(p, s, v) and fits
    return fits
