"""The gazetteer of the simulated bank: real counties with approximate seats, invented towns and villages."""

from __future__ import annotations

from collections import defaultdict
from math import ceil

from zoufang.core.places import GazetteerEntry, Level
from zoufang.core.simulation.chance import uniform
from zoufang.core.simulation.counties import COUNTIES, VILLAGES_PER_COUNTY, County, Village, village_of
from zoufang.core.values import Point, distance_m

PROVINCE, CITY = "37", "3714"
THIS_YEAR = 2026
DOORS_WITHIN_M = 600  # parties.py puts every door within half a kilometre of its village
UNLISTED = 0.08  # no gazetteer is complete
SOURCE = "模拟地名录（县城位置为近似值，乡镇和村庄为虚构）"


def gazetteer_entries(seed: int) -> tuple[GazetteerEntry, ...]:
    """All places of the simulated bank; a town lies amid its villages and reaches as far as the farthest."""
    entries = [
        GazetteerEntry(PROVINCE, "山东省", Level.PROVINCE, source=SOURCE),
        GazetteerEntry(CITY, "德州市", Level.CITY, PROVINCE, source=SOURCE),
    ]
    for county in COUNTIES:
        code = county.code_for(THIS_YEAR)
        aliases = ("陵县",) if county.name == "陵城区" else ()
        entries.append(GazetteerEntry(code, county.name, Level.COUNTY, CITY, aliases, county.seat, source=SOURCE))
        entries += _inside(seed, county, code)
    return tuple(entries)


def _inside(seed: int, county: County, code: str) -> list[GazetteerEntry]:
    """Two invented villages of one name in one town stay two places: texts that mean either are ambiguous."""
    towns: dict[str, list[Village]] = defaultdict(list)
    for number in range(VILLAGES_PER_COUNTY):
        village = village_of(seed, county, number)
        towns[village.township].append(village)
    entries = []
    for t, (town, villages) in enumerate(sorted(towns.items()), start=1):
        town_code = f"{code}{t:03d}"
        middle = _middle([village.point for village in villages])
        reach = max(distance_m(middle, village.point) for village in villages) + DOORS_WITHIN_M
        entries.append(GazetteerEntry(town_code, town, Level.TOWN, code, (), middle, ceil(reach), SOURCE))
        entries += [
            GazetteerEntry(f"{town_code}{v:03d}", village.name, Level.VILLAGE, town_code, (), village.point,
                           DOORS_WITHIN_M, SOURCE)
            for v, village in enumerate(villages, start=1)
            if uniform(seed, "unlisted", county.name, town, v) >= UNLISTED
        ]  # fmt: skip
    return entries


def _middle(points: list[Point]) -> Point:
    lat, lon = (sum(values) / len(points) for values in zip(*((p.lat, p.lon) for p in points), strict=True))
    return Point(round(lat, 6), round(lon, 6))
