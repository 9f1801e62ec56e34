"""An address text → the places it names and what stands behind them (组, street, number).

Names are matched against a gazetteer, from wide to narrow, the longest form first. What the text leaves open is
never guessed: of several places that fit, the narrowest place around all of them counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from zoufang.core.places.gazetteer import Gazetteer, GazetteerEntry, Level
from zoufang.core.places.names import ANOTHER_NAME, is_whole
from zoufang.core.places.text import Foreign, clean

_CHINESE = "一二三四五六七八九十百"
GROUP = re.compile(rf"第?([0-9{_CHINESE}]{{1,4}})(?:村民小组|居民小组|小组|组|队|社)(?![\u4e00-\u9fff]?(?:路|街))")
STREET = re.compile(r"([\u4e00-\u9fff0-9]{1,12}?(?:大道|大街|胡同|路|街|巷|弄))(?!道|办)")
NUMBER = re.compile(
    r"([0-9]+(?:-[0-9]+)*(?:号楼|号院|号|栋|幢|座|排|单元|室|户)(?:[0-9A-Za-z-]+(?:号楼|单元|楼|层|室|户|号)?)*)$"
)
# A zone is run like a county or town but is no level of its own: 德城区经济开发区袁桥镇.
ZONE = re.compile(r"(?:经济技术|高新技术产业|经济|高新|工业|运河)(?:技术)?(?:开发区|园区|新区)")
NAMED_UNIT = re.compile(
    r"([\u4e00-\u9fff]{1,8}?)(自治县|街道办事处|街道|社区|县|区|旗|镇|乡|村委会|居委会|村|屯|庄|寨|营)(?!路|街|巷|道)"
)
_UNIT_LEVEL = {"自治县": Level.COUNTY, "县": Level.COUNTY, "区": Level.COUNTY, "旗": Level.COUNTY}
_UNIT_LEVEL |= dict.fromkeys(("街道办事处", "街道", "镇", "乡"), Level.TOWN)
_RESIDENTIAL = re.compile(r"(?:小|园|社|住宅|厂|校|库|景|宿舍|生活)$")


@dataclass(frozen=True, slots=True)
class ParsedAddress:
    """What the text names. `entry` is the narrowest place that is certain; `named` the levels that the text wrote.

    `ambiguous`: how many places fit where more than one does (0 otherwise). `unknown`: a unit that the gazetteer
    lacks, written as in the text. `rest` holds what was not understood; `foreign` what was taken out.
    """

    province: str
    city: str
    county: str
    town: str
    village: str
    group: str
    street: str
    number: str
    rest: str
    entry: GazetteerEntry | None
    named: frozenset[Level]
    ambiguous: int = 0
    unknown: str = ""
    foreign: tuple[Foreign, ...] = ()

    @property
    def level(self) -> Level | None:
        return self.entry.level if self.entry else None


@dataclass(frozen=True, slots=True)
class _Reading:
    """So far: the places that the text may mean, how far it is read, and which levels it named."""

    fits: tuple[GazetteerEntry, ...]
    at: int
    named: frozenset[Level]


def parse_address(text: str, gazetteer: Gazetteer, *, home: str = "") -> ParsedAddress:
    """`home` is the code of the place that an unwritten province, city or county means (the bank's own).

    A text that names a place outside home is read from the whole gazetteer.
    """
    cleaned = clean(text)
    readings = [_read(cleaned.text, gazetteer, start) for start in _starts(gazetteer, home)]
    best = max(readings, key=lambda r: (r.at, bool(r.fits)))
    return _told(cleaned.text, best, gazetteer, cleaned.foreign)


def _starts(gazetteer: Gazetteer, home: str) -> list[tuple[GazetteerEntry, ...]]:
    """Inside home first: of two readings that go equally far the one at home counts."""
    own = gazetteer.entries.get(home)
    return [(own,), ()] if own else [()]


def _read(text: str, gazetteer: Gazetteer, start: tuple[GazetteerEntry, ...]) -> _Reading:
    reading = _Reading(start, 0, frozenset())
    while (onward := _step(text, gazetteer, reading)) is not None:
        reading = onward
    return reading


def _step(text: str, gazetteer: Gazetteer, reading: _Reading) -> _Reading | None:
    """One name further: a narrower place, or one that was named already (a prefix written twice)."""
    zone = ZONE.match(text, reading.at)
    at = zone.end() if zone else reading.at
    at += len(text[at:]) - len(text[at:].lstrip(",;-"))
    for length in range(min(gazetteer.longest, len(text) - at), 1, -1):
        form, behind = text[at : at + length], text[at + length :]
        fits = [e for e in gazetteer.by_form.get(form, ()) if _may_mean(form, behind, e)]
        if narrower := tuple(e for e in fits if _continues(e, reading, gazetteer)):
            levels = {e.level for e in narrower}
            widest = min(levels, key=lambda level: level.depth)
            chosen = tuple(e for e in narrower if e.level is widest)
            return _Reading(chosen, at + length, reading.named | {widest})
        if any(_repeats(e, reading, gazetteer) for e in fits):
            return _Reading(reading.fits, at + length, reading.named | {fits[0].level})
    return None


def _may_mean(form: str, behind: str, entry: GazetteerEntry) -> bool:
    """A shortened name counts only where the text does not go on into another name (和平路, 柳河村)."""
    return is_whole(form, entry.level) or not ANOTHER_NAME.match(behind)


def _continues(entry: GazetteerEntry, reading: _Reading, gazetteer: Gazetteer) -> bool:
    if not reading.fits:
        return True
    return any(e.code != entry.code and gazetteer.within(entry, e.code) for e in reading.fits)


def _repeats(entry: GazetteerEntry, reading: _Reading, gazetteer: Gazetteer) -> bool:
    return any(gazetteer.within(e, entry.code) for e in reading.fits)


def _told(text: str, reading: _Reading, gazetteer: Gazetteer, foreign: tuple[Foreign, ...]) -> ParsedAddress:
    behind = text[reading.at :]
    certain = gazetteer.common(reading.fits)
    unknown, behind = _unknown_unit(behind, certain)
    group, street, number, rest = _tail(behind)
    names = {e.level: e.name for e in gazetteer.chain(certain)} if certain else {}
    return ParsedAddress(
        province=names.get(Level.PROVINCE, ""),
        city=names.get(Level.CITY, ""),
        county=names.get(Level.COUNTY, ""),
        town=names.get(Level.TOWN, ""),
        village=names.get(Level.VILLAGE, ""),
        group=group,
        street=street,
        number=number,
        rest=rest,
        entry=certain,
        named=reading.named,
        ambiguous=len(reading.fits) if len(reading.fits) > 1 else 0,
        unknown=unknown,
        foreign=foreign,
    )


def _unknown_unit(text: str, certain: GazetteerEntry | None) -> tuple[str, str]:
    """A county, town or village that the gazetteer lacks: everything inside it is unknown too."""
    found = NAMED_UNIT.match(text)
    if not found or _RESIDENTIAL.search(found[1]):
        return "", text
    level = _UNIT_LEVEL.get(found[2], Level.VILLAGE)
    if certain is not None and certain.level.depth >= level.depth:
        return "", text
    return found[0], text[found.end() :]


def _tail(text: str) -> tuple[str, str, str, str]:
    """group, street, number, rest."""
    group = GROUP.search(text)
    rest = text[: group.start()] + text[group.end() :] if group else text
    number = NUMBER.search(rest)
    rest = rest[: number.start()] if number else rest
    street = STREET.match(rest)
    rest = rest[street.end() :] if street else rest
    return group[0] if group else "", street[1] if street else "", number[1] if number else "", rest.strip(",;-")
