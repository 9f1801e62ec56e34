"""A piece of a chain that can be proved without the rest: whole lines, the hashes between them, the days after.

Lines of others stand in it by their hash alone, so that nothing of them leaves; their links still have to fit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zoufang.core.evidence.chain import Break, ChainDay, ChainLine, Fault, line_hash, root_of


@dataclass(frozen=True, slots=True)
class DayExtract:
    """`hashes`: of all lines of the day in order, empty where none of them is shown; `lines`: those shown."""

    day: ChainDay
    hashes: tuple[str, ...] = ()
    lines: tuple[ChainLine, ...] = ()


def verify_extract(days: tuple[DayExtract, ...]) -> Iterator[Fault]:
    """Every fault, day by day; the days of one chain stand together, in their order, without a gap."""
    before: ChainDay | None = None
    for one in days:
        day = one.day
        follows = before is not None and before.branch == day.branch
        if follows and before is not None and (day.previous_root != before.root or not before.root):
            yield Fault(Break.DAY_BEFORE, day.branch, day.day)
        yield from _of_day(one)
        if day.root and day.root != root_of(day):
            yield Fault(Break.ROOT, day.branch, day.day)
        before = day


def _of_day(one: DayExtract) -> Iterator[Fault]:
    day = one.day
    for line in one.lines:
        if not 0 < line.number <= len(one.hashes):
            yield Fault(Break.MISSING, day.branch, day.day, line.number)
            continue
        previous = one.hashes[line.number - 2] if line.number > 1 else day.previous_root
        if line.previous_hash != previous:
            yield Fault(Break.NOT_IN_ORDER, day.branch, day.day, line.number)
        if line.hash != line_hash(line) or line.hash != one.hashes[line.number - 1]:
            yield Fault(Break.CHANGED, day.branch, day.day, line.number)
    if one.hashes and (len(one.hashes) != day.lines or one.hashes[-1] != day.head):
        yield Fault(Break.END_MISSING, day.branch, day.day, day.lines)
