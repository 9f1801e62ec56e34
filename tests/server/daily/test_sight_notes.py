"""A plan that calls on two neighbours tells the planner, with masked names."""

from __future__ import annotations

import pytest

from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_customer, a_study, vouched_facts
from zoufang.core.evaluation import Arm
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy

pytestmark = pytest.mark.django_db


def planned(metres):
    branch = a_bank()
    vouched_facts()
    a_crew("K1")
    first = a_customer("C1", name="张三丰", north=0.01)
    second = a_customer("C2", name="李四光", north=0.01 + metres / 111_000)
    a_study(dict.fromkeys([first, second], Arm.FREE))
    return plan_day(branch=branch, day=TODAY, seed=1, by=a_member("planner"), at=NOW, policy=planning_policy(0))


def test_two_neighbours_on_one_day_are_told_to_the_planner():
    (note,) = planned(50).notes
    assert "neighbours may see both" in note["template"]
    assert {note["params"]["one"], note["params"]["other"]} == {"张**", "李**"}


def test_customers_who_live_apart_are_not_mentioned():
    assert planned(400).notes == []
