"""Two plans side by side: whose visit is in one only, what moved, and what each crew and each group has of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zoufang.core.errors import BadInput
from zoufang.core.planning.who_pays import GroupShare


class Difference(StrEnum):
    """What differs in a customer's visit."""

    ADDED = "added"
    DROPPED = "dropped"
    DAY = "day"
    CREW = "crew"
    DOOR = "door"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class ComparedVisit:
    """`start_min`: minutes after local midnight."""

    customer_id: str
    crew_id: str
    address_id: str
    day: date
    start_min: int
    value_fen: int


@dataclass(frozen=True, slots=True)
class CrewFigures:
    """One crew's day; `left_s` and `late_s` are its slack, None where it isn't known."""

    crew_id: str
    visits: int
    away_s: int
    metres: int
    value_fen: int
    left_s: int | None = None
    late_s: int | None = None


@dataclass(frozen=True, slots=True)
class ComparedPlan:
    """`value_fen`: the plan's own figure, crews' costs taken off. `shares`: who pays, empty where not reckoned."""

    visits: tuple[ComparedVisit, ...]
    crews: tuple[CrewFigures, ...]
    value_fen: int
    shares: tuple[GroupShare, ...] = ()

    def __post_init__(self) -> None:
        twice = [one for one, n in Counter(visit.customer_id for visit in self.visits).items() if n > 1]
        if twice:
            raise BadInput(f"Customer {min(twice)} is visited twice in one plan. It can't be compared.")

    @property
    def away_s(self) -> int:
        return sum(crew.away_s for crew in self.crews)

    @property
    def metres(self) -> int:
        return sum(crew.metres for crew in self.crews)


@dataclass(frozen=True, slots=True)
class VisitChange:
    """`differences` in the order of their names' importance; added or dropped stands alone."""

    customer_id: str
    before: ComparedVisit | None
    after: ComparedVisit | None
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class CrewChange:
    """None on the side on which the crew stays at home."""

    crew_id: str
    before: CrewFigures | None
    after: CrewFigures | None


@dataclass(frozen=True, slots=True)
class ShareChange:
    """Who pays: one band of people in both plans. None where a plan's share was not reckoned."""

    group: str
    band: str
    before: GroupShare | None
    after: GroupShare | None


@dataclass(frozen=True, slots=True)
class PlanComparison:
    """`changes`: every customer whose visit differs, by id; `unchanged`: how many are the same to the minute."""

    before: ComparedPlan
    after: ComparedPlan
    changes: tuple[VisitChange, ...]
    unchanged: int
    crews: tuple[CrewChange, ...]
    shares: tuple[ShareChange, ...]

    @property
    def value_fen(self) -> int:
        return self.after.value_fen - self.before.value_fen

    def having(self, *differences: Difference) -> tuple[VisitChange, ...]:
        """The changes in which one of these stands."""
        return tuple(change for change in self.changes if set(differences) & set(change.differences))


def compare(before: ComparedPlan, after: ComparedPlan) -> PlanComparison:
    """The same whatever the order of visits; swapping the plans swaps added and dropped."""
    old = {visit.customer_id: visit for visit in before.visits}
    new = {visit.customer_id: visit for visit in after.visits}
    pairs = [(one, old.get(one), new.get(one)) for one in sorted(old.keys() | new.keys())]
    changes = tuple(
        VisitChange(one, was, now, found) for one, was, now in pairs if (found := differences(was, now))
    )
    return PlanComparison(
        before, after, changes, len(pairs) - len(changes), tuple(_crews(before, after)), _shares(before, after)
    )


def differences(before: ComparedVisit | None, after: ComparedVisit | None) -> tuple[Difference, ...]:
    """Empty where both are the same visit; a visit that is worth more or less now is the same one."""
    if before is None or after is None:
        return (Difference.ADDED if before is None else Difference.DROPPED,)
    pairs = (
        (Difference.DAY, before.day, after.day),
        (Difference.CREW, before.crew_id, after.crew_id),
        (Difference.DOOR, before.address_id, after.address_id),
        (Difference.TIME, before.start_min, after.start_min),
    )
    return tuple(name for name, was, now in pairs if was != now)


def _crews(before: ComparedPlan, after: ComparedPlan) -> Iterable[CrewChange]:
    old, new = ({crew.crew_id: crew for crew in plan.crews} for plan in (before, after))
    for crew_id in sorted(old.keys() | new.keys()):
        yield CrewChange(crew_id, old.get(crew_id), new.get(crew_id))


def _shares(before: ComparedPlan, after: ComparedPlan) -> tuple[ShareChange, ...]:
    old, new = ({(share.group, share.band): share for share in plan.shares} for plan in (before, after))
    keys = sorted(old.keys() | new.keys())
    return tuple(ShareChange(*key, old.get(key), new.get(key)) for key in keys)
