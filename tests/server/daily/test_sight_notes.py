"""A plan that calls on two neighbours tells the planner, with masked names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_customer, a_study, vouched_facts
from zoufang.core.evaluation import Arm
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy

pytestmark = pytest.mark.django_db


def planned(metres, policy=None):
    branch = a_bank()
    vouched_facts()
    a_crew("K1")
    first = a_customer("C1", name="张三丰", north=0.01)
    second = a_customer("C2", name="李四光", north=0.01 + metres / 111_000)
    a_study(dict.fromkeys([first, second], Arm.FREE))
    policy = policy or planning_policy(0)
    return plan_day(branch=branch, day=TODAY, seed=1, by=a_member("planner"), at=NOW, policy=policy)


def bounded(fen):
    policy = planning_policy(0)
    return replace(policy, sight=replace(policy.sight, avoid_up_to_fen=fen))


def test_two_neighbours_who_cannot_be_kept_apart_are_told_to_the_planner():
    plan = planned(50, bounded(0))
    told = [note for note in plan.notes if "neighbours may see both" in note["template"]]
    assert [{note["params"]["one"], note["params"]["other"]} for note in told] == [{"张**", "李**"}]


def test_a_plan_keeps_neighbours_apart_and_says_what_it_costs():
    plan = planned(50, bounded(70_000))
    first, second = plan.stops.order_by("arrive")
    assert second.arrive - first.arrive - first.service_min > 60
    assert ["were taken apart" in note["template"] for note in plan.notes] == [True]


def test_customers_who_live_apart_are_not_mentioned():
    assert planned(400).notes == []
