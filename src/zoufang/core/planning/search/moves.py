"""Compiled: a route's time segments, and what inserting one stop would bring, in constant time a position.

A segment is (duration, earliest, latest start): starting within [earliest, latest] gives the shortest duration
(Vidal et al. 2013, without time warp: what does not fit is refused).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

NEVER = -(2**62)


@njit(cache=True)
def dice(rng: Any) -> float:
    """Uniform in [0, 1): xorshift64*, so that each lane carries its own chance and any thread repeats it."""
    x = rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    rng[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@njit(cache=True)
def below(rng: Any, n: int) -> int:
    return min(int(dice(rng) * n), n - 1)


@njit(cache=True)
def cost_of(p: Any, v: int, away: int) -> Any:
    return away * p.unit_s[v] + max(0, away - p.regular[v]) * p.unit_over[v]


@njit(cache=True)
def refresh(p: Any, s: Any, v: int) -> bool:
    """Recompute all that is known of one route; False when it does not fit (its segments are then unusable)."""
    n = s.length[v]
    fits = _forward(p, s, v, n)
    _backward(p, s, v, n)
    return fits


@njit(cache=True)
def _forward(p: Any, s: Any, v: int, n: int) -> bool:
    d, e, latest = 0, p.shift_early[v], p.shift_late[v]
    s.seg[v, 0, 0], s.seg[v, 0, 1], s.seg[v, 0, 2] = d, e, latest
    here, metres, value = p.start[v], 0, 0
    fits = True
    for k in range(n):
        i = s.route[v, k]
        there = p.place[i]
        delta = d + p.out_s[here, there]
        fits = fits and e + delta <= p.late[i]
        wait = max(p.early[i] - delta - latest, 0)
        e, latest = max(p.early[i] - delta, e) - wait, min(p.late[i] - delta, latest)
        d = delta + p.service[i] + wait
        s.seg[v, k + 1, 0], s.seg[v, k + 1, 1], s.seg[v, k + 1, 2] = d, e, latest
        way: Any = np.int64(p.out_m[here, there])
        s.seg[v, k, 6], s.seg[v, k, 7] = way, there
        metres += way
        value += p.value[i]
        here = there
    home = p.end[v]
    delta = d + p.out_s[here, home]
    fits = fits and e + delta <= p.shift_late[v]
    away = delta + max(p.shift_early[v] - delta - latest, 0)
    way = np.int64(p.out_m[here, home])
    if n == 0:
        away, way, fits = 0, 0, True
    s.seg[v, n, 6], s.seg[v, n, 7] = way, home
    s.away[v] = away
    s.worth[v] = value - cost_of(p, v, away) - (metres + way) * p.unit_m[v]
    return fits


@njit(cache=True)
def _backward(p: Any, s: Any, v: int, n: int) -> None:
    d, e, latest = 0, p.shift_early[v], p.shift_late[v]
    s.seg[v, n, 3], s.seg[v, n, 4], s.seg[v, n, 5] = d, e, latest
    there = p.end[v]
    for k in range(n - 1, -1, -1):
        i = s.route[v, k]
        delta = p.service[i] + p.out_s[p.place[i], there]
        wait = max(e - delta - p.late[i], 0)
        d = delta + d + wait
        e, latest = max(e - delta, p.early[i]) - wait, min(latest - delta, p.late[i])
        s.seg[v, k, 3], s.seg[v, k, 4], s.seg[v, k, 5] = d, e, latest
        there = p.place[i]


@njit(cache=True)
def best_in_route(p: Any, s: Any, i: int, v: int) -> tuple[int, int, int]:
    """Net worth, added seconds and position of the best insertion of stop i; NEVER where none fits."""
    return best_between(p, s, i, v, 0, s.length[v] + 1)


@njit(cache=True)
def best_between(p: Any, s: Any, i: int, v: int, low: int, high: int) -> tuple[int, int, int]:
    """The same among positions low to high - 1."""
    best, best_s, best_k = NEVER, 0, 0
    if not p.allowed[i, v]:
        return best, best_s, best_k
    row = np.uint64(p.place[i])
    early, late, service, value = p.early[i], p.late[i], p.service[i], p.value[i]
    away, unit_m = s.away[v], p.unit_m[v]
    unit_s, unit_over, regular = p.unit_s[v], p.unit_over[v], p.regular[v]
    base = away * unit_s + max(0, away - regular) * unit_over
    here = np.uint64(p.start[v] if low == 0 else s.seg[v, low - 1, 7])
    u = np.uint64(v)
    for kk in range(low, high):
        k = np.uint64(kk)
        there = np.uint64(s.seg[u, k, np.uint64(7)])
        delta = s.seg[u, k, np.uint64(0)] + p.in_s[row, here]
        e1, l1 = s.seg[u, k, np.uint64(1)], s.seg[u, k, np.uint64(2)]
        if e1 + delta <= late:
            wait = max(early - delta - l1, 0)
            l12 = min(late - delta, l1)
            on = delta + service + wait + p.out_s[row, there]
            if max(early - delta, e1) - wait + on <= s.seg[u, k, np.uint64(5)]:
                whole = on + s.seg[u, k, np.uint64(3)] + max(s.seg[u, k, np.uint64(4)] - on - l12, 0)
                way = p.in_m[row, here] + p.out_m[row, there] - s.seg[u, k, np.uint64(6)]
                net = value + base - whole * unit_s - max(0, whole - regular) * unit_over - way * unit_m
                if net > best:
                    best, best_s, best_k = net, whole - away, kk
        here = there
    return best, best_s, best_k


@njit(cache=True)
def put(p: Any, s: Any, i: int, v: int, k: int) -> None:
    n = s.length[v]
    for j in range(n, k, -1):
        s.route[v, j] = s.route[v, j - 1]
    s.route[v, k] = i
    s.length[v] = n + 1
    s.stop_of[p.customer[i]] = i
    s.vehicle_of[p.customer[i]] = v
    refresh(p, s, v)


@njit(cache=True)
def load(p: Any, s: Any, flat: Any, lengths: Any) -> bool:
    """Put these routes in (one after the other in `flat`); False when one does not fit."""
    fits = True
    s.stop_of[:] = -1
    s.vehicle_of[:] = -1
    at = 0
    for v in range(len(lengths)):
        s.length[v] = lengths[v]
        for k in range(lengths[v]):
            i = flat[at + k]
            s.route[v, k] = i
            fits = fits and p.allowed[i, v] and s.stop_of[p.customer[i]] < 0
            s.stop_of[p.customer[i]] = i
            s.vehicle_of[p.customer[i]] = v
        at += lengths[v]
        fits = refresh(p, s, v) and fits
    return fits
