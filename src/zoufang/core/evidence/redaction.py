"""What of a visit may leave the bank, for which purpose."""

from __future__ import annotations

from enum import StrEnum

from zoufang.core.values import Point


class ExportPurpose(StrEnum):
    COURT = "court"  # 诉讼、仲裁、公证
    REGULATOR = "regulator"
    COMPLAINT = "complaint"
    COUNSEL = "counsel"
    AUDIT = "audit"


# Only who judges or answers about this very person needs the name; others look at how the visit was conducted.
NAMES_ALLOWED = frozenset({ExportPurpose.COURT, ExportPurpose.REGULATOR, ExportPurpose.COMPLAINT})
# Voices and faces may be other people's: they leave only where the original itself is judged.
ORIGINALS_ALLOWED = frozenset({ExportPurpose.COURT, ExportPurpose.REGULATOR})


def rough(point: Point) -> Point:
    """To a hundredth of a degree, about a kilometre: a door's exact place names who lives there."""
    return Point(round(point.lat, 2), round(point.lon, 2), point.datum)
