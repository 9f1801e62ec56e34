"""Five ways to choose what is taken out: strings of adjacent routes (Christiaens and Vanden Berghe 2020), stops
scattered around a seed, those that bring least, whole routes, and one time of day.
"""

from __future__ import annotations

from typing import Any

from zoufang.core.planning.search.arrays import (
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
)
from zoufang.core.planning.search.compiled import compiled
from zoufang.core.planning.search.moves import below, dice, refresh
from zoufang.core.planning.search.work import take

STRINGS, SCATTERED, WORST, WHOLE, HOURS = 0, 1, 2, 3, 4


@compiled
def _position(p: Any, s: Any, c: int) -> int:
    v, i = s.of[c, VEHICLE], s.of[c, STOP]
    for k in range(s.info[v, LENGTH]):
        if s.route[v, k] == i:
            return k
    return -1


@compiled
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
            take(p, s, w, v, gap + 1, min(n, low + size + 1))
            take(p, s, w, v, low, gap)
        else:
            take(p, s, w, v, low, low + size)
        done += 1
        if done == routes:
            return


@compiled
def _scattered(p: Any, s: Any, w: Any, rng: Any, seed: int, wanted: int) -> None:
    taken = 0
    for j in range(p.near.shape[1]):
        c = p.near[seed, j]
        if s.of[c, VEHICLE] >= 0 and dice(rng) < 0.6:
            k = _position(p, s, c)
            take(p, s, w, s.of[c, VEHICLE], k, k + 1)
            taken += 1
            if taken == wanted:
                return


@compiled
def _gain_of(p: Any, s: Any, v: int, k: int) -> Any:
    """Rough net worth per second of keeping the k-th stop: its value less the detour, by time that it takes."""
    i = s.route[v, k]
    here = p.car[v, START] if k == 0 else p.stop[s.route[v, k - 1], PLACE]
    there = p.car[v, END] if k == s.info[v, LENGTH] - 1 else p.stop[s.route[v, k + 1], PLACE]
    row = p.stop[i, PLACE]
    detour = p.in_s[row, here] + p.out_s[row, there] - p.out_s[here, there] + p.stop[i, SERVICE]
    return p.stop[i, VALUE] / max(detour, 60)


@compiled
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
            take(p, s, w, v, low, low + 1)
        done += 1
        if done == routes:
            return


@compiled
def _whole(p: Any, s: Any, w: Any, rng: Any, seed: int, routes: int) -> None:
    done = 0
    for j in range(p.near.shape[1]):
        v = s.of[p.near[seed, j], VEHICLE]
        if v >= 0 and not w.touched[v]:
            take(p, s, w, v, 0, s.info[v, LENGTH])
            done += 1
            if done == routes:
                return


@compiled
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
            take(p, s, w, v, low, high)
            done += 1
            if done == routes:
                return


@compiled
def ruin(p: Any, s: Any, w: Any, rng: Any, kind: int, seed: int, size: float) -> None:
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
