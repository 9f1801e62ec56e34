"""When instalments fall due."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from zoufang.core.errors import BadInput
from zoufang.core.values import Rhythm

DAYS = {Rhythm.WEEKLY: 7, Rhythm.BIWEEKLY: 14}


def add_months(day: date, months: int, day_of_month: int | None = None) -> date:
    """`months` later on `day_of_month` (default the same day), or on the month's last day if it is shorter."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    wanted = day_of_month or day.day
    return date(year, month0 + 1, min(wanted, monthrange(year, month0 + 1)[1]))


def months_between(start: date, end: date) -> int:
    """Months begun from `start` to `end`: the smallest n with add_months(start, n) >= end."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) >= end else months + 1


def due_dates(
    first: date, count: int, rhythm: Rhythm = Rhythm.MONTHLY, day_of_month: int | None = None
) -> tuple[date, ...]:
    """`count` due days from `first`.

    Monthly ones keep their day: with `day_of_month` 31 a plan that starts on 28 February goes on on 31 March.
    """
    if count < 1:
        raise BadInput(f"A plan of {count} instalments is impossible. Ask for at least one.")
    if rhythm is Rhythm.MONTHLY:
        return tuple(add_months(first, i, day_of_month) for i in range(count))
    return tuple(first + timedelta(days=DAYS[rhythm] * i) for i in range(count))


def first_pay_day(today: date, pay_day: int | None, *, at_least_days: int) -> date:
    """The first pay day that leaves `at_least_days`; without a known pay day, one month from today."""
    if pay_day is None:
        return add_months(today, 1)
    earliest = today + timedelta(days=at_least_days)
    this_month = add_months(earliest, 0, pay_day)
    return this_month if this_month >= earliest else add_months(earliest, 1, pay_day)
