"""Labels of partial routes: the compiled inner loop of the pricing, in whole numbers only.

A label at a stop stands for partial routes ending there: earliest begin E, least time away so far D, latest
leaving L that still costs no more than D, reduced value b (values less duals, metres and D), and the customers
remembered. At a begin t >= E the time away is max(D, t - L): waiting is paid when it cannot be shifted away.

Why no label thrown away can make the bound too low: label 1 replaces 2 only if each continuation of 2 is open
to 1 (E1 <= E2, memory 1 within memory 2) and earns no less (b1 >= b2 for continuations that don't wait,
b1 + u(D1 + L1) >= b2 + u(D2 + L2) for those that do; with overtime also D1 <= D2 and L1 >= L2). Where a cell is
full, two labels are merged into one that dominates both. A label is dropped by its completion only if the most it
can earn is <= `floor`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

NEVER = -(2**62)


@njit(cache=True, nogil=True, inline="always")  # else counting references to the arrays takes most of the time
def _dominated(
    begin: Any, away: Any, leave: Any, worth: Any, memory: Any, after: Any, head: Any, top: Any,
    cell: int, back: int, e: int, d: int, ll: int, b: int, late_worth: int, mask: Any, unit: int, overtime: bool,
) -> bool:  # fmt: skip
    """Whether a kept label of this cell or of the `back` cells before it is at least as good."""
    found = False
    for earlier in range(cell, cell - back - 1, -1):
        if top[earlier] < b:
            continue
        s = head[earlier]
        while s >= 0:
            better = worth[s] >= b and begin[s] <= e and not memory[s] & ~mask
            better = better and worth[s] + unit * (away[s] + leave[s]) >= late_worth
            if better and (not overtime or (away[s] <= d and leave[s] >= ll)):
                found = True
                break
            s = after[s]
        if found:
            break
    return found


@njit(cache=True, nogil=True)
def _clear_dominated(store: Any, cell: int, label: Any, overtime: bool) -> None:
    """Takes out of this cell what the new label dominates; the places taken are free again."""
    begin, away, leave, worth, memory, _, _, after, head, count, _, used = store
    e, d, ll, b, late_worth, mask, unit = label
    previous, s = -1, head[cell]
    while s >= 0:
        follower = after[s]
        worse = worth[s] <= b and begin[s] >= e and not mask & ~memory[s]
        worse = worse and worth[s] + unit * (away[s] + leave[s]) <= late_worth
        if worse and (not overtime or (away[s] >= d and leave[s] <= ll)):
            if previous < 0:
                head[cell] = follower
            else:
                after[previous] = follower
            after[s], used[1] = used[1], s
            count[cell] -= 1
            used[2] -= 1
        else:
            previous = s
        s = follower


@njit(cache=True, nogil=True)
def _put(store: Any, cell: int, j: int, label: Any, origin: int) -> None:
    begin, away, leave, worth, memory, parent, stop, after, head, count, top, used = store
    s = used[1]
    if s >= 0:
        used[1] = after[s]
    else:
        s = used[0]
        used[0] += 1
    begin[s], away[s], leave[s], worth[s] = label[0], label[1], label[2], label[3]
    memory[s], parent[s], stop[s] = label[5], origin, j
    after[s], head[cell] = head[cell], s
    count[cell] += 1
    used[2] += 1
    top[cell] = max(top[cell], label[3])


@njit(cache=True, nogil=True)
def _merge(store: Any, cell: int, label: Any, origin: int, span: int) -> None:
    """Makes the label of this cell nearest in worth dominate both itself and the new one."""
    begin, away, leave, worth, memory, parent, _, after, head, _, top, _ = store
    e, d, ll, b, late_worth, mask, unit = label
    s = head[cell]
    other = after[s]
    while other >= 0:
        if abs(worth[other] - b) < abs(worth[s] - b):
            s = other
        other = after[other]
    late_worth = max(late_worth, worth[s] + unit * (away[s] + leave[s]))
    if b > worth[s]:
        parent[s] = origin
    begin[s], away[s], leave[s] = min(begin[s], e), min(away[s], d), max(leave[s], ll)
    worth[s], memory[s] = max(worth[s], b), memory[s] & mask
    if unit > 0:
        needed = -((worth[s] + unit * away[s] - late_worth) // unit)
        leave[s] = min(span, max(leave[s], needed))
    top[cell] = max(top[cell], b)


@njit(cache=True, nogil=True)
def _keep(store: Any, cell: int, j: int, label: Any, origin: int, mode: Any) -> int:
    """Keeps a label that none dominates. Returns 1 when it had to be merged for want of room."""
    worth, after, head, count, used = store[3], store[7], store[8], store[9], store[11]
    overtime, merging, span, cap = mode
    _clear_dominated(store, cell, label, overtime)
    if count[cell] == 0 or (count[cell] < cap and used[2] < used[3]):
        _put(store, cell, j, label, origin)
        return 0
    if merging:
        _merge(store, cell, label, origin, span)
        return 1
    s = least = head[cell]
    while s >= 0:
        least = s if worth[s] < worth[least] else least
        s = after[s]
    if worth[least] < label[3]:
        store[0][least], store[1][least], store[2][least], worth[least] = label[0], label[1], label[2], label[3]
        store[4][least], store[5][least] = label[5], origin
        store[10][cell] = max(store[10][cell], label[3])
    return 0


@njit(cache=True, nogil=True)
def _knows(store: Any, s: int, customer: Any, j: int) -> bool:
    """Whether the route of this label already serves the customer of stop j."""
    parent, stop = store[5], store[6]
    while s >= 0:
        if customer[stop[s]] == customer[j]:
            return True
        s = parent[s]
    return False


@njit(cache=True, nogil=True)
def _extend(store: Any, s: int, graph: Any, side: Any, table: Any, setting: Any) -> int:
    """All one-stop extensions of the label at `s`; the number of merges."""
    degree, order, seconds, metres, same, bit, customer = graph
    value, early, late, _, _, _, _, span, unit, unit_m, unit_over, _ = side
    ahead, ahead_width, floor = table
    width, cap, merging, near, look = setting
    begin, away, leave, worth, memory, _, stop, after, head, _, top, _ = store
    i, cells, merges, overtime = stop[s], span // width + 1, 0, unit_over > 0
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
        if b + ahead[j, e // ahead_width] <= floor or (not merging and _knows(store, s, customer, j)):
            continue
        d = away[s] + leg + wait
        ll = min(slack + leg + wait, late[j]) - d
        mask, late_worth, cell = mask | bit[j], b + unit * (d + ll), j * cells + e // width
        back = min(look, e // width)
        if not _dominated(
            begin,
            away,
            leave,
            worth,
            memory,
            after,
            head,
            top,
            cell,
            back,
            e,
            d,
            ll,
            b,
            late_worth,
            mask,
            unit,
            overtime,
        ):
            label = (e, d, ll, b, late_worth, mask, unit)
            merges += _keep(store, cell, j, label, s, (overtime, merging, span, cap))
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
        cell = j * (span // width + 1) + e // width
        _keep(store, cell, j, label, -1, (unit_over > 0, merging, span, cap))


@njit(cache=True, nogil=True)
def _empty_store(cells: int, room: int) -> Any:
    """Begin, time away, leaving, worth, memory, parent, stop and follower of each label; head, number and best of
    each cell; places used, first free place, labels held, and how many may be held before they are merged."""
    size = cells + room
    return (
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.uint64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.full(cells, -1, np.int64),
        np.zeros(cells, np.int64),
        np.full(cells, NEVER, np.int64),
        np.array([0, -1, 0, room]),
    )


@njit(cache=True, nogil=True)
def grow(graph: Any, side: Any, table: Any, setting: Any, room: int) -> Any:
    """Labels of one vehicle class in order of time. Returns the store, the best closed route of each stop and
    its label, and how many labels were merged (0: the labels are exact for these memories).

    Needs width <= the shortest leg, so that a cell is complete before it is extended.
    """
    value, _, _, _, _, last_s, last_m, span, unit, unit_m, unit_over, regular = side
    n, cells = len(value), span // setting[0] + 1
    store = _empty_store(n * cells, room)
    begin, away, worth, after, head = store[0], store[1], store[3], store[7], store[8]
    best, best_at = np.full(n, NEVER, np.int64), np.full(n, -1, np.int64)
    _begin_routes(store, graph, side, table, setting)
    merges = 0
    for k in range(cells):
        for i in range(n):
            s = head[i * cells + k]
            while s >= 0:
                over = max(0, away[s] + last_s[i] - regular)
                closed = worth[s] - unit * last_s[i] - unit_m * last_m[i] - unit_over * over
                if begin[s] + last_s[i] <= span and closed > best[i]:
                    best[i], best_at[i] = closed, s
                merges += _extend(store, s, graph, side, table, setting)
                s = after[s]
    return store, best, best_at, merges


@njit(cache=True, nogil=True)
def completions(store: Any, value: Any, service: Any, span: int, unit: int, width: int) -> Any:
    """From labels grown from the other end: the most yet to be earned after stop i begun at k * width or later.

    Rounded so that it can only be too high: a label counts for each cell opening no later than its latest begin.
    """
    begin, worth, after, head = store[0], store[3], store[7], store[8]
    n, cells = len(value), span // width + 1
    ahead = np.full((n, cells), NEVER, np.int64)
    for i in range(n):
        for cell in range(i * cells, (i + 1) * cells):
            s = head[cell]
            while s >= 0:
                latest = span - begin[s] - service[i]
                if latest >= 0:
                    k = latest // width
                    ahead[i, k] = max(ahead[i, k], worth[s] - value[i] - unit * service[i])
                s = after[s]
        for k in range(cells - 2, -1, -1):
            ahead[i, k] = max(ahead[i, k], ahead[i, k + 1])
    return ahead
