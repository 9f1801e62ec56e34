"""Where a plan's visits lie: country visits by township, and how finely the doors are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from zoufang.core.places import is_rural
from zoufang.core.values import Precision
from zoufang.server.pages.plan_sheet import CrewPart


@dataclass(frozen=True, slots=True)
class TownshipRow:
    """Visits of the day to one township, and the crews that go there with their colour on the map."""

    county: str
    township: str
    visits: int
    crews: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class PlanPlaces:
    townships: tuple[TownshipRow, ...]
    in_town: int
    precisions: tuple[tuple[str, int], ...]

    @property
    def approximate(self) -> int:
        """Visits whose door is not known itself."""
        exact = (Precision.CONFIRMED.value, Precision.BUILDING.value)
        return sum(n for name, n in self.precisions if name not in exact)


def places_of(crews: Sequence[CrewPart]) -> PlanPlaces:
    """From the stops that the page has read already: no query of its own."""
    visits: Counter[tuple[str, str]] = Counter()
    who: dict[tuple[str, str], dict[str, int]] = {}
    precisions: Counter[str] = Counter()
    for part in crews:
        for stop in part.stops:
            door = stop.address
            precisions[door.precision] += 1
            if is_rural(door.township):
                where = (door.county, door.township)
                visits[where] += 1
                who.setdefault(where, {})[part.crew.name] = part.tone
    rows = [TownshipRow(*where, n, tuple(sorted(who[where].items()))) for where, n in sorted(visits.items())]
    known = [(one.value, precisions[one.value]) for one in Precision if precisions[one.value]]
    return PlanPlaces(tuple(rows), precisions.total() - visits.total(), tuple(known))
