"""Compiled: cutting a part's matrix out of the whole, and each stop's nearest customers."""

from __future__ import annotations

from typing import Any

from zoufang.core.planning.search.arrays import EARLY, LATE, PLACE, SERVICE
from zoufang.core.planning.search.compiled import compiled


@compiled
def cut(matrix: Any, used: Any, out: Any) -> tuple[int, bool]:
    """These rows and columns into `out`; the largest entry, and whether the way back is always as long."""
    longest, symmetric = 0, True
    for a in range(len(used)):
        for b in range(len(used)):
            leg = matrix[used[a], used[b]]
            out[a, b] = leg
            longest = max(longest, leg)
    for a in range(len(used)):
        for b in range(a):
            symmetric = symmetric and out[a, b] == out[b, a]
    return longest, symmetric


@compiled
def nearest(stop: Any, first: Any, seconds: Any, found: Any, far: Any) -> None:
    """For each stop the nearest customers: by road plus a fifth of the waiting that their hours would force."""
    count = found.shape[1]
    for i in range(len(stop)):
        known = 0
        for c in range(len(first) - 1):
            apart = _apart(stop, seconds, i, first[c], first[c + 1])
            if known == count and apart >= far[known - 1]:
                continue
            at = known if known < count else known - 1
            while at > 0 and far[at - 1] > apart:
                far[at], found[i, at] = far[at - 1], found[i, at - 1]
                at -= 1
            far[at], found[i, at] = apart, c
            known = min(count, known + 1)


@compiled
def _apart(stop: Any, seconds: Any, i: int, low: int, high: int) -> Any:
    """Fifths of a second to the nearest of the stops low to high - 1."""
    least = 2**62
    done, row = stop[i, LATE] + stop[i, SERVICE], stop[i, PLACE]
    for j in range(low, high):
        wait = max(stop[j, EARLY] - done, stop[i, EARLY] - stop[j, LATE] - stop[j, SERVICE], 0)
        least = min(least, 5 * seconds[row, stop[j, PLACE]] + wait)
    return least
