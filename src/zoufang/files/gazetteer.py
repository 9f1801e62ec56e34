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
from zoufang.core.values import Datum, Message, Point, gettext_noop, to_wgs84

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
NO_COLUMN = gettext_noop("%(file)s has no column %(columns)s. Name the columns %(names)s.")
COLUMN_NAMES = "code, name, level (代码, 名称, 级别)"
NO_TABLE = gettext_noop("%(file)s is no table: %(why)s. Export it again as CSV or XLSX.")
NO_TEXT = gettext_noop("%(file)s is neither UTF-8 nor GB18030. Export it again as CSV or XLSX.")
NO_LEVEL = gettext_noop("“%(cell)s” is no level")
LEVELS_ARE = gettext_noop("Use one of %(levels)s.")
LEVEL_NAMES = "province, city, county, town, village, 省, 市, 县, 乡镇, 村"
NO_NUMBER = gettext_noop("A number cannot be read: %(why)s")
CORRECT = gettext_noop("Correct the row and take the file in again.")
NO_DATUM = gettext_noop("Coordinates of %(place)s on an unknown datum %(datum)s")
DATUMS_ARE = gettext_noop("Name WGS-84, CGCS2000, GCJ-02 or BD-09: they lie hundreds of metres apart.")


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
        raise BadInput(
            Message(NO_COLUMN, {"file": path.name, "columns": ", ".join(missing), "names": COLUMN_NAMES})
        )
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
            raise BadInput(Message(NO_TABLE, {"file": name, "why": str(error)})) from error
    raise BadInput(Message(NO_TEXT, {"file": name}))


def _entry(row: dict[str, str], number: int, datum: Datum | None, source: str) -> GazetteerEntry:
    level = LEVELS.get(row["level"].lower())
    if level is None:
        raise BadField(
            Message(NO_LEVEL, {"cell": row["level"]}),
            field="level",
            row=number,
            remedy=Message(LEVELS_ARE, {"levels": LEVEL_NAMES}),
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
    except BadInput as error:
        raise BadField(error.args[0], field="row", row=number, remedy=Message(CORRECT)) from error
    except ValueError as error:
        what = Message(NO_NUMBER, {"why": str(error)})
        raise BadField(what, field="row", row=number, remedy=Message(CORRECT)) from error


def _point(row: dict[str, str], number: int, datum: Datum | None) -> Point | None:
    lat, lon = row.get("lat", ""), row.get("lon", "")
    if not lat and not lon:
        return None
    named = row.get("datum", "")
    found = DATUMS.get(re.sub(r"[^a-z0-9]", "", named.lower())) if named else datum
    if found is None:
        what = Message(NO_DATUM, {"place": row["name"], "datum": named})
        raise BadField(what, field="datum", row=number, remedy=Message(DATUMS_ARE))
    return to_wgs84(Point(float(lat), float(lon), found))
