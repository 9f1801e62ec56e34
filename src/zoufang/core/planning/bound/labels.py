"""Labels of partial routes: the compiled inner loop of the pricing, in whole numbers only.

A label at a stop stands for partial routes ending there: earliest begin E, least time away so far D, latest leaving
L that still costs no more than D, reduced value b (values less duals, metres and D), and the customers remembered.
At a begin t >= E the time away is max(D, t - L), so waiting is paid for exactly when it cannot be shifted away.

Why no label thrown away can make the bound too low: label 1 replaces 2 only if each continuation of 2 is open to 1
(E1 <= E2, memory 1 within memory 2) and earns no less (b1 >= b2 for continuations that don't wait, b1 + u(D1 + L1)
>= b2 + u(D2 + L2) for those that do; with overtime also D1 <= D2 and L1 >= L2). Where a cell is full, two labels are
merged into one that dominates both. A label is dropped by its completion only if the most it can earn is <= `floor`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

NEVER = -(2**62)


@njit(cache=True, nogil=True)
def _dominated(store: Any, cell: int, back: int, cap: int, label: Any, overtime: bool) -> bool:
    """Whether a kept label of this cell or of the `back` cells before it is at least as good."""
    begin, away, leave, worth, memory, _, count, top = store
    e, d, ll, b, late_worth, mask, unit = label
    for cell_before in range(cell, cell - back - 1, -1):
        if top[cell_before] < b:
            continue
        for s in range(cell_before * cap, cell_before * cap + count[cell_before]):
            if worth[s] < b or memory[s] & ~mask or begin[s] > e:
                continue
            if worth[s] + unit * (away[s] + leave[s]) < late_worth:
                continue
            if not overtime or (away[s] <= d and leave[s] >= ll):
                return True
    return False


@njit(cache=True, nogil=True)
def _clear_dominated(store: Any, cell: int, cap: int, label: Any, overtime: bool) -> None:
    """Takes out of this cell what the new label dominates."""
    begin, away, leave, worth, memory, parent, count, _ = store
    e, d, ll, b, late_worth, mask, unit = label
    s, last = cell * cap, cell * cap + count[cell] - 1
    while s <= last:
        worse = worth[s] <= b and not (mask & ~memory[s]) and begin[s] >= e
        worse = worse and worth[s] + unit * (away[s] + leave[s]) <= late_worth
        if worse and (not overtime or (away[s] >= d and leave[s] <= ll)):
            begin[s], away[s], leave[s] = begin[last], away[last], leave[last]
            worth[s], memory[s], parent[s] = worth[last], memory[last], parent[last]
            last -= 1
        else:
            s += 1
    count[cell] = last + 1 - cell * cap


@njit(cache=True, nogil=True)
def _put(store: Any, s: int, label: Any, origin: int) -> None:
    begin, away, leave, worth, memory, parent, _, _ = store
    begin[s], away[s], leave[s], worth[s] = label[0], label[1], label[2], label[3]
    memory[s], parent[s] = label[5], origin


@njit(cache=True, nogil=True)
def _merge(store: Any, s: int, label: Any, origin: int, span: int) -> None:
    """Makes the label at `s` dominate both itself and the new one."""
    begin, away, leave, worth, memory, parent, _, _ = store
    e, d, ll, b, late_worth, mask, unit = label
    late_worth = max(late_worth, worth[s] + unit * (away[s] + leave[s]))
    if b > worth[s]:
        parent[s] = origin
    begin[s], away[s], leave[s] = min(begin[s], e), min(away[s], d), max(leave[s], ll)
    worth[s], memory[s] = max(worth[s], b), memory[s] & mask
    if unit > 0:
        needed = -((worth[s] + unit * away[s] - late_worth) // unit)
        leave[s] = min(span, max(leave[s], needed))


@njit(cache=True, nogil=True)
def _offer(store: Any, cell: int, back: int, cap: int, label: Any, origin: int, mode: Any) -> int:
    """Keeps the label unless dominated. Returns 1 when a full cell made it merge."""
    worth, count, top = store[3], store[6], store[7]
    overtime, merging, span = mode
    if _dominated(store, cell, back, cap, label, overtime):
        return 0
    _clear_dominated(store, cell, cap, label, overtime)
    b = label[3]
    if count[cell] == 0 or b > top[cell]:
        top[cell] = b
    if count[cell] < cap:
        _put(store, cell * cap + count[cell], label, origin)
        count[cell] += 1
        return 0
    nearest = cell * cap
    for s in range(cell * cap, cell * cap + cap):
        if merging and abs(worth[s] - b) < abs(worth[nearest] - b):
            nearest = s
        elif not merging and worth[s] < worth[nearest]:
            nearest = s
    if merging:
        _merge(store, nearest, label, origin, span)
        return 1
    if worth[nearest] < b:
        _put(store, nearest, label, origin)
    return 0


@njit(cache=True, nogil=True)
def _extend(store: Any, s: int, i: int, graph: Any, side: Any, table: Any, setting: Any) -> int:
    """All one-stop extensions of the label at `s`."""
    degree, order, seconds, metres, same, bit = graph
    value, early, late, _, _, _, _, span, unit, unit_m, unit_over, _ = side
    ahead, ahead_width, floor = table
    width, cap, merging, near, look = setting
    begin, away, leave, worth, memory, _, _, _ = store
    cells, merges = span // width + 1, 0
    slack = leave[s] + away[s]
    for k in range(min(degree[i], near)):
        leg = seconds[i, k]
        if begin[s] + leg > span:
            break
        j = order[i, k]
        mask = memory[s] & same[i, k]
        e = max(begin[s] + leg, early[j])
        if mask & bit[j] or e > late[j]:
            continue
        wait = max(0, early[j] - slack - leg)
        b = worth[s] + value[j] - unit_m * metres[i, k] - unit * (leg + wait)
        if b + ahead[j, e // ahead_width] <= floor:
            continue
        d = away[s] + leg + wait
        ll = min(slack + leg + wait, late[j]) - d
        label = (e, d, ll, b, b + unit * (d + ll), mask | bit[j], unit)
        cell = j * cells + e // width
        merges += _offer(store, cell, min(look, e // width), cap, label, s, (unit_over > 0, merging, span))
    return merges


@njit(cache=True, nogil=True)
def _begin_routes(store: Any, graph: Any, side: Any, table: Any, setting: Any) -> None:
    bit = graph[5]
    value, early, late, first_s, first_m, _, _, span, unit, unit_m, unit_over, _ = side
    ahead, ahead_width, floor = table
    width, cap, merging, _, _ = setting
    for j in range(len(value)):
        e = max(first_s[j], early[j])
        if e > late[j] or e > span:
            continue
        b = value[j] - unit_m * first_m[j] - unit * first_s[j]
        if b + ahead[j, e // ahead_width] <= floor:
            continue
        ll = late[j] - first_s[j]
        label = (e, first_s[j], ll, b, b + unit * late[j], bit[j], unit)
        _offer(store, j * (span // width + 1) + e // width, 0, cap, label, -1, (unit_over > 0, merging, span))


@njit(cache=True, nogil=True)
def grow(graph: Any, side: Any, table: Any, setting: Any) -> Any:
    """Labels of one vehicle class in order of time. Returns the store, the best closed route of each stop and its
    label, and how many labels were merged (0: the labels are exact for these memories).

    Needs width <= the shortest leg, so that a cell is complete before it is extended.
    """
    value, _, _, _, _, last_s, last_m, span, unit, unit_m, unit_over, regular = side
    width, cap, _, _, look = setting
    n, cells = len(value), span // width + 1
    size = n * cells * cap
    store = (
        np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.int64),
        np.empty(size, np.uint64), np.empty(size, np.int64), np.zeros(n * cells, np.int64),
        np.full(n * cells, NEVER, np.int64),
    )  # fmt: skip
    begin, away, worth = store[0], store[1], store[3]
    count = store[6]
    best, best_at = np.full(n, NEVER, np.int64), np.full(n, -1, np.int64)
    _begin_routes(store, graph, side, table, setting)
    merges, kept = 0, 0
    for k in range(cells):
        for i in range(n):
            cell = i * cells + k
            for s in range(cell * cap, cell * cap + count[cell]):
                kept += 1
                over = max(0, away[s] + last_s[i] - regular)
                closed = worth[s] - unit * last_s[i] - unit_m * last_m[i] - unit_over * over
                if begin[s] + last_s[i] <= span and closed > best[i]:
                    best[i], best_at[i] = closed, s
                merges += _extend(store, s, i, graph, side, table, setting)
    return store, best, best_at, merges, kept


@njit(cache=True, nogil=True)
def completions(store: Any, value: Any, service: Any, span: int, unit: int, width: int, cap: int) -> Any:
    """From labels grown from the other end: the most still to be earned after beginning stop i at or after k * width.

    Rounded so that it can only be too high: a label counts for each cell that starts no later than its latest begin.
    """
    begin, worth, count = store[0], store[3], store[6]
    n, cells = len(value), span // width + 1
    ahead = np.full((n, cells), NEVER, np.int64)
    for i in range(n):
        for cell in range(i * cells, (i + 1) * cells):
            for s in range(cell * cap, cell * cap + count[cell]):
                latest = span - begin[s] - service[i]
                if latest >= 0:
                    k = latest // width
                    ahead[i, k] = max(ahead[i, k], worth[s] - value[i] - unit * service[i])
        for k in range(cells - 2, -1, -1):
            ahead[i, k] = max(ahead[i, k], ahead[i, k + 1])
    return ahead
