"""From where crews stood to where the door is: a proposal for a person to confirm, never more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from zoufang.core.errors import BadInput
from zoufang.core.values import Datum, Point, distance_m

MOST_ACCURACY_M = (
    50.0  # a phone in the open gives 5 to 20 m; above 50 m it names the wrong door of a village street
)
APART_M = 100.0  # two visits that lie further apart stood at different doors


@dataclass(frozen=True, slots=True)
class Fix:
    """One check-in: where the phone was, and within how many metres it was sure."""

    visit_id: str
    at: datetime
    point: Point
    accuracy_m: float

    def __post_init__(self) -> None:
        if self.point.datum is not Datum.WGS84:
            raise BadInput(f"Check-in of visit {self.visit_id} is in {self.point.datum}. Use to_wgs84 first.")


@dataclass(frozen=True, slots=True)
class ProposedPoint:
    """The first sure check-in; `apart_m` is the longest way between two visits, `disagree` that it is too long."""

    point: Point
    accuracy_m: float
    fixes: tuple[Fix, ...]
    apart_m: float

    @property
    def disagree(self) -> bool:
        return self.apart_m > APART_M


def propose_point(fixes: Sequence[Fix], *, accuracy_m: float = MOST_ACCURACY_M) -> ProposedPoint | None:
    """One fix a visit counts (its surest); None where no phone was sure enough."""
    sure: dict[str, Fix] = {}
    for fix in sorted(fixes, key=lambda one: (one.accuracy_m, one.at, one.visit_id)):
        if fix.accuracy_m <= accuracy_m:
            sure.setdefault(fix.visit_id, fix)
    if not sure:
        return None
    kept = tuple(sorted(sure.values(), key=lambda one: (one.at, one.visit_id)))
    apart = max((distance_m(a.point, b.point) for a, b in combinations(kept, 2)), default=0.0)
    return ProposedPoint(kept[0].point, kept[0].accuracy_m, kept, apart)
