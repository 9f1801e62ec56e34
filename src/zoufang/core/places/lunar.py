"""The Chinese lunar calendar, by which markets are held and people come home: a table, looked up, not computed."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

from zoufang.core.errors import BadInput

LONG, SHORT = 30, 29


@dataclass(frozen=True, slots=True)
class LunarDay:
    """正月 is month 1. `leap`: the second month of that number in its year (闰月)."""

    year: int
    month: int
    day: int
    leap: bool = False


@dataclass(frozen=True, slots=True)
class LunarYear:
    """`first` is the solar day of 正月初一; `long_months` tells of each month whether it has 30 days (else 29)."""

    year: int
    first: date
    long_months: tuple[bool, ...]
    leap: int = 0

    def __post_init__(self) -> None:
        if len(self.long_months) != 12 + (self.leap > 0) or not 0 <= self.leap <= 12:
            raise BadInput(f"Lunar year {self.year}: {len(self.long_months)} months do not fit leap {self.leap}.")

    @property
    def days(self) -> int:
        return sum(LONG if long else SHORT for long in self.long_months)


@dataclass(frozen=True, slots=True)
class LunarTable:
    """Years without a gap, each beginning where the one before it ends."""

    years: tuple[LunarYear, ...]

    def __post_init__(self) -> None:
        for one, following in zip(self.years, self.years[1:], strict=False):
            if one.first + timedelta(days=one.days) != following.first:
                raise BadInput(
                    f"Lunar year {following.year} does not begin where {one.year} ends. Correct the table."
                )

    def of(self, day: date) -> LunarDay | None:
        """None outside the table."""
        place = bisect_right([one.first for one in self.years], day) - 1
        if place < 0 or (day - self.years[place].first).days >= self.years[place].days:
            return None
        year = self.years[place]
        left = (day - year.first).days
        for index, long in enumerate(year.long_months):
            length = LONG if long else SHORT
            if left < length:
                after_leap = year.leap and index >= year.leap
                return LunarDay(
                    year.year, index + (0 if after_leap else 1), left + 1, bool(year.leap and index == year.leap)
                )
            left -= length
        return None

    def new_year(self, year: int) -> date | None:
        """The solar day of 春节, None outside the table."""
        return next((one.first for one in self.years if one.year == year), None)
