"""A crew's day on paper, in two parts that go apart: why (by number, no names) and whom (no word of a debt)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

import typst

from zoufang.core.errors import BadInput
from zoufang.files.agreement_pdf import FOLDER
from zoufang.files.face import GAP, fonts, with_gaps
from zoufang.files.route_sketch import Spot, route_sketch

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class SheetOfficer:
    """Days until which the work ID and the first certificate to lapse are good; None: unknown or lapsed."""

    name: str
    number: str
    work_id_until: date | None
    certified_until: date | None


@dataclass(frozen=True, slots=True)
class SheetStop:
    """`name` and `address` as the reader may have them. `radius_m`: only roughly placed.

    `keep`: promised or drawn. `late_min`: how late the visit may begin, None where that isn't known.
    """

    number: int
    arrive: str
    hours: str
    name: str
    address: str
    purpose: str
    role: str
    minutes: int
    keep: bool = False
    radius_m: int | None = None
    late_min: int | None = None
    at: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Margins:
    """Whole minutes: left of the shift, how late the crew may leave, and the same for visits that must be kept.

    `late_at`, `keep_at`: the stop that breaks first; `late_at` None where the shift ends first.
    """

    left_min: int
    late_min: int
    late_at: int | None
    keep_min: int | None = None
    keep_at: int | None = None


@dataclass(frozen=True, slots=True)
class Print:
    """Whose paper it is: the serial number stands in the audit trail."""

    serial: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Trip:
    """Out of the depot (WGS-84) and back, clock times as text."""

    depot: tuple[float, float]
    leaves: str
    returns: str
    shift: str
    kilometres: str


@dataclass(frozen=True, slots=True)
class DoorTexts:
    """What holds at every door, in the language of the sheet; `duty_phone` may be empty."""

    steps: tuple[str, ...]
    never: tuple[str, ...]
    outcomes: tuple[str, ...]
    hotline: str
    duty_phone: str


@dataclass(frozen=True, slots=True)
class DaySheet:
    """One crew's day. `margins` None: its slack isn't known."""

    bank: str
    branch: str
    day: date
    crew: str
    car: str
    officers: tuple[SheetOfficer, ...]
    trip: Trip
    margins: Margins | None
    stops: tuple[SheetStop, ...]
    door: DoorTexts
    masked: bool
    print: Print


def day_sheet_pdf(sheets: Sequence[DaySheet], language: Language = "zh") -> bytes:
    """All sheets in one file, each with its own pages and watermark. A character that the face lacks is a gap."""
    if not sheets:
        raise BadInput("No crew goes out on this day, so there is no day sheet. Choose another day.")
    data = [sheet_data(sheet) for sheet in sheets]
    return typst.compile(
        FOLDER / "day_sheet.typ",
        root=FOLDER,
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False), "language": language},
    )


def sheet_data(sheet: DaySheet) -> dict[str, Any]:
    """As the template reads it: days as text, a gap for what cannot be drawn, the way as a sketch."""
    spots = [Spot(stop.number, *stop.at, stop.radius_m or 0) for stop in sheet.stops if stop.at is not None]
    drawn: dict[str, Any] = _drawable(asdict(sheet))
    gaps = any(GAP in stop["name"] + stop["address"] for stop in drawn["stops"])
    return drawn | {"sketch": route_sketch(sheet.trip.depot, spots), "gaps": gaps}


def _drawable(value: Any) -> Any:
    """Days as text, and a gap for what cannot be drawn, however deep it stands."""
    if isinstance(value, str):
        return with_gaps(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _drawable(part) for key, part in value.items()}
    return [_drawable(part) for part in value] if isinstance(value, list | tuple) else value
