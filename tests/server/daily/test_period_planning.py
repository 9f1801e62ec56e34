"""Several days planned in one search: nobody twice, each day a plan of its own, what is published stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_customer, a_study, vouched_facts
from zoufang.core.errors import Conflict, NotPermitted
from zoufang.core.evaluation import Arm
from zoufang.server.daily.planning import plan_day, plan_days
from zoufang.server.daily.policies import next_working_day, planning_policy
from zoufang.server.staff.models import Absence
from zoufang.server.visiting.models import Crew, DayPlan, PlannerOrder
from zoufang.server.visiting.plans import order, publish

pytestmark = pytest.mark.django_db
MONDAY = TODAY
TUESDAY = next_working_day(MONDAY)
WEDNESDAY = next_working_day(TUESDAY)
DAYS = (MONDAY, TUESDAY, WEDNESDAY)


@pytest.fixture
def planner():
    vouched_facts()
    return a_member("planner")


@pytest.fixture
def town(planner):
    """More customers than one crew calls on in a day."""
    parties = [a_customer(f"C{n:02}", north=0.01 + n / 300, east=0.01 + n / 400) for n in range(40)]
    a_study(dict.fromkeys(parties, Arm.FREE))
    a_crew("K1")
    return parties


def together(by, days=DAYS) -> list[DayPlan]:
    return plan_days(branch=a_bank(), days=days, seed=3, by=by, at=NOW, policy=planning_policy(40))


def alone(by, day) -> DayPlan:
    return plan_day(branch=a_bank(), day=day, seed=3, by=by, at=NOW, policy=planning_policy(40))


def stands(plan) -> set:
    return set(plan.stops.values_list("party_id", flat=True))


def test_each_day_gets_a_draft_and_nobody_stands_in_two(town, planner):
    plans = together(planner)
    assert [plan.day for plan in plans] == list(DAYS)
    planned = [party for plan in plans for party in stands(plan)]
    assert len(planned) == len(set(planned)) > 20
    assert all(stands(plan) for plan in plans)


def test_a_day_says_of_those_who_go_on_another_that_they_do_and_when(town, planner):
    first, second, _ = together(planner)
    told = {row.party_id: row for row in first.left_out.filter(kind="elsewhere")}
    assert stands(second) <= set(told)
    some = second.stops.first()
    assert TUESDAY.isoformat() in str(told[some.party_id].reasons)


def test_the_values_of_the_days_add_up_and_each_stop_has_its_own_verdict_of_the_day(town, planner):
    plans = together(planner)
    assert all(plan.value_fen > 0 for plan in plans)
    assert {stop.verdict.day for plan in plans for stop in plan.stops.all() if plan.day == TUESDAY} == {TUESDAY}


def test_two_runs_with_one_seed_give_the_same_days(town, planner):
    def shape(plans):
        return [list(plan.stops.order_by("crew", "number").values_list("party_id", "arrive")) for plan in plans]

    assert shape(together(planner)) == shape(together(planner))
    assert DayPlan.objects.count() == len(DAYS)


def test_a_crew_stays_at_home_on_the_day_on_which_an_officer_is_away(town, planner):
    officer = a_crew("K2").members.first()
    Absence.objects.create(officer=officer, since=TUESDAY, until=TUESDAY, by=planner, at=NOW)
    _, second, _ = together(planner)
    assert {trip["crew"] for trip in second.crew_days} == {"K1"}
    assert {crew["crew"] for crew in second.crews_at_home} == {"K2"}


def test_hours_that_differ_by_weekday_are_kept_on_each_day(town, planner):
    crew = Crew.objects.get(code="K1")
    crew.weekday_shifts = {str(day.isoweekday()): [540, 1080] for day in DAYS}
    crew.weekday_shifts[str(MONDAY.isoweekday())] = [840, 1080]
    crew.save()
    first, second, _ = together(planner)
    (late,), (early,) = first.crew_days, second.crew_days
    assert (late["crew"], early["crew"]) == ("K1", "K1")
    assert late["leave_s"] >= 14 * 3600 > early["leave_s"]


def test_a_published_day_stays_and_its_customers_are_left_out_of_the_others(town, planner):
    tuesday = publish(plan=alone(planner, TUESDAY), by=planner, at=NOW)
    before = stands(tuesday)
    plans = together(planner)
    assert [plan.day for plan in plans] == [MONDAY, WEDNESDAY]
    assert stands(DayPlan.objects.get(pk=tuesday.pk)) == before
    assert not before & (stands(plans[0]) | stands(plans[1]))
    assert set(plans[0].left_out.filter(kind="elsewhere").values_list("party_id", flat=True)) >= before


def test_one_day_run_again_leaves_those_of_the_other_days_alone(town, planner):
    _, tuesday, wednesday = together(planner)
    again = alone(planner, MONDAY)
    assert not stands(again) & (stands(tuesday) | stands(wednesday))


def test_when_all_days_are_published_nothing_is_planned(town, planner):
    publish(plan=alone(planner, MONDAY), by=planner, at=NOW)
    with pytest.raises(Conflict, match="published and frozen"):
        together(planner, days=(MONDAY,))


def test_a_pin_keeps_its_customer_on_its_day(town, planner):
    party = town[5]
    crew = a_crew("K2")
    order(day=WEDNESDAY, party=party, kind=PlannerOrder.Kind.PIN, crew=crew, by=planner, at=NOW)
    plans = together(planner)
    assert [plan.day for plan in plans if party.pk in stands(plan)] == [WEDNESDAY]
    assert plans[2].stops.get(party=party).crew == crew


def test_whom_the_planner_drops_on_one_day_may_go_on_another(town, planner):
    first, _, _ = together(planner)
    dropped = first.stops.first().party
    order(day=MONDAY, party=dropped, kind=PlannerOrder.Kind.DROP, by=planner, at=NOW)
    plans = together(planner)
    assert dropped.pk not in stands(plans[0])


def test_a_draft_whose_customer_was_published_for_another_day_is_not_published(town, planner):
    party = town[0]
    monday = alone(planner, MONDAY)
    assert party.pk in stands(monday)
    crew = a_crew("K2")
    order(day=TUESDAY, party=party, kind=PlannerOrder.Kind.PIN, crew=crew, by=planner, at=NOW)
    tuesday = alone(planner, TUESDAY)
    publish(plan=tuesday, by=planner, at=NOW)
    with pytest.raises(Conflict, match="published plan as well"):
        publish(plan=monday, by=planner, at=NOW)


def test_only_a_planner_of_the_branch_plans(town):
    with pytest.raises(NotPermitted):
        together(a_member("analyst"))


def test_a_draft_of_a_day_gone_by_keeps_nobody_from_being_planned(town, planner):
    old = alone(planner, MONDAY)
    DayPlan.objects.filter(pk=old.pk).update(day=MONDAY - timedelta(days=3))
    assert stands(alone(planner, MONDAY)) == stands(old)
