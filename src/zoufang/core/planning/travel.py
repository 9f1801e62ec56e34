"""How long and how far it is from one place to another. Whole seconds and whole metres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from zoufang.core.errors import BadInput
from zoufang.core.planning.policy import TravelPolicy
from zoufang.core.values import Datum, Point

EARTH_RADIUS_M = 6_371_008.8
Matrix = NDArray[np.int64]


class TravelTimes(Protocol):
    """A road engine, an imported matrix or the embedded estimate; each gives square matrices over `points`."""

    def between(self, points: Sequence[Point]) -> tuple[Matrix, Matrix]:
        """Seconds (parking at the end included) and metres from each point to each other; zero on the diagonal."""
        ...


@dataclass(frozen=True, slots=True)
class CircuityTravel:
    """Straight line times circuity at a speed, both by distance class: the default that needs no map."""

    policy: TravelPolicy = field(default_factory=TravelPolicy)

    def between(self, points: Sequence[Point]) -> tuple[Matrix, Matrix]:
        line = straight_line_m(points)
        roads = self.policy.roads
        road = np.searchsorted([r.up_to_m for r in roads[:-1]], line)
        metres = line * np.array([r.circuity for r in roads])[road]
        seconds = metres / (np.array([r.speed_kmh for r in roads]) / 3.6)[road]
        parking = np.where(line > self.policy.same_place_m, self.policy.parking_seconds, 0)
        return np.ceil(seconds + parking).astype(np.int64), np.ceil(metres).astype(np.int64)


def straight_line_m(points: Sequence[Point]) -> NDArray[np.float64]:
    """Great-circle metres between all pairs, through the chords of unit vectors (exact also for near doors)."""
    if any(p.datum is not Datum.WGS84 for p in points):
        raise BadInput("Travel times need WGS-84 points. Convert with to_wgs84 first.")
    lat = np.radians(np.array([p.lat for p in points], dtype=np.float64))
    lon = np.radians(np.array([p.lon for p in points], dtype=np.float64))
    axes = (np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat))
    chord2 = sum((a[:, None] - a[None, :]) ** 2 for a in axes)
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(chord2) / 2)))
