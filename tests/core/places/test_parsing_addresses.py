"""Reading Chinese address texts against a small gazetteer of invented towns in real counties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoufang.core.errors import BadInput
from zoufang.core.places import Foreign, Gazetteer, GazetteerEntry, Level, names_a_door, parse_address
from zoufang.core.values import Datum, Point

PLACES = (
    ("37", "山东省", Level.PROVINCE, ""),
    ("3714", "德州市", Level.CITY, "37"),
    ("371403", "陵城区", Level.COUNTY, "3714"),
    ("371424", "临邑县", Level.COUNTY, "3714"),
    ("371402", "德城区", Level.COUNTY, "3714"),
    ("t1", "柳河镇", Level.TOWN, "371403"),
    ("t2", "清源镇", Level.TOWN, "371403"),
    ("t3", "柳河镇", Level.TOWN, "371424"),
    ("t4", "和平街道", Level.TOWN, "371402"),
    ("v1", "王家村", Level.VILLAGE, "t1"),
    ("v2", "王家村", Level.VILLAGE, "t2"),
    ("v3", "前李庄村", Level.VILLAGE, "t1"),
    ("v4", "新城社区居委会", Level.VILLAGE, "t4"),
    ("v5", "刘家村", Level.VILLAGE, "t3"),
    ("13", "河北省", Level.PROVINCE, ""),
    ("1311", "衡水市", Level.CITY, "13"),
    ("131128", "阜城县", Level.COUNTY, "1311"),
)
ALIASES = {"371403": ("陵县",), "v3": ("李家圈",)}


def gazetteer() -> Gazetteer:
    return Gazetteer.of(GazetteerEntry(c, n, lv, p, ALIASES.get(c, ())) for c, n, lv, p in PLACES)


KNOWN = gazetteer()


def code_of(text: str) -> str:
    entry = parse_address(text, KNOWN, home="3714").entry
    return entry.code if entry else ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("山东省德州市陵城区柳河镇王家村12号", "v1", id="in full"),
        pytest.param("陵城区柳河镇王家村", "v1", id="province and city left out"),
        pytest.param("德州陵城柳河王家村", "v1", id="endings left out"),
        pytest.param("陵县柳河镇王家村", "v1", id="the county's old name"),
        pytest.param("陵城区柳河镇李家圈村", "v3", id="the village's other name"),
        pytest.param("陵城区柳河镇前李庄", "v3", id="a village without its ending"),
        pytest.param("陵城区柳河镇前李庄村委会西200米", "v3", id="the village committee"),
        pytest.param("德城区和平街道办事处新城社区", "v4", id="a neighbourhood by its short name"),
        pytest.param("山东省德州市山东省德州市陵城区陵城区柳河镇王家村", "v1", id="prefixes written twice"),
        pytest.param("　陵城区 柳河镇　王家村１２号", "v1", id="full-width blanks and digits"),
        pytest.param("陵城区经济开发区柳河镇王家村", "v1", id="a development zone between county and town"),
        pytest.param("陵城区前李庄村", "v3", id="town left out, one village of that name in the county"),
        pytest.param("河北省衡水市阜城县", "131128", id="outside the bank's home"),
        pytest.param("", "", id="nothing"),
        pytest.param("上海路8弄", "", id="no known place"),
    ],
)
def test_a_text_is_read_down_to_the_narrowest_named_place(text, code):
    assert code_of(text) == (code if code else "3714")


def test_of_two_villages_with_one_name_the_county_around_both_is_taken():
    read = parse_address("德州市陵城区王家村8号", KNOWN, home="3714")
    assert (read.entry.code, read.village, read.ambiguous) == ("371403", "", 2)


def test_two_towns_with_one_name_are_told_apart_by_the_village():
    assert code_of("柳河镇刘家村") == "v5"


def test_a_town_that_the_gazetteer_lacks_hides_the_villages_inside_it():
    """王家村 of a third town must not be taken for one of the two that are known."""
    read = parse_address("陵城区石桥镇王家村", KNOWN, home="3714")
    assert (read.entry.code, read.unknown) == ("371403", "石桥镇")


def test_an_unknown_village_leaves_the_town():
    read = parse_address("陵城区柳河镇孙家屯3号", KNOWN, home="3714")
    assert (read.entry.code, read.unknown, read.number) == ("t1", "孙家屯", "3号")


def test_a_road_is_not_taken_for_the_town_of_the_same_name():
    read = parse_address("德城区和平路12号", KNOWN, home="3714")
    assert (read.entry.code, read.street, read.number) == ("371402", "和平路", "12号")


@pytest.mark.parametrize(
    ("tail", "group", "street", "number", "rest"),
    [
        ("三组5号", "三组", "", "5号", ""),
        ("第2村民小组", "第2村民小组", "", "", ""),
        ("十二队", "十二队", "", "", ""),
        ("3号楼2单元101室", "", "", "3号楼2单元101室", ""),
        ("文化路18号", "", "文化路", "18号", ""),
        ("村东头第二家", "", "", "", "村东头第二家"),
    ],
)
def test_what_stands_behind_the_village_is_told_apart(tail, group, street, number, rest):
    read = parse_address("陵城区柳河镇王家村" + tail, KNOWN, home="3714")
    assert (read.group, read.street, read.number) == (group, street, number)
    assert read.rest in (rest, rest.removeprefix("村"))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("陵城区柳河镇王家村5号 张先生 13812345678", Foreign.PERSON),
        ("陵城区柳河镇王家村5号13812345678", Foreign.PHONE),
        ("陵城区柳河镇王家村5号 138 1234 5678", Foreign.PHONE),
        ("陵城区柳河镇王家村5号电话0534-2345678", Foreign.PHONE),
        ("陵城区柳河镇王家村5号370102199001011234", Foreign.ID_NUMBER),
        ("陵城区柳河镇王家村5号(户主张三)", Foreign.PERSON),
        ("陵城区柳河镇王家村5号张三收", Foreign.PERSON),
        ("陵城区柳河镇王家村5号(村东头)", Foreign.NOTE),
    ],
)
def test_people_and_numbers_in_the_text_are_kept_out_of_every_part(text, kind):
    read = parse_address(text, KNOWN, home="3714")
    parts = "".join((read.village, read.group, read.street, read.number, read.rest))
    assert kind in read.foreign
    assert read.entry.code == "v1"
    assert not any(piece in parts for piece in ("张", "138", "0534", "3701"))


@given(st.text(alphabet="山东省德州市陵城区柳河镇王家村前李庄12号组路 　,()", max_size=40))
def test_reading_never_fails_and_never_goes_deeper_than_what_is_certain(text):
    read = parse_address(text, KNOWN, home="3714")
    if read.ambiguous:
        fits = [e for e in KNOWN.entries.values() if read.entry and KNOWN.within(e, read.entry.code)]
        assert len(fits) > read.ambiguous


@pytest.mark.parametrize(
    ("text", "door"),
    [
        ("陵城区柳河镇王家村", False),
        ("陵城区柳河镇王家村12号", True),
        ("陵城区柳河镇王家村１２号", True),
        ("陵城区柳河镇王家村十二号", True),
        ("陵城区柳河镇三里屯村", False),
        ("陵城区柳河镇王家村 13812345678", False),
        ("德城区和平街道新城社区三单元", True),
    ],
)
def test_a_household_needs_a_door_with_a_number(text, door):
    """Else all debtors of one village would be one household, held out or visited together."""
    assert names_a_door(text) is door


def test_a_gazetteer_refuses_a_code_twice_an_unknown_parent_and_a_foreign_datum():
    town = GazetteerEntry("t", "柳河镇", Level.TOWN)
    with pytest.raises(BadInput, match="more than once"):
        Gazetteer.of([town, town])
    with pytest.raises(BadInput, match="missing"):
        Gazetteer.of([GazetteerEntry("v", "王家村", Level.VILLAGE, "nowhere")])
    with pytest.raises(BadInput, match="wider"):
        Gazetteer.of([town, GazetteerEntry("c", "陵城区", Level.COUNTY, "t")])
    with pytest.raises(BadInput, match="to_wgs84"):
        GazetteerEntry("v", "王家村", Level.VILLAGE, point=Point(37.4, 116.3, Datum.GCJ02))
