"""What happens to a due day on which the bank is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from zoufang.core.errors import BadInput

SATURDAY = 5
LONGEST_CLOSURE = 31


class HolidayShift(StrEnum):
    """By contract (ISDA 2006 definitions, 4.12); 民法典 203 moves the last day of a term to the day after."""

    NONE = "none"
    FOLLOWING = "following"  # 顺延
    MODIFIED_FOLLOWING = "modified_following"  # 顺延, but never into the next month
    PRECEDING = "preceding"  # 提前


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days on which the bank is closed or open against the week; weekends are closed unless `opened` (调休)."""

    closed: frozenset[date] = frozenset()
    opened: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        both = sorted(self.closed & self.opened)
        if both:
            raise BadInput(f"The calendar has {both[0]} both open and closed. Correct it.")

    def is_open(self, day: date) -> bool:
        return day in self.opened or (day.weekday() < SATURDAY and day not in self.closed)

    def nearest(self, day: date, step: int) -> date:
        """The first open day from `day` on, forwards (1) or backwards (-1)."""
        for i in range(LONGEST_CLOSURE):
            tried = day + timedelta(days=step * i)
            if self.is_open(tried):
                return tried
        raise BadInput(f"The bank is never open within {LONGEST_CLOSURE} days of {day}. Correct the calendar.")


def pay_day(day: date, shift: HolidayShift, calendar: Calendar) -> date:
    """The day on which an instalment due on `day` is paid."""
    if shift is HolidayShift.NONE or calendar.is_open(day):
        return day
    if shift is HolidayShift.PRECEDING:
        return calendar.nearest(day, -1)
    later = calendar.nearest(day, 1)
    crosses = shift is HolidayShift.MODIFIED_FOLLOWING and later.month != day.month
    return calendar.nearest(day, -1) if crosses else later


def pay_days(days: Sequence[date], shift: HolidayShift, calendar: Calendar) -> tuple[date, ...]:
    """Each due day's pay day. Two of a weekly plan may fall on one day after a long holiday."""
    return tuple(pay_day(day, shift, calendar) for day in days)
