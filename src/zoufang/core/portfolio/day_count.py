"""Counting overdue days: the day after the due date is 1, paused days do not count (A1)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from zoufang.core.values import Period

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayCount:
    """Counts days against merged pauses; `overdue` also wants the grace days to be over."""

    pauses: tuple[Period, ...] = ()
    grace_days: int = 0

    def days(self, due: date, day: date) -> int:
        """Days after `due` up to and with `day` that no pause covers."""
        passed = (day - due).days
        return passed - self.paused(due, day) if passed > 0 else 0

    def paused(self, due: date, day: date) -> int:
        return sum(_overlap(pause, due + ONE_DAY, day) for pause in self.pauses)

    def overdue(self, due: date, day: date) -> bool:
        return self.days(due, day) > self.grace_days


def merge(periods: Iterable[Period]) -> tuple[Period, ...]:
    """The same days without overlap, so that no paused day is taken off twice."""
    merged: list[Period] = []
    for period in sorted(periods, key=lambda p: (p.start, p.end or date.max)):
        last = merged[-1] if merged else None
        if last is None or (last.end is not None and last.end < period.start):
            merged.append(period)
        elif last.end is not None:
            merged[-1] = Period(last.start, None if period.end is None else max(last.end, period.end))
    return tuple(merged)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _overlap(pause: Period, first: date, last: date) -> int:
    end = last if pause.end is None else min(pause.end, last)
    return max(0, (end - max(pause.start, first)).days + 1)
