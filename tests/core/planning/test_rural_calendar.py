"""Market days, busy seasons and the return at the Spring Festival move P(met), and the dark ends the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from planning_builders import QUICK, a_cleared_visit, an_address

from zoufang.core.errors import BadField, BadInput
from zoufang.core.planning import (
    BusySeason,
    CountyCalendar,
    Mark,
    MarketDays,
    PresenceModel,
    RuralCalendar,
    Shift,
    season_of,
    visit_options,
)
from zoufang.core.values import AddressKind, Point
from zoufang.files.rural_calendar import read_rural_calendar, shipped_lunar_table, shipped_rural_calendar

LINYI = CountyCalendar(
    "临邑县",
    "test",
    markets=(MarketDays((3, 8), town="临南镇"), MarketDays((1, 15), town="孟寺镇", lunar=False, every_ten=False)),
    busy=(BusySeason("夏收", (6, 1), (6, 20)), BusySeason("越冬", (12, 25), (1, 5))),
)
EFFECTS = {
    Mark.MARKET: (Shift(AddressKind.HOME, -0.15, "morning"),),
    Mark.RETURN: (Shift(AddressKind.HOME, 0.2),),
}
CALENDAR = RuralCalendar({"临邑县": LINYI}, EFFECTS, shipped_lunar_table())
MARKET_DAY = date(2026, 11, 26)  # 十月十八


@pytest.mark.parametrize(
    ("day", "town", "marks"),
    [
        pytest.param(MARKET_DAY, "临南镇", (Mark.MARKET,), id="lunar 18th, market on 3 and 8"),
        pytest.param(MARKET_DAY, "孟寺镇", (), id="another town's market"),
        pytest.param(MARKET_DAY - timedelta(days=1), "临南镇", (), id="lunar 17th"),
        pytest.param(date(2026, 11, 15), "孟寺镇", (Mark.MARKET,), id="solar 15th"),
        pytest.param(date(2026, 11, 5), "孟寺镇", (), id="solar 5th is not 15th"),
        pytest.param(date(2026, 6, 1), "", (Mark.BUSY,), id="first day of the harvest"),
        pytest.param(date(2026, 6, 21), "", (), id="the day after the harvest"),
        pytest.param(date(2027, 1, 5), "", (Mark.BUSY,), id="a season over the turn of the year"),
        pytest.param(date(2027, 1, 26), "", (), id="eleven days before the Spring Festival"),
        pytest.param(date(2027, 1, 27), "", (Mark.RETURN,), id="ten days before"),
        pytest.param(date(2027, 2, 21), "", (Mark.RETURN,), id="fifteen days after"),
        pytest.param(date(2027, 2, 22), "", (), id="sixteen days after"),
    ],
)
def test_a_day_has_its_marks(day, town, marks):
    assert season_of(day, "临邑县", CALENDAR, town).marks == marks


def test_a_county_without_a_calendar_has_no_season():
    assert season_of(MARKET_DAY, "平原县", CALENDAR, "临南镇").marks == ()


def options_on(day, *, policy=QUICK, **changes):
    values = {"county": "临邑县", "area": "临南镇", "rural": True} | changes
    address = an_address("c1", **values)
    cleared = a_cleared_visit("c1", days=(day,))
    return {o.slot: o for o in visit_options(cleared, address, (day,), policy, PresenceModel(), calendar=CALENDAR)}


def test_on_a_market_day_the_chance_falls_in_the_morning_alone():
    market, other = options_on(MARKET_DAY), options_on(MARKET_DAY - timedelta(days=1))
    assert market["morning"].p_met.mean == pytest.approx(other["morning"].p_met.mean - 0.15)
    assert market["evening"].p_met.mean == other["evening"].p_met.mean


def test_a_door_in_town_does_not_follow_the_country_calendar():
    town, other = options_on(MARKET_DAY, rural=False), options_on(MARKET_DAY - timedelta(days=1), rural=False)
    assert town["morning"].p_met == other["morning"].p_met


def test_no_season_makes_a_door_certain():
    strong = RuralCalendar({"临邑县": LINYI}, {Mark.MARKET: (Shift(AddressKind.HOME, -0.5),)}, CALENDAR.lunar)
    address = an_address("c1", county="临邑县", area="临南镇", rural=True)
    cleared = a_cleared_visit("c1", days=(MARKET_DAY,))
    found = visit_options(cleared, address, (MARKET_DAY,), QUICK, PresenceModel(), calendar=strong)
    assert min(o.p_met.mean for o in found) == pytest.approx(0.05)


def test_with_daylight_only_a_village_is_left_before_sunset_and_a_town_is_not():
    """25 November in Dezhou: the sun sets at 16:58."""
    policy = replace(QUICK, rural_daylight_only=True)
    day = date(2026, 11, 25)
    dark = options_on(day, policy=policy, point=Point(37.45, 116.3))
    assert "evening" not in dark
    assert abs(dark["afternoon"].window.end_min - (16 * 60 + 58)) <= 3
    assert "evening" in options_on(day, policy=policy, rural=False)
    assert "evening" in options_on(day)


def test_the_shipped_calendar_names_a_source_for_each_county():
    shipped = shipped_rural_calendar()
    assert len(shipped.counties) == 11
    assert all(county.source for county in shipped.counties.values())
    assert season_of(date(2026, 6, 10), "临邑县", shipped).marks == (Mark.BUSY,)


@pytest.mark.parametrize(
    ("old", "new", "error", "says"),
    [
        ("change = -0.15", "change = -0.9", BadInput, "shifts P"),
        ('from = "06-01"', 'from = "06-31"', BadInput, "no day 31"),
        ('from = "06-01"', 'from = "June"', BadField, "pattern"),
        ("[effects]", "[effects", BadInput, "no TOML"),
        ("days = [3, 8]", "days = [13]", BadInput, "1 to 10"),
    ],
)
def test_a_wrong_calendar_is_refused_by_name(old, new, error, says):
    text = """
[effects]
market = [{ kind = "home", change = -0.15 }]
[[county]]
name = "临邑县"
source = "test"
busy = [{ name = "夏收", from = "06-01", to = "06-20" }]
market = [{ town = "临南镇", days = [3, 8] }]
"""
    with pytest.raises(error, match=says):
        read_rural_calendar(text.replace(old, new, 1), "bank.toml")
