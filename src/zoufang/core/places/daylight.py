"""Sunrise and sunset at a place, to the minute or two."""

from __future__ import annotations

from datetime import date
from math import acos, cos, degrees, floor, pi, radians, sin, tan

from zoufang.core.values import Point, TimeWindow

ZENITH = 90.833  # of the sun's middle when its upper edge touches the horizon, refraction included
CHINA_OFFSET_MIN = 8 * 60
MIDDAY = 12 * 60


def daylight(day: date, at: Point, *, offset_min: int = CHINA_OFFSET_MIN) -> TimeWindow | None:
    """From sunrise to sunset in minutes of the local day; None where the sun does not rise that day.

    NOAA's short formula (fractional year; equation of time and declination by Fourier terms), within about two
    minutes below the polar circles. `offset_min` is the zone's distance from UTC.
    """
    leap = (day.year % 4 == 0 and day.year % 100 != 0) or day.year % 400 == 0
    year = 2 * pi / (366 if leap else 365) * (day.timetuple().tm_yday - 1)
    equation_min = 229.18 * (
        0.000075
        + 0.001868 * cos(year)
        - 0.032077 * sin(year)
        - 0.014615 * cos(2 * year)
        - 0.040849 * sin(2 * year)
    )
    tilt = (
        0.006918
        - 0.399912 * cos(year)
        + 0.070257 * sin(year)
        - 0.006758 * cos(2 * year)
        + 0.000907 * sin(2 * year)
        - 0.002697 * cos(3 * year)
        + 0.00148 * sin(3 * year)
    )
    lat = radians(at.lat)
    cosine = cos(radians(ZENITH)) / (cos(lat) * cos(tilt)) - tan(lat) * tan(tilt)
    if cosine > 1:
        return None
    half_min = 4 * degrees(acos(max(-1.0, cosine)))
    noon = MIDDAY - 4 * at.lon - equation_min + offset_min
    return TimeWindow(max(0, floor(noon - half_min)), min(24 * 60, floor(noon + half_min) + 1))
