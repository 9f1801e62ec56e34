"""The yearly State Council holiday table (CN-T3): loaded, never computed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zoufang.core.errors import BadInput
from zoufang.core.values import Period


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """Days off and weekend days worked (调休) of one year; `spring_festival` is its eve to its third day."""

    year: int
    holidays: tuple[date, ...]
    workdays: tuple[date, ...]
    spring_festival: Period
    source: str

    def __post_init__(self) -> None:
        strays = [d for d in (*self.holidays, self.spring_festival.start) if d.year != self.year]
        if strays or set(self.holidays) & set(self.workdays):
            raise BadInput(f"Holiday table {self.year} holds {strays or 'a day both off and worked'}. Correct it.")


@dataclass(frozen=True, slots=True)
class HolidayTable:
    """Every year that is known, as one versioned value."""

    version: str
    years: tuple[HolidayYear, ...] = ()

    def year_of(self, day: date) -> HolidayYear | None:
        return next((y for y in self.years if y.year == day.year), None)

    def is_working_day(self, day: date) -> bool | None:
        """None when the table of that year is missing: never guess."""
        year = self.year_of(day)
        if year is None:
            return None
        return day in year.workdays or (day.weekday() < 5 and day not in year.holidays)
