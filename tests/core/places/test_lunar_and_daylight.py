"""The lunar table and the sun, against almanacs that others computed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from zoufang.core.errors import BadInput
from zoufang.core.places import LunarDay, LunarTable, daylight
from zoufang.core.values import Point, hhmm, minutes
from zoufang.files.rural_calendar import shipped_lunar_table

TABLE = shipped_lunar_table()


@pytest.mark.parametrize(
    ("day", "lunar"),
    [
        (date(2026, 2, 17), LunarDay(2026, 1, 1)),
        (date(2026, 2, 16), LunarDay(2025, 12, 29)),
        (date(2025, 7, 25), LunarDay(2025, 6, 1, leap=True)),
        (date(2025, 6, 25), LunarDay(2025, 6, 1)),
        (date(2025, 8, 23), LunarDay(2025, 7, 1)),
        (date(2026, 9, 25), LunarDay(2026, 8, 15)),
        (date(2027, 2, 6), LunarDay(2027, 1, 1)),
    ],
)
def test_a_solar_day_has_its_lunar_day(day, lunar):
    assert TABLE.of(day) == lunar


def test_every_day_of_the_table_follows_the_day_before_it():
    day, before = date(2020, 1, 26), TABLE.of(date(2020, 1, 25))
    while (now := TABLE.of(day)) is not None:
        assert now.day == before.day + 1 or (now.day == 1 and before.day in (29, 30))
        day, before = day + timedelta(days=1), now
    assert day == date(2050, 1, 23)


def test_outside_the_table_nothing_is_said():
    assert TABLE.of(date(2019, 12, 31)) is None
    assert TABLE.new_year(2060) is None


def test_a_table_with_a_gap_is_refused():
    first, second = TABLE.years[:2]
    with pytest.raises(BadInput, match="does not begin"):
        LunarTable((first, replace(second, first=second.first + timedelta(days=1))))


# Computed by astral 3.2 (another algorithm); the bank's zone everywhere.
ALMANAC = [
    (37.45, 116.3, date(2026, 6, 21), "04:54", "19:38"),
    (37.45, 116.3, date(2026, 12, 22), "07:26", "17:00"),
    (37.45, 116.3, date(2026, 11, 25), "07:04", "16:58"),
    (37.45, 116.3, date(2027, 3, 20), "06:19", "18:25"),
    (39.47, 75.99, date(2026, 12, 22), "10:13", "19:35"),
    (52.97, 122.53, date(2026, 6, 21), "03:24", "20:19"),
    (18.25, 109.5, date(2026, 12, 22), "07:09", "18:11"),
]


@pytest.mark.parametrize(("lat", "lon", "day", "rise", "set_"), ALMANAC)
def test_the_sun_rises_and_sets_within_three_minutes_of_the_almanac(lat, lon, day, rise, set_):
    light = daylight(day, Point(lat, lon))
    assert abs(light.start_min - minutes(time.fromisoformat(rise))) <= 3, hhmm(light.start_min)
    assert abs(light.end_min - minutes(time.fromisoformat(set_))) <= 3, hhmm(light.end_min)


def test_where_the_sun_does_not_rise_there_is_no_daylight():
    assert daylight(date(2026, 12, 22), Point(75.0, 116.0)) is None
