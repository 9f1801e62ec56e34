"""The places that are known by name: a tree from province to village, each perhaps with a point and a radius."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from zoufang.core.errors import BadInput
from zoufang.core.places.names import forms_of
from zoufang.core.values import Datum, Message, Point, gettext_noop


class Level(StrEnum):
    """Levels of administration, from wide to narrow (GB/T 2260, GB/T 10114). A neighbourhood counts as village."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"

    @property
    def depth(self) -> int:
        return list(Level).index(self)


# Within which a place's people live, where the gazetteer does not say. Assumptions: a village of the North China
# plain spans about a kilometre, a township some 50 to 100 square kilometres, a county a thousand.
RADIUS_M: Mapping[Level, int] = MappingProxyType({Level.VILLAGE: 500, Level.TOWN: 4_000, Level.COUNTY: 20_000})
WIDEST_M = 500_000
NAMELESS = gettext_noop("The place %(place)s needs both a code and a name.")
OWN_PARENT = gettext_noop("The place %(place)s is its own parent. Correct the parent's code.")
RADIUS = gettext_noop("The place %(place)s has a radius of %(m)s m. Use 1 to %(most)s.")
TWICE = gettext_noop("The place %(place)s stands more than once. Remove the repetition.")
NO_PARENT = gettext_noop("The place %(place)s names the parent %(parent)s, which is missing. Add it.")
NOT_WIDER = gettext_noop(
    "The place %(place)s names %(parent)s as its parent, which is no wider place. Correct the level."
)


@dataclass(frozen=True, slots=True)
class GazetteerEntry:
    """One place. `parent` is the code of the next wider place known, or empty; `source` says whose data it is."""

    code: str
    name: str
    level: Level
    parent: str = ""
    aliases: tuple[str, ...] = ()
    point: Point | None = None
    radius_m: int | None = None
    source: str = ""

    def __post_init__(self) -> None:
        if not self.code or not self.name:
            raise BadInput(Message(NAMELESS, {"place": self.code or self.name}))
        if self.parent == self.code:
            raise BadInput(Message(OWN_PARENT, {"place": self.code}))
        if self.point is not None and self.point.datum is not Datum.WGS84:
            raise BadInput(
                f"Gazetteer entry {self.code} is in {self.point.datum}. Convert it with to_wgs84 first."
            )
        if self.radius_m is not None and not 1 <= self.radius_m <= WIDEST_M:
            raise BadInput(Message(RADIUS, {"place": self.code, "m": self.radius_m, "most": WIDEST_M}))

    @property
    def within_m(self) -> int:
        """The radius given, else the level's usual one."""
        return self.radius_m or RADIUS_M.get(self.level, WIDEST_M)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Entries by code, and by every form in which a text may write their names."""

    entries: Mapping[str, GazetteerEntry]
    by_form: Mapping[str, tuple[GazetteerEntry, ...]] = field(repr=False)
    longest: int = 0

    @classmethod
    def of(cls, entries: Iterable[GazetteerEntry]) -> Gazetteer:
        """Raises BadInput for a code twice, or a parent that is unknown or not wider."""
        known: dict[str, GazetteerEntry] = {}
        for entry in entries:
            if entry.code in known:
                raise BadInput(Message(TWICE, {"place": entry.code}))
            known[entry.code] = entry
        for entry in known.values():
            _check_parent(entry, known)
        forms: dict[str, list[GazetteerEntry]] = {}
        for code in sorted(known):
            entry = known[code]
            for form in sorted({f for name in (entry.name, *entry.aliases) for f in forms_of(name, entry.level)}):
                forms.setdefault(form, []).append(entry)
        frozen = {form: tuple(found) for form, found in forms.items()}
        return cls(MappingProxyType(known), MappingProxyType(frozen), max(map(len, frozen), default=0))

    def chain(self, entry: GazetteerEntry) -> Iterator[GazetteerEntry]:
        """The entry itself, then each wider place around it."""
        at: GazetteerEntry | None = entry
        while at is not None:
            yield at
            at = self.entries.get(at.parent)

    def within(self, entry: GazetteerEntry, code: str) -> bool:
        """Is `entry` the place with this code, or inside it?"""
        return any(at.code == code for at in self.chain(entry))

    def common(self, entries: Iterable[GazetteerEntry]) -> GazetteerEntry | None:
        """The narrowest place around all of them."""
        chains = [[at.code for at in self.chain(entry)] for entry in entries]
        shared = (code for code in (chains[0] if chains else []) if all(code in chain for chain in chains))
        code = next(shared, None)
        return self.entries[code] if code is not None else None


def _check_parent(entry: GazetteerEntry, known: Mapping[str, GazetteerEntry]) -> None:
    if not entry.parent:
        return
    parent = known.get(entry.parent)
    if parent is None:
        raise BadInput(Message(NO_PARENT, {"place": entry.code, "parent": entry.parent}))
    if parent.level.depth >= entry.level.depth:
        raise BadInput(Message(NOT_WIDER, {"place": entry.code, "parent": parent.code}))
