"""The counties of Dezhou, with approximate seats; their towns and villages here are invented."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, radians, sin

from zoufang.core.simulation.chance import between, pick, uniform
from zoufang.core.values import Point


@dataclass(frozen=True, slots=True)
class County:
    """`seat` is approximate (about a kilometre, WGS-84). `codes`: from which year of birth which area code stands
    in a resident ID (GB/T 2260 changed when the prefecture became a city in 1994)."""

    name: str
    seat: Point
    codes: tuple[tuple[int, str], ...]
    weight: float = 1.0
    urban: float = 0.35

    def code_for(self, year: int) -> str:
        return next(code for first, code in reversed(self.codes) if year >= first)


@dataclass(frozen=True, slots=True)
class Village:
    """An invented village or neighbourhood."""

    county: str
    township: str
    name: str
    point: Point
    urban: bool


COUNTIES = (
    County("德城区", Point(37.451, 116.300), ((0, "372401"), (1994, "371402")), 2.2, 0.9),
    County("陵城区", Point(37.336, 116.576), ((0, "372421"), (1994, "371421"))),
    County("宁津县", Point(37.652, 116.800), ((0, "372431"), (1994, "371422"))),
    County("庆云县", Point(37.775, 117.385), ((0, "372432"), (1994, "371423")), 0.7),
    County("临邑县", Point(37.190, 116.867), ((0, "372428"), (1994, "371424"))),
    County("齐河县", Point(36.795, 116.759), ((0, "372425"), (1994, "371425")), 1.2),
    County("平原县", Point(37.165, 116.434), ((0, "372422"), (1994, "371426"))),
    County("夏津县", Point(36.948, 116.002), ((0, "372423"), (1994, "371427"))),
    County("武城县", Point(37.213, 116.069), ((0, "372424"), (1994, "371428")), 0.9),
    County("乐陵市", Point(37.730, 117.232), ((0, "372427"), (1988, "372402"), (1994, "371481")), 1.1),
    County("禹城市", Point(36.934, 116.638), ((0, "372426"), (1993, "372403"), (1994, "371482")), 1.1),
)
VILLAGES_PER_COUNTY = 14
REACH_KM = 17.0
KM_PER_DEGREE = 111.2
TOWNS = ("柳河镇", "清源镇", "安乐镇", "永兴镇", "大槐乡", "望湖街道", "和平街道", "新泉镇")
CLANS = "王李张刘陈杨赵孙马朱胡郭何高林罗"
ENDINGS = ("家村", "庄村", "楼村", "屯村", "家寨村")


def village_of(seed: int, county: County, number: int) -> Village:
    """The `number`-th invented place of a county, the same for the same seed."""
    key = ("village", county.name, number)
    urban = uniform(seed, *key, "urban") < county.urban
    distance = between(0.3, 3.0, seed, *key, "km") if urban else between(3.0, REACH_KM, seed, *key, "km")
    angle = 2 * pi * uniform(seed, *key, "angle")
    town = pick([t for t in TOWNS if t.endswith("街道") == urban], seed, *key, "town")
    clan = pick(CLANS, seed, *key, "clan") + pick(CLANS, seed, *key, "clan2")
    name = f"{clan}社区" if urban else clan[0] + pick(ENDINGS, seed, *key, "ending")
    return Village(county.name, town, name, moved(county.seat, distance, angle), urban)


def moved(origin: Point, km: float, angle: float) -> Point:
    """A point `km` away (flat-earth approximation, good enough below 50 km)."""
    lat = origin.lat + km * sin(angle) / KM_PER_DEGREE
    lon = origin.lon + km * cos(angle) / (KM_PER_DEGREE * cos(radians(origin.lat)))
    return Point(round(lat, 6), round(lon, 6))
