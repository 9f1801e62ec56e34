"""The bank's own country calendar moves the chance to meet, and the plan says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_customer, a_study, vouched_facts
from zoufang.core.evaluation import Arm
from zoufang.core.places import LunarDay
from zoufang.files.rural_calendar import shipped_lunar_table
from zoufang.server.book.models import Address
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import CALENDAR_FILE, planning_policy, rural_calendar

pytestmark = pytest.mark.django_db
LUNAR: LunarDay = shipped_lunar_table().of(TODAY)
OWN = f"""
[effects]
market = [{{ kind = "home", change = -0.2 }}]
[[county]]
name = "平原县"
source = "平原支行核定"
market = [{{ town = "王庙镇", days = [{LUNAR.day}], every_ten = false }}]
"""


@pytest.fixture
def home(settings, tmp_path) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def planned(town):
    branch = a_bank()
    vouched_facts()
    a_crew("K1")
    a_study({a_customer("C1"): Arm.FREE})
    Address.objects.update(township=town)
    plan = plan_day(branch=branch, day=TODAY, seed=1, by=a_member("planner"), at=NOW, policy=planning_policy(0))
    return plan, plan.stops.get().p_met


def test_without_a_file_of_its_own_the_bank_goes_by_the_shipped_assumptions(home):
    assert rural_calendar().counties["平原县"].markets == ()


def test_on_its_market_day_the_chance_falls_in_that_town_and_the_plan_says_why(home):
    (home / CALENDAR_FILE).write_text(OWN, encoding="utf-8")
    plan, chance = planned("王庙镇")
    (note,) = plan.notes
    assert (note["params"]["where"], note["params"]["source"]) == ("平原县王庙镇", "平原支行核定")
    assert chance < 0.45


def test_another_town_has_no_market_that_day(home):
    (home / CALENDAR_FILE).write_text(OWN, encoding="utf-8")
    plan, chance = planned("龙门镇")
    assert plan.notes == []
    assert chance > 0.5
