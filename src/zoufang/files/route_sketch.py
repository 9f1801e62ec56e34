"""A crew's way as a small drawing: north is up, distances true, no map behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

WIDTH_MM, HEIGHT_MM, EDGE_MM = 168.0, 62.0, 6.0
METRES_A_DEGREE = 111_320.0
SMALLEST_M = 200.0  # one door alone is not blown up beyond this
BARS_M = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000)


@dataclass(frozen=True, slots=True)
class Spot:
    """A numbered door, WGS-84; `radius_m` above 0 where it is only roughly placed."""

    number: int
    lat: float
    lon: float
    radius_m: int = 0


def route_sketch(depot: tuple[float, float], spots: Sequence[Spot]) -> dict[str, Any] | None:
    """Millimetres from the upper left corner, and a bar of round length; None where no door has a place."""
    if not spots:
        return None
    flat = [_flat(depot, (spot.lat, spot.lon)) for spot in spots]
    xs, ys = [0.0, *(x for x, _ in flat)], [0.0, *(y for _, y in flat)]
    wide, high = max(max(xs) - min(xs), SMALLEST_M), max(max(ys) - min(ys), SMALLEST_M)
    scale = min((WIDTH_MM - 2 * EDGE_MM) / wide, (HEIGHT_MM - 2 * EDGE_MM) / high)

    def put(east_m: float, south_m: float) -> dict[str, float]:
        return {
            "x": round(WIDTH_MM / 2 + (east_m - (max(xs) + min(xs)) / 2) * scale, 2),
            "y": round(HEIGHT_MM / 2 + (south_m - (max(ys) + min(ys)) / 2) * scale, 2),
        }

    marks = [put(*at) | {"number": s.number, "r": _ring(s, scale)} for s, at in zip(spots, flat, strict=True)]
    bar_m = max(bar for bar in BARS_M if bar * scale <= WIDTH_MM / 4 or bar == BARS_M[0])
    bar = {"mm": round(bar_m * scale, 2), "text": f"{bar_m} m" if bar_m < 1000 else f"{bar_m // 1000} km"}
    return {"width": WIDTH_MM, "height": HEIGHT_MM, "depot": put(0, 0), "spots": marks, "bar": bar}


def _flat(origin: tuple[float, float], point: tuple[float, float]) -> tuple[float, float]:
    """Metres east and south of the origin, good enough over a county."""
    east = (point[1] - origin[1]) * METRES_A_DEGREE * cos(radians(origin[0]))
    return east, (origin[0] - point[0]) * METRES_A_DEGREE


def _ring(spot: Spot, scale: float) -> float:
    """Drawn within the picture: a township's radius may be wider than the whole day."""
    return round(min(spot.radius_m * scale, HEIGHT_MM / 3), 2)
