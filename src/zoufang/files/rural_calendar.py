"""The country calendar and the lunar table: TOML to values, schema-checked, errors by name."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from zoufang.core.errors import BadField, BadInput
from zoufang.core.places import LunarTable, LunarYear
from zoufang.core.planning import BusySeason, CountyCalendar, Mark, MarketDays, RuralCalendar, Shift
from zoufang.core.values import AddressKind

FOLDER = files("zoufang") / "policies"


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Shift(_Form):
    kind: AddressKind
    change: float
    slot: str = ""


class _Busy(_Form):
    name: str
    begin: str = Field(alias="from", pattern=r"^\d\d-\d\d$")
    to: str = Field(pattern=r"^\d\d-\d\d$")


class _Market(_Form):
    days: tuple[int, ...]
    town: str = ""
    lunar: bool = True
    every_ten: bool = True


class _Return(_Form):
    before: int = Field(default=10, ge=0, le=60)
    after: int = Field(default=15, ge=0, le=60)


class _County(_Form):
    name: str = Field(min_length=1)
    source: str = Field(min_length=1)
    home: _Return = Field(default=_Return(before=10, after=15), alias="return")
    busy: tuple[_Busy, ...] = ()
    market: tuple[_Market, ...] = ()


class _Calendar(_Form):
    effects: dict[Mark, tuple[_Shift, ...]]
    county: tuple[_County, ...] = ()


class _LunarYear(_Form):
    first: date
    leap: int
    lengths: str = Field(pattern=r"^[Ls]{12,13}$")


def shipped_rural_calendar() -> RuralCalendar:
    """The assumptions that come with Zoufang."""
    return read_rural_calendar((FOLDER / "rural-calendar.toml").read_text(encoding="utf-8"), "rural-calendar.toml")


def read_rural_calendar(text: str, name: str) -> RuralCalendar:
    """BadField names the place in the file; BadInput is no TOML, or a county that stands twice."""
    form = _checked(_Calendar, text, name)
    twice = [county for county, n in Counter(one.name for one in form.county).items() if n > 1]
    if twice:
        raise BadInput(f"{name}: {twice[0]} stands more than once. Keep one calendar a county.")
    return RuralCalendar(
        counties={one.name: _county(one) for one in form.county},
        effects={
            mark: tuple(Shift(s.kind, s.change, s.slot) for s in found) for mark, found in form.effects.items()
        },
        lunar=shipped_lunar_table(),
    )


def shipped_lunar_table() -> LunarTable:
    raw = tomllib.loads((FOLDER / "lunar-years.toml").read_text(encoding="utf-8"))
    rows = {int(year): _LunarYear.model_validate(row) for year, row in raw.items()}
    return LunarTable(
        tuple(
            LunarYear(year, row.first, tuple(length == "L" for length in row.lengths), row.leap)
            for year, row in sorted(rows.items())
        )
    )


def _county(form: _County) -> CountyCalendar:
    return CountyCalendar(
        county=form.name,
        source=form.source,
        markets=tuple(MarketDays(m.days, m.town, m.lunar, m.every_ten) for m in form.market),
        busy=tuple(BusySeason(b.name, _month_day(b.begin), _month_day(b.to)) for b in form.busy),
        home_before=form.home.before,
        home_after=form.home.after,
    )


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


def _checked(form: type[_Calendar], text: str, name: str) -> _Calendar:
    try:
        raw: dict[str, Any] = tomllib.loads(text)
        return form.model_validate(raw)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{name} is no TOML: {error}. Correct it.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise BadField(
            f"{name}: {first['msg']}", field=where, remedy="See the shipped rural-calendar.toml."
        ) from error
