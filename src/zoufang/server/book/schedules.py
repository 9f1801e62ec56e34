"""Which of a loan's stored instalments stand: schedules are appended, and the later takes the earlier's place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar
from uuid import UUID


class Due(Protocol):
    """An instalment as stored: ids are UUIDv7, so that they sort by when it was taken in."""

    @property
    def id(self) -> UUID: ...
    @property
    def batch_id(self) -> UUID | None: ...
    @property
    def version(self) -> str: ...
    @property
    def effective_on(self) -> date | None: ...
    @property
    def on(self) -> date: ...


D = TypeVar("D", bound=Due)


def standing_dues(dues: Iterable[D]) -> list[D]:
    """One loan's dues of its contract, folded: a schedule keeps earlier dues before its effective day only.

    A schedule without an effective day replaces all before it. Dues that came with no file are the first schedule.
    """
    schedules: dict[tuple[UUID | None, str], list[D]] = {}
    for due in sorted(dues, key=lambda each: each.id):
        schedules.setdefault((due.batch_id, due.version), []).append(due)
    standing: list[D] = []
    for schedule in schedules.values():
        since = schedule[0].effective_on
        kept = [due for due in standing if since is not None and due.on < since]
        standing = kept + schedule
    return sorted(standing, key=lambda each: (each.on, each.id))
