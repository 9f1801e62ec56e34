"""A gazetteer from CSV or XLSX: one place a row, coordinates converted to WGS-84 on the way in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import polars as pl

from zoufang.core.errors import BadField, BadInput
from zoufang.core.places import GazetteerEntry, Level
from zoufang.core.values import Datum, Point, to_wgs84

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("code", "代码", "区划代码", "编码"),
    "name": ("name", "名称", "地名"),
    "level": ("level", "级别", "层级"),
    "parent": ("parent", "上级代码", "上级"),
    "aliases": ("aliases", "别名", "旧名", "别称"),
    "lat": ("lat", "纬度"),
    "lon": ("lon", "经度"),
    "datum": ("datum", "坐标系"),
    "radius_m": ("radius_m", "半径", "半径(米)", "半径（米）"),
    "source": ("source", "来源"),
}
NEEDED = ("code", "name", "level")
LEVELS: Mapping[str, Level] = {
    **{level.value: level for level in Level},
    **dict.fromkeys(("省", "省级", "自治区", "直辖市"), Level.PROVINCE),
    **dict.fromkeys(("市", "地级", "地市", "prefecture"), Level.CITY),
    **dict.fromkeys(("县", "区县", "县级"), Level.COUNTY),
    **dict.fromkeys(("乡镇", "镇", "乡级", "街道", "township"), Level.TOWN),
    **dict.fromkeys(("村", "村级", "社区", "村社区"), Level.VILLAGE),
}
DATUMS: Mapping[str, Datum] = {
    **{re.sub(r"[^a-z0-9]", "", datum.value.lower()): datum for datum in Datum},
    "cgcs2000": Datum.WGS84,  # differs by centimetres
}
SPLIT = re.compile(r"[;；|、]")
XLSX_START = b"PK\x03\x04"


class GazetteerFile(NamedTuple):
    entries: tuple[GazetteerEntry, ...]
    sha256: str


def read_gazetteer(path: Path, *, datum: Datum | None = None, source: str = "") -> GazetteerFile:
    """Every place in the file. `datum` and `source` hold for rows that name none.

    BadField: a row without code, name or level, a wrong number, or coordinates whose datum nobody names.
    """
    if not path.is_file():
        raise BadInput(f"There is no file {path}. Check its name.")
    raw = path.read_bytes()
    frame = _frame(raw, path.name)
    columns = {field: name for field, names in COLUMNS.items() for name in frame.columns if name.strip() in names}
    if missing := [name for name in NEEDED if name not in columns]:
        raise BadInput(f"{path.name} has no column {', '.join(missing)}. Name the columns as the template does.")
    known = frame.select(pl.col(name).alias(field) for field, name in columns.items())
    rows = enumerate(known.iter_rows(named=True), start=2)
    entries = tuple(_entry({k: (v or "").strip() for k, v in row.items()}, n, datum, source) for n, row in rows)
    return GazetteerFile(entries, sha256(raw).hexdigest())


def _frame(raw: bytes, name: str) -> pl.DataFrame:
    if raw.startswith(XLSX_START):
        return pl.read_excel(BytesIO(raw), infer_schema_length=0).cast(pl.String)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            return pl.read_csv(text.encode(), infer_schema=False)
        except UnicodeDecodeError:
            continue
        except pl.exceptions.PolarsError as error:
            raise BadInput(f"{name} is no table: {error}. Export it again as CSV or XLSX.") from error
    raise BadInput(f"{name} is neither UTF-8 nor GB18030. Export it again as CSV or XLSX.")


def _entry(row: dict[str, str], number: int, datum: Datum | None, source: str) -> GazetteerEntry:
    level = LEVELS.get(row["level"].lower())
    if level is None:
        raise BadField(
            f"{row['level'] or 'An empty cell'} is no level",
            field="level",
            row=number,
            remedy=f"Use {', '.join(Level)} or 省, 市, 县, 乡镇, 村.",
        )
    radius = row.get("radius_m", "")
    try:
        return GazetteerEntry(
            code=row["code"],
            name=row["name"],
            level=level,
            parent=row.get("parent", ""),
            aliases=tuple(alias.strip() for alias in SPLIT.split(row.get("aliases", "")) if alias.strip()),
            point=_point(row, number, datum),
            radius_m=round(float(radius)) if radius else None,
            source=row.get("source", "") or source,
        )
    except BadField:
        raise
    except (BadInput, ValueError) as error:
        raise BadField(str(error), field="row", row=number, remedy="Correct the row and import again.") from error


def _point(row: dict[str, str], number: int, datum: Datum | None) -> Point | None:
    lat, lon = row.get("lat", ""), row.get("lon", "")
    if not lat and not lon:
        return None
    named = row.get("datum", "")
    found = DATUMS.get(re.sub(r"[^a-z0-9]", "", named.lower())) if named else datum
    if found is None:
        raise BadField(
            f"Coordinates of {row['name']} on an unknown datum {named}".rstrip(),
            field="datum",
            row=number,
            remedy="Name WGS-84, CGCS2000, GCJ-02 or BD-09: they lie hundreds of metres apart.",
        )
    return to_wgs84(Point(float(lat), float(lon), found))
