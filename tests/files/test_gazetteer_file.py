"""A gazetteer file becomes entries on WGS-84, or says what is wrong in which row."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from zoufang.core.errors import BadField, BadInput
from zoufang.core.places import Gazetteer, Level, place_text
from zoufang.core.values import Datum, Point, Precision, distance_m
from zoufang.files.gazetteer import read_gazetteer
from zoufang.files.rural_calendar import read_rural_calendar

CSV = """code,name,level,parent,aliases,lat,lon,datum,radius_m,source
371403,陵城区,county,,陵县;陵州,37.336,116.576,WGS-84,,民政局 2026
t1,柳河镇,town,371403,,37.3,116.5,GCJ-02,3000,
v1,王家村,village,t1,,,,,,
"""


def written(tmp_path, text, encoding="utf-8", name="places.csv"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_each_row_becomes_a_place(tmp_path, encoding):
    county, town, village = read_gazetteer(written(tmp_path, CSV, encoding), source="某行 2026").entries
    assert (county.name, county.level, county.aliases) == ("陵城区", Level.COUNTY, ("陵县", "陵州"))
    assert (county.source, town.source) == ("民政局 2026", "某行 2026")
    assert (town.radius_m, village.point, village.parent) == (3_000, None, "t1")


def test_coordinates_are_converted_at_the_border(tmp_path):
    town = read_gazetteer(written(tmp_path, CSV)).entries[1]
    assert town.point.datum is Datum.WGS84
    assert 300 < distance_m(town.point, Point(37.3, 116.5)) < 900


def test_chinese_headers_and_levels_in_a_workbook_are_understood(tmp_path):
    frame = pl.DataFrame(
        {"代码": ["t1"], "名称": ["柳河镇"], "级别": ["乡镇"], "纬度": ["37.3"], "经度": ["116.5"]}
    )
    path = tmp_path / "places.xlsx"
    frame.write_excel(path)
    (town,) = read_gazetteer(path, datum=Datum.WGS84, source="某行").entries
    assert (town.level, town.point) == (Level.TOWN, Point(37.3, 116.5))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("GCJ-02", "", "unknown datum"),
        ("GCJ-02", "Mars", "unknown datum Mars"),
        (",town,", ",hamlet,", "no level"),
        ("37.3,", "abc,", "could not convert"),
        ("37.3,", "137.3,", "not a latitude"),
        (",3000,", ",-5,", "radius"),
    ],
)
def test_a_wrong_cell_is_named_with_its_row(tmp_path, old, new, says):
    with pytest.raises(BadField, match=says) as error:
        read_gazetteer(written(tmp_path, CSV.replace(old, new, 1)))
    assert error.value.row == 3


def test_a_file_without_the_needed_columns_is_refused(tmp_path):
    with pytest.raises(BadInput, match="no column code"):
        read_gazetteer(written(tmp_path, "地点,级别\n王家村,村\n"))


def test_the_example_places_a_village_by_its_other_name():
    read = read_gazetteer(Path("examples/gazetteer.csv"), source="示例")
    _, placed = place_text("陵县示例镇李家圈三组", Gazetteer.of(read.entries), home="3714")
    assert (placed.precision, placed.radius_m, placed.entry.name) == (Precision.VILLAGE, 600, "前李庄村")


def test_the_example_calendar_is_read():
    text = Path("examples/rural-calendar.toml").read_text(encoding="utf-8")
    assert read_rural_calendar(text, "rural-calendar.toml").counties["陵城区"].markets[0].days == (3, 8)
