"""How much of a year lies between two dates, by the contract's convention."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal
from enum import StrEnum

from zoufang.core.errors import BadInput
from zoufang.core.values import round_fen

BP = Decimal(10_000)


class DayCount(StrEnum):
    ACTUAL_365 = "actual/365"
    ACTUAL_360 = "actual/360"
    THIRTY_360 = "30/360"

    @property
    def year_days(self) -> int:
        return 365 if self is DayCount.ACTUAL_365 else 360


def days_counted(start: date, end: date, convention: DayCount) -> int:
    """Days of interest from `start` (included) to `end` (not included).

    30/360 is 30E/360 ISDA (2006 definitions, 4.16(h)): a month's last day, February's too, counts as the 30th.
    """
    if end < start:
        raise BadInput(f"Interest cannot run from {start} back to {end}. Swap or correct the dates.")
    if convention is not DayCount.THIRTY_360:
        return (end - start).days
    months = (end.year - start.year) * 12 + end.month - start.month
    return months * 30 + _thirtieth(end) - _thirtieth(start)


def period_rate(start: date, end: date, annual_rate_bp: int, convention: DayCount) -> Decimal:
    """The rate of the period: yearly rate (basis points) times days over the year's days."""
    return Decimal(annual_rate_bp) / BP * days_counted(start, end, convention) / convention.year_days


def interest_fen(principal_fen: int, start: date, end: date, annual_rate_bp: int, convention: DayCount) -> int:
    """Simple interest of a period, rounded once to the fen.

    One division only, so that an exact half fen stays a half and rounds up.
    """
    days = days_counted(start, end, convention)
    return round_fen(Decimal(principal_fen * annual_rate_bp * days) / (10_000 * convention.year_days))


def _thirtieth(day: date) -> int:
    return 30 if day.day == monthrange(day.year, day.month)[1] else min(day.day, 30)
