"""What the country calendar does to the chance of meeting somebody: market days, busy seasons, home for 春节."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from math import isfinite

from zoufang.core.errors import BadInput
from zoufang.core.places import LunarTable
from zoufang.core.values import AddressKind, Message, gettext_noop

MOST_SHIFT = 0.5
EVERY_SLOT = ""


class Mark(StrEnum):
    """What a day may be in the country."""

    MARKET = "market"  # 赶集日
    BUSY = "busy"  # 农忙
    RETURN = "return"  # people who work elsewhere are home around 春节


@dataclass(frozen=True, slots=True)
class Shift:
    """How much P(met) rises or falls at doors of `kind`, in `slot` (empty: in every slot). An assumption."""

    kind: AddressKind
    change: float
    slot: str = EVERY_SLOT

    def __post_init__(self) -> None:
        if not (isfinite(self.change) and abs(self.change) <= MOST_SHIFT):
            raise BadInput(f"A season shifts P(met) by {self.change}. Use -{MOST_SHIFT} to {MOST_SHIFT}.")


@dataclass(frozen=True, slots=True)
class MarketDays:
    """A market of `town` (empty: of the whole county) on these days of the month, lunar or solar; 3 and 8 mean
    the 3rd, 8th, 13th, 18th, 23rd and 28th where `every_ten`."""

    days: tuple[int, ...]
    town: str = ""
    lunar: bool = True
    every_ten: bool = True

    def __post_init__(self) -> None:
        most = 10 if self.every_ten else 31
        if not self.days or not all(1 <= day <= most for day in self.days):
            raise BadInput(f"Market days {self.days} must be 1 to {most}, at least one. Correct the calendar.")

    def held_on(self, day_of_month: int) -> bool:
        return (day_of_month % 10 or 10 if self.every_ten else day_of_month) in self.days


@dataclass(frozen=True, slots=True)
class BusySeason:
    """From and to as (month, day), both included; over the turn of the year where `to` lies before `begin`."""

    name: str
    begin: tuple[int, int]
    to: tuple[int, int]

    def __post_init__(self) -> None:
        for month, day in (self.begin, self.to):
            try:
                date(2024, month, day)  # a leap year: 29 February is a day
            except ValueError as error:
                raise BadInput(f"Season {self.name}: there is no day {day} of month {month}.") from error

    def covers(self, day: date) -> bool:
        here = (day.month, day.day)
        if self.begin <= self.to:
            return self.begin <= here <= self.to
        return here >= self.begin or here <= self.to


@dataclass(frozen=True, slots=True)
class CountyCalendar:
    """`source` says who vouches for it. `home_before`, `home_after`: days around 春节 when people are back."""

    county: str
    source: str
    markets: tuple[MarketDays, ...] = ()
    busy: tuple[BusySeason, ...] = ()
    home_before: int = 10
    home_after: int = 15


@dataclass(frozen=True, slots=True)
class DaySeason:
    """What a day is at one place, what that does to P(met), and who says so."""

    marks: tuple[Mark, ...] = ()
    shifts: tuple[Shift, ...] = ()
    source: str = ""

    def shift(self, kind: AddressKind, slot: str) -> float:
        """All that applies together, bounded; 0 on a day like any other."""
        found = sum(one.change for one in self.shifts if one.kind is kind and one.slot in (slot, EVERY_SLOT))
        return min(MOST_SHIFT, max(-MOST_SHIFT, found))

    @property
    def messages(self) -> tuple[Message, ...]:
        return tuple(SAID[mark] for mark in self.marks)


SAID: Mapping[Mark, Message] = {
    Mark.MARKET: Message(gettext_noop("market day")),
    Mark.BUSY: Message(gettext_noop("busy farming season")),
    Mark.RETURN: Message(gettext_noop("people are home around the Spring Festival")),
}
NO_SEASON = DaySeason()


@dataclass(frozen=True, slots=True)
class RuralCalendar:
    """Calendars by the county's name, what each mark does, and the lunar table."""

    counties: Mapping[str, CountyCalendar] = field(default_factory=dict)
    effects: Mapping[Mark, tuple[Shift, ...]] = field(default_factory=dict)
    lunar: LunarTable = LunarTable(())  # noqa: RUF009 - frozen and empty


def season_of(day: date, county: str, calendar: RuralCalendar, town: str = "") -> DaySeason:
    """What `day` is in this county (and town); a county without a calendar has no season."""
    own = calendar.counties.get(county)
    if own is None:
        return NO_SEASON
    marks = tuple(mark for mark, found in _marks(day, own, calendar.lunar, town) if found)
    shifts = tuple(shift for mark in marks for shift in calendar.effects.get(mark, ()))
    return DaySeason(marks, shifts, own.source)


def _marks(day: date, own: CountyCalendar, lunar: LunarTable, town: str) -> tuple[tuple[Mark, bool], ...]:
    return (
        (Mark.MARKET, any(_is_market(day, market, lunar, town) for market in own.markets)),
        (Mark.BUSY, any(season.covers(day) for season in own.busy)),
        (Mark.RETURN, _is_return(day, own, lunar)),
    )


def _is_market(day: date, market: MarketDays, lunar: LunarTable, town: str) -> bool:
    if market.town not in ("", town):
        return False
    if not market.lunar:
        return market.held_on(day.day)
    found = lunar.of(day)
    return found is not None and market.held_on(found.day)


def _is_return(day: date, own: CountyCalendar, lunar: LunarTable) -> bool:
    for year in (day.year, day.year + 1):
        new_year = lunar.new_year(year)
        if new_year is not None:
            first, last = new_year - timedelta(days=own.home_before), new_year + timedelta(days=own.home_after)
            if first <= day <= last:
                return True
    return False
