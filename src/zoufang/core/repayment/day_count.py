"""How much of a year lies between two dates, and the interest of it, by the contract's convention."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import count, pairwise, takewhile

from zoufang.core.errors import BadInput
from zoufang.core.portfolio import add_months
from zoufang.core.repayment.rounding import Rounding, divided_fen


class DayCount(StrEnum):
    """ISDA 2006 definitions, 4.16. The three kinds of 30/360 differ at the ends of months only."""

    ACTUAL_365 = "actual/365"  # (d) fixed: a leap year has 366 days of 1/365
    ACTUAL_360 = "actual/360"  # (e)
    THIRTY_360 = "30/360"  # (h) 30E/360 (ISDA): any month's last day counts as the 30th
    EURO_30_360 = "30e/360"  # (g) Eurobond: the 31st counts as the 30th
    BOND_30_360 = "30a/360"  # (f) bond basis: an end on the 31st counts as the 30th from the 30th on only

    @property
    def year_days(self) -> int:
        return 365 if self is DayCount.ACTUAL_365 else 360


class Compounding(StrEnum):
    """How often unpaid interest is added to what bears interest (复利), within one period of a schedule."""

    NONE = "none"
    DAILY = "daily"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"

    @property
    def months(self) -> int:
        return {"monthly": 1, "quarterly": 3, "yearly": 12}.get(self.value, 0)


def days_counted(start: date, end: date, convention: DayCount) -> int:
    """Days of interest from `start` (included) to `end` (not included)."""
    if end < start:
        raise BadInput(f"Interest cannot run from {start} back to {end}. Swap or correct the dates.")
    if convention in (DayCount.ACTUAL_365, DayCount.ACTUAL_360):
        return (end - start).days
    months = (end.year - start.year) * 12 + end.month - start.month
    first, last = _thirtieths(start, end, convention)
    return max(0, months * 30 + last - first)


def growth(
    start: date, end: date, annual_rate_bp: int, convention: DayCount, compounding: Compounding
) -> Fraction:
    """What one fen becomes from `start` to `end`, exactly; interest is added on the anniversaries of `start`."""
    yearly = Fraction(annual_rate_bp, 10_000 * convention.year_days)
    if compounding is Compounding.DAILY:
        return (1 + yearly) ** days_counted(start, end, convention)
    settled = _settled(start, end, compounding.months) if compounding.months else ()
    product = Fraction(1)
    for begin, stop in pairwise((start, *settled, end)):
        product *= 1 + yearly * days_counted(begin, stop, convention)
    return product


def interest_fen(
    principal_fen: int,
    start: date,
    end: date,
    annual_rate_bp: int,
    convention: DayCount,
    rounding: Rounding = Rounding.HALF_UP,
    compounding: Compounding = Compounding.NONE,
) -> int:
    """Interest of a period, rounded once to the fen: whole numbers and fractions only, so a half is a half."""
    if compounding is Compounding.NONE:
        days = days_counted(start, end, convention)
        return divided_fen(principal_fen * annual_rate_bp * days, 10_000 * convention.year_days, rounding)
    added = principal_fen * (growth(start, end, annual_rate_bp, convention, compounding) - 1)
    return divided_fen(added.numerator, added.denominator, rounding)


def _settled(start: date, end: date, months: int) -> Iterator[date]:
    return takewhile(lambda day: day < end, (add_months(start, months * i) for i in count(1)))


def _thirtieths(start: date, end: date, convention: DayCount) -> tuple[int, int]:
    if convention is DayCount.THIRTY_360:
        return _month_end(start), _month_end(end)
    first = min(start.day, 30)
    euro = convention is DayCount.EURO_30_360
    return first, min(end.day, 30) if euro or first == 30 else end.day


def _month_end(day: date) -> int:
    return 30 if day.day == monthrange(day.year, day.month)[1] else min(day.day, 30)
