"""From a read text to a point with a radius; never a guess."""

from __future__ import annotations

import pytest

from zoufang.core.places import Gazetteer, GazetteerEntry, Level, place_text
from zoufang.core.values import Point, Precision

VILLAGE, TOWN = Point(37.30, 116.50), Point(37.32, 116.52)
LIJIATUN = GazetteerEntry("v9", "李家屯村", Level.VILLAGE, "t2", point=Point(37.36, 116.6))
KNOWN = Gazetteer.of(
    [
        GazetteerEntry("371403", "陵城区", Level.COUNTY, point=Point(37.336, 116.576)),
        GazetteerEntry("t1", "柳河镇", Level.TOWN, "371403", point=TOWN, radius_m=3_000),
        GazetteerEntry("t2", "清源镇", Level.TOWN, "371403"),
        GazetteerEntry("v1", "王家村", Level.VILLAGE, "t1", point=VILLAGE),
        GazetteerEntry("v2", "李家村", Level.VILLAGE, "t1"),
        GazetteerEntry("v3", "王家村", Level.VILLAGE, "t2", point=Point(37.35, 116.6)),
    ]
)


@pytest.mark.parametrize(
    ("text", "point", "precision", "radius_m"),
    [
        pytest.param("陵城区柳河镇王家村3号", VILLAGE, Precision.VILLAGE, 500, id="village, usual radius"),
        pytest.param("陵城区柳河镇李家村", TOWN, Precision.TOWNSHIP, 3_000, id="village without a point"),
        pytest.param("陵城区柳河镇", TOWN, Precision.TOWNSHIP, 3_000, id="town, its own radius"),
        pytest.param("陵城区清源镇", None, Precision.UNPLACED, 0, id="town without a point: a county is too wide"),
        pytest.param(
            "陵城区王家村", None, Precision.UNPLACED, 0, id="two villages fit: only the county is certain"
        ),
        pytest.param("李家村", None, Precision.UNPLACED, 0, id="a village without county or town"),
        pytest.param("", None, Precision.UNPLACED, 0, id="no text"),
    ],
)
def test_the_finest_certain_place_with_a_point_is_taken(text, point, precision, radius_m):
    _, placed = place_text(text, KNOWN)
    assert (placed.point, placed.precision, placed.radius_m) == (point, precision, radius_m)


def test_a_village_whose_town_is_not_named_says_so():
    """Right as long as the gazetteer is complete: the planner should know on what it rests."""
    _, placed = place_text("陵城区李家屯村", Gazetteer.of([*KNOWN.entries.values(), LIJIATUN]))
    assert placed.precision is Precision.VILLAGE
    assert str(placed.why) == "the only 李家屯村 known in 陵城区; its town is not named; within 500 m"


def test_the_columns_of_the_file_help_where_the_text_is_coarse():
    _, placed = place_text("王家村3号", KNOWN, county="陵城区", town="柳河镇", village="王家村")
    assert (placed.point, placed.precision) == (VILLAGE, Precision.VILLAGE)


def test_where_text_and_columns_contradict_each_other_only_what_both_share_counts():
    _, placed = place_text("陵城区柳河镇李家村", KNOWN, county="陵城区", town="柳河镇", village="王家村")
    assert (placed.precision, placed.entry.code) == (Precision.TOWNSHIP, "t1")
    assert str(placed.why) == "the text says 李家村, the file's columns say 王家村"
