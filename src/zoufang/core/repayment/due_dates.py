"""When instalments fall due."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from zoufang.core.errors import BadInput
from zoufang.core.portfolio import add_months
from zoufang.core.values import Rhythm

DAYS = {Rhythm.WEEKLY: 7, Rhythm.BIWEEKLY: 14}


def months_begun(start: date, end: date) -> int:
    """The smallest n with add_months(start, n) >= end: a plan that ends then runs n months."""
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
        day = day_of_month or first.day
        return tuple(_on_day(add_months(first.replace(day=1), i), day) for i in range(count))
    return tuple(first + timedelta(days=DAYS[rhythm] * i) for i in range(count))


def first_pay_day(today: date, pay_day: int | None, *, at_least_days: int) -> date:
    """The first pay day that leaves `at_least_days`; without a known pay day, one month from today."""
    if pay_day is None:
        return add_months(today, 1)
    earliest = today + timedelta(days=at_least_days)
    this_month = _on_day(earliest, pay_day)
    return this_month if this_month >= earliest else _on_day(add_months(earliest.replace(day=1), 1), pay_day)


def _on_day(month: date, day: int) -> date:
    """That day of the month, or the month's last day if it is shorter."""
    return month.replace(day=min(day, monthrange(month.year, month.month)[1]))
