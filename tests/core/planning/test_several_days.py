"""Several days in one plan: full days come first, and one day of it is a sound plan of its own."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.planning.planning_builders import DAY, QUICK, a_candidate, a_crew, near
from zoufang.core.planning import CircuityTravel, Pin, Plan, day_of, plan
from zoufang.core.planning.check import violations

MONDAY = DAY - timedelta(days=DAY.weekday())
DAYS = tuple(MONDAY + timedelta(days=n) for n in range(4))  # no weekend, when more people are at home
ROADS = CircuityTravel(QUICK.travel)


def a_town(size: int, days: tuple[date, ...] = DAYS) -> list:
    return [
        a_candidate(f"c{n:02}", point=near(1 + n % 5, n // 5), days=days, uplift_fen=150_000) for n in range(size)
    ]


def planned(town, crews, **more) -> Plan:
    return plan(town, crews, QUICK, days=DAYS, seed=3, travel=ROADS, **more)


def visits_by_day(made: Plan) -> list[int]:
    return [sum(visit.day == day for visit in made.visits) for day in DAYS]


def test_nobody_waits_for_a_later_day_while_the_crew_is_free_on_an_earlier():
    made = planned(a_town(25), [a_crew()])
    counts = visits_by_day(made)
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 0


def test_a_crew_that_is_off_on_the_first_day_keeps_its_fullest_route_for_the_next():
    made = planned(a_town(25), [a_crew(days=DAYS[1:])])
    counts = visits_by_day(made)
    assert counts[0] == 0
    assert counts[1:] == sorted(counts[1:], reverse=True)


def test_whom_the_planner_pinned_to_a_late_day_stays_there():
    made = planned(a_town(12), [a_crew()], pins=[Pin("c03", "k1", DAYS[3])])
    assert {visit.day for visit in made.visits if visit.customer_id == "c03"} == {DAYS[3]}


@pytest.mark.parametrize("crews", [1, 2])
@settings(max_examples=8, deadline=None)
@given(size=st.integers(1, 30))
def test_each_day_of_a_plan_passes_the_checker_by_itself_and_the_days_add_up(crews, size):
    town, team = a_town(size), [a_crew(f"k{n}") for n in range(crews)]
    made = planned(town, team)
    parts = [day_of(made, day, town, team, QUICK, ROADS) for day in DAYS]
    assert [violations(part, town, team, QUICK, ROADS) for part in parts] == [()] * len(DAYS)
    assert sum(len(part.visits) for part in parts) == len(made.visits)
    assert 0 <= made.objective_fen - sum(part.objective_fen for part in parts) < len(DAYS)


def test_a_day_says_who_goes_on_which_other_day():
    town = a_town(30)
    made = planned(town, [a_crew()])
    first = day_of(made, DAYS[0], town, [a_crew()], QUICK, ROADS)
    later = next(visit for visit in made.visits if visit.day != DAYS[0])
    told = next(one for one in first.unplanned if one.customer_id == later.customer_id)
    assert told.reasons[0].why == "other_day"
    assert later.day.isoformat() in str(told.reasons[0].message)
