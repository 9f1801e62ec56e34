"""Places on the map. Every coordinate names its datum; inside Zoufang all are WGS-84."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

import eviltransform

from zoufang.core.errors import BadInput

EARTH_RADIUS_M = 6_371_008.8


class Datum(StrEnum):
    WGS84 = "WGS-84"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


class Precision(StrEnum):
    """How finely a point is known; anything coarser than a building is shown as approximate."""

    CONFIRMED = "confirmed"
    BUILDING = "building"
    VILLAGE = "village"
    TOWNSHIP = "township"
    COUNTY = "county"
    UNPLACED = "unplaced"


@dataclass(frozen=True, slots=True)
class Point:
    """Latitude and longitude in degrees on `datum`."""

    lat: float
    lon: float
    datum: Datum = Datum.WGS84

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise BadInput(f"({self.lat}, {self.lon}) is not a latitude and longitude. Check their order.")


def to_wgs84(point: Point) -> Point:
    """The same place on WGS-84; GCJ-02 offsets are hundreds of metres, so never skip this."""
    if point.datum is Datum.WGS84:
        return point
    convert = eviltransform.gcj2wgs_exact if point.datum is Datum.GCJ02 else eviltransform.bd2wgs
    lat, lon = convert(point.lat, point.lon)
    return Point(lat, lon, Datum.WGS84)


def to_gcj02(point: Point) -> Point:
    """For handing over to Chinese map applications (AMap, Tencent)."""
    if point.datum is Datum.GCJ02:
        return point
    wgs = to_wgs84(point)
    lat, lon = eviltransform.wgs2gcj(wgs.lat, wgs.lon)
    return Point(lat, lon, Datum.GCJ02)


def distance_m(a: Point, b: Point) -> float:
    """Great-circle metres between two points of one datum (haversine)."""
    if a.datum is not b.datum:
        raise BadInput(f"Distance between {a.datum} and {b.datum} is meaningless. Convert with to_wgs84 first.")
    half_lat, half_lon = radians(b.lat - a.lat) / 2, radians(b.lon - a.lon) / 2
    h = sin(half_lat) ** 2 + cos(radians(a.lat)) * cos(radians(b.lat)) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(h)))
