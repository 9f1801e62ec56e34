"""Where an address lies, as finely as is known without asking anybody: a centroid with a radius, and why."""

from __future__ import annotations

from dataclasses import dataclass

from zoufang.core.places.gazetteer import RADIUS_M, Gazetteer, GazetteerEntry, Level
from zoufang.core.places.parsing import ParsedAddress, parse_address
from zoufang.core.values import Message, Point, Precision, gettext_noop

RURAL = ("镇", "乡", "苏木")
PRECISION = {Level.VILLAGE: Precision.VILLAGE, Level.TOWN: Precision.TOWNSHIP}


@dataclass(frozen=True, slots=True)
class Placed:
    """`point` is WGS-84 and stands for everything within `radius_m` of it; None where nobody could drive there."""

    point: Point | None
    precision: Precision
    radius_m: int
    why: Message
    entry: GazetteerEntry | None = None


def radius_of(precision: Precision, given: int | None = None) -> int:
    """Within how many metres a door lies; 0 where its point is the door's own."""
    level = next((level for level, known in PRECISION.items() if known is precision), None)
    return (given or RADIUS_M[level]) if level else 0


def is_rural(town: str) -> bool:
    """By the kind of its township: a 街道 is town, a 镇 or 乡 counts as country. Unknown counts as town."""
    return town.endswith(RURAL)


def place(parsed: ParsedAddress, gazetteer: Gazetteer) -> Placed:
    """The centroid of the narrowest certain place that has a point. A county is too wide to search: unplaced."""
    if parsed.entry is None:
        return _unplaced(Message(gettext_noop("no place of the gazetteer is named in the text")), None)
    if parsed.level is Level.VILLAGE and not parsed.named & {Level.COUNTY, Level.TOWN}:
        return _unplaced(Message(gettext_noop("only a village is named, without its county or town")), None)
    for entry in gazetteer.chain(parsed.entry):
        precision = PRECISION.get(entry.level)
        if precision is not None and entry.point is not None:
            return Placed(entry.point, precision, entry.within_m, _why(parsed, entry), entry)
    return _unplaced(_too_wide(parsed), parsed.entry)


def place_text(
    text: str, gazetteer: Gazetteer, *, home: str = "", county: str = "", town: str = "", village: str = ""
) -> tuple[ParsedAddress, Placed]:
    """Read and placed. `county`, `town`, `village` are what the bank's file says in columns of their own.

    The columns help where the text is coarser; where both contradict each other, what both share counts.
    """
    written = parse_address(text, gazetteer, home=home)
    told = parse_address(county + town + village, gazetteer, home=home) if county or town or village else None
    if told is None or told.entry is None or told.ambiguous:
        return written, place(written, gazetteer)
    if written.entry is None or gazetteer.within(told.entry, written.entry.code):
        return told, place(told, gazetteer)
    if gazetteer.within(written.entry, told.entry.code):
        return written, place(written, gazetteer)
    return written, _shared(written, told, gazetteer)


def _shared(written: ParsedAddress, told: ParsedAddress, gazetteer: Gazetteer) -> Placed:
    entries = [one.entry for one in (written, told) if one.entry is not None]
    why = Message(
        gettext_noop("the text says %(text)s, the file's columns say %(columns)s"),
        {"text": entries[0].name, "columns": entries[-1].name},
    )
    around = gazetteer.common(entries)
    for entry in gazetteer.chain(around) if around else ():
        precision = PRECISION.get(entry.level)
        if precision is not None and entry.point is not None:
            return Placed(entry.point, precision, entry.within_m, why, entry)
    return _unplaced(why, around)


def _unplaced(why: Message, entry: GazetteerEntry | None) -> Placed:
    return Placed(None, Precision.UNPLACED, 0, why, entry)


def _why(parsed: ParsedAddress, entry: GazetteerEntry) -> Message:
    about = {"place": entry.name, "metres": entry.within_m}
    if parsed.ambiguous:
        return Message(
            gettext_noop("%(fits)s places fit the text, so the middle of %(place)s within %(metres)s m"),
            about | {"fits": parsed.ambiguous},
        )
    if parsed.unknown:
        return Message(
            gettext_noop("%(unknown)s is not in the gazetteer, so the middle of %(place)s within %(metres)s m"),
            about | {"unknown": parsed.unknown},
        )
    if entry.level is Level.VILLAGE and Level.TOWN not in parsed.named:
        return Message(
            gettext_noop("the only %(place)s known in %(county)s; its town is not named; within %(metres)s m"),
            about | {"county": parsed.county},
        )
    return Message(gettext_noop("the middle of %(place)s, within %(metres)s m"), about)


def _too_wide(parsed: ParsedAddress) -> Message:
    where = {"place": parsed.entry.name if parsed.entry else ""}
    if parsed.ambiguous:
        return Message(
            gettext_noop("%(fits)s places in %(place)s fit the text"), where | {"fits": parsed.ambiguous}
        )
    if parsed.unknown:
        return Message(
            gettext_noop("%(unknown)s is not in the gazetteer; only %(place)s is certain"),
            where | {"unknown": parsed.unknown},
        )
    return Message(gettext_noop("only %(place)s is certain, which is too wide to search"), where)
