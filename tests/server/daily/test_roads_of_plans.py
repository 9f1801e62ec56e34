"""A plan goes by the bank's road engine where it names one, and says when the estimate took its place."""

from __future__ import annotations

import pytest

from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_customer, a_study, vouched_facts
from zoufang.core.evaluation import Arm
from zoufang.files.road_engines import Osrm
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def day(settings):
    settings.ZOUFANG_ROADS, settings.ZOUFANG_ROADS_URL = "osrm", "http://127.0.0.1:9"
    vouched_facts()
    a_study({a_customer("1"): Arm.MUST_VISIT})
    a_crew()
    planner = a_member("planner")
    return lambda: plan_day(branch=a_bank(), day=TODAY, seed=3, by=planner, at=NOW, policy=planning_policy(20))


def test_the_travel_of_a_plan_is_what_the_road_engine_says(day, monkeypatch):
    def hundred_seconds(_engine, sources, targets):
        return [[100.0] * len(targets)] * len(sources), [[2_000.0] * len(targets)] * len(sources)

    monkeypatch.setattr(Osrm, "block", hundred_seconds)
    plan = day()
    assert plan.versions["roads"] == "osrm"
    assert plan.travel_m == 2_000 * (plan.stops.count() + 1)


def test_a_silent_road_engine_leaves_the_estimate_and_the_plan_says_so(day):
    plan = day()
    assert plan.stops.exists()
    assert "roads" not in plan.versions
    assert any("road engine" in note["template"] for note in plan.notes)
