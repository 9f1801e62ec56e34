"""Scratch space of one lane, and taking stops out of routes so that it can be undone."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from zoufang.core.planning.route_problem import Ints
from zoufang.core.planning.search.arrays import CUSTOMER, LENGTH, STOP, VEHICLE, WORTH
from zoufang.core.planning.search.compiled import compiled
from zoufang.core.planning.search.moves import refresh

POOL = 640  # options that compete in one recreate at most
RUINS = 5
RUINED, BESIDE = 1, 2
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


@compiled
def keep(s: Any, w: Any, v: int) -> None:
    if w.changed[v] == 0:
        w.changed[v] = 1
        w.old_length[v] = s.info[v, LENGTH]
        w.old_worth[v] = s.info[v, WORTH]
        for k in range(s.info[v, LENGTH]):
            w.old[v, k] = s.route[v, k]


@compiled
def take(p: Any, s: Any, w: Any, v: int, low: int, high: int) -> None:
    """Take stops low to high - 1 out of route v (its segments are refreshed later)."""
    keep(s, w, v)
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


@compiled
def undo(p: Any, s: Any, w: Any) -> None:
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
