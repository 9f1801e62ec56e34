"""The audit chain as values: how a line and a day are hashed, and every way in which a chain can be broken.

Each line carries the hash of the line before it, each day the root of the day before. What a chain cannot tell by
itself is that its end was cut off, or written anew, together with its day's head: an anchor kept elsewhere does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from zoufang.core.values import BANK_ZONE, Message, gettext_noop


class Break(StrEnum):
    """What is wrong with a chain."""

    CHANGED = "changed"
    MISSING = "missing"
    NOT_IN_ORDER = "not_in_order"
    END_MISSING = "end_missing"
    ROOT = "root"
    DAY_BEFORE = "day_before"
    ANCHOR = "anchor"


SAID = {
    Break.CHANGED: gettext_noop("%(branch)s %(day)s: line %(line)s was changed"),
    Break.MISSING: gettext_noop("%(branch)s %(day)s: line %(line)s is missing"),
    Break.NOT_IN_ORDER: gettext_noop("%(branch)s %(day)s: line %(line)s does not follow the line before"),
    Break.END_MISSING: gettext_noop("%(branch)s %(day)s: the end of the day, line %(line)s, is missing"),
    Break.ROOT: gettext_noop("%(branch)s %(day)s: the closing root does not match"),
    Break.DAY_BEFORE: gettext_noop("%(branch)s %(day)s: does not follow the day before"),
    Break.ANCHOR: gettext_noop("%(branch)s %(day)s: line %(line)s is not what was anchored"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a chain breaks; `line` 0 where the day as a whole does."""

    kind: Break
    branch: str
    day: date
    line: int = 0

    @property
    def message(self) -> Message:
        return Message(SAID[self.kind], {"branch": self.branch, "day": self.day, "line": self.line})


@dataclass(frozen=True, slots=True)
class ChainLine:
    number: int
    at: datetime
    actor: str
    action: str
    subject_kind: str
    subject_id: str
    details: Mapping[str, Any]
    previous_hash: str
    hash: str = ""


@dataclass(frozen=True, slots=True)
class ChainDay:
    """`root` is empty while the day is open; `lines` and `head` say what its last line is."""

    branch: str
    day: date
    previous_root: str
    lines: int
    head: str
    root: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What somebody wrote down elsewhere: at `at` the line of this number had this hash."""

    branch: str
    day: date
    line: int
    hash: str
    at: datetime


def line_hash(line: ChainLine) -> str:
    """SHA-256 in hex over everything that the line says and the hash of the line before."""
    fields = ("number", "actor", "action", "subject_kind", "subject_id", "details", "previous_hash")
    return _digest({name: getattr(line, name) for name in fields} | {"at": line.at.astimezone(BANK_ZONE)})


def root_of(day: ChainDay) -> str:
    return _digest({"branch": day.branch, "day": day.day, "before": day.previous_root, "head": day.head})


def _digest(value: dict[str, Any]) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=lambda v: v.isoformat())
    return hashlib.sha256(text.encode()).hexdigest()


def verify_chain(
    days: Iterable[tuple[ChainDay, Iterable[ChainLine]]], anchors: Iterable[Anchor] = ()
) -> Iterator[Fault]:
    """Every fault, chain by chain in the order of days; each chain's days and lines come in their order.

    Nothing is kept but the heads, so that chains may be as long as they like.
    """
    waiting = {(one.branch, one.day, one.line): one.hash for one in anchors}
    roots: dict[str, str] = {}
    for day, lines in days:
        if day.previous_root != roots.get(day.branch, ""):
            yield Fault(Break.DAY_BEFORE, day.branch, day.day)
        yield from _of_day(day, lines, waiting)
        if day.root and day.root != root_of(day):
            yield Fault(Break.ROOT, day.branch, day.day)
        roots[day.branch] = day.root
    for branch, on, number in waiting:
        yield Fault(Break.ANCHOR, branch, on, number)


def _of_day(
    day: ChainDay, lines: Iterable[ChainLine], waiting: dict[tuple[str, date, int], str]
) -> Iterator[Fault]:
    previous, number = day.previous_root, 0
    for line in lines:
        for missing in range(number + 1, line.number):
            yield Fault(Break.MISSING, day.branch, day.day, missing)
        number = line.number
        if line.previous_hash != previous:
            yield Fault(Break.NOT_IN_ORDER, day.branch, day.day, number)
        if line.hash != line_hash(line):
            yield Fault(Break.CHANGED, day.branch, day.day, number)
        if waiting.pop((day.branch, day.day, number), line.hash) != line.hash:
            yield Fault(Break.ANCHOR, day.branch, day.day, number)
        previous = line.hash
    if number != day.lines or previous != (day.head or day.previous_root):
        yield Fault(Break.END_MISSING, day.branch, day.day, day.lines)
