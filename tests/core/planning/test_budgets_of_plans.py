"""Shared budgets in a plan: none is exceeded, the checker counts for itself, and what is left out says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planning_builders import DAY, QUICK, a_candidate, a_crew, a_town, near

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.planning import (
    Budget,
    CircuityTravel,
    DayState,
    DoneVisit,
    Pin,
    PlanFrame,
    Put,
    Resource,
    Why,
    plan,
    replan,
    used_of,
    violations,
    what_if,
)
from zoufang.core.planning.constraint_prices import Constraint, price_of_constraints
from zoufang.core.values import TimeWindow, format_yuan

TOWN = a_town(14)
CREWS = [a_crew("k1", branch="east", overtime_minutes=30), a_crew("k2", branch="west", depot=near(5))]
NEXT = DAY + timedelta(days=1)
ROADS = CircuityTravel(QUICK.travel)
FREE = plan(TOWN, CREWS, QUICK, days=[DAY], seed=1)


def within(*budgets):
    return replace(QUICK, budgets=budgets)


def planned(*budgets, town=TOWN, crews=CREWS, days=(DAY,), **words):
    return plan(town, crews, within(*budgets), days=days, seed=1, **words)


def used(made, *budgets, town=TOWN, crews=CREWS):
    return used_of(made, budgets, {c.customer_id: c for c in town}, {k.crew_id: k for k in crews}, ROADS)


SCOPES = st.sampled_from([{}, {"branches": ("east",)}, {"crews": ("k2",)}, {"first_day": DAY, "last_day": DAY}])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(Resource), st.floats(0, 1.1), SCOPES), min_size=1, max_size=3))
def test_no_plan_exceeds_a_budget(wanted):
    budgets = []
    for n, (resource, share, scope) in enumerate(wanted):
        (most,) = used(FREE, Budget("free", resource, 0, **scope))
        budgets.append(Budget(f"b{n}", resource, int(share * most), **scope))
    made = planned(*budgets)
    for budget, spent, told in zip(budgets, used(made, *budgets), made.budgets, strict=True):
        assert spent == told.used <= budget.limit


@settings(max_examples=15, deadline=None)
@given(st.sampled_from([Resource.VISITS, Resource.MINUTES, Resource.KM, Resource.FEN]), st.floats(0, 1))
def test_a_raised_budget_lowers_the_plan_by_no_more_than_the_noise_of_the_search(resource, share):
    """A heuristic can't promise that more is never worse; 3% is what it stays within here."""
    (most,) = used(FREE, Budget("free", resource, 0))
    small, large = (planned(Budget("b", resource, int(part * most))) for part in (share, share + 0.15))
    assert large.objective_fen >= small.objective_fen * 0.97


def test_a_budget_that_does_not_bind_leaves_the_plan_as_it_is():
    made = planned(Budget("wide", Resource.VISITS, 1_000))
    assert replace(made, budgets=()) == FREE
    assert made.budgets[0].used == len(FREE.visits)
    assert made.budgets[0].price_fen == 0


def test_few_visits_go_to_the_customers_that_bring_most():
    """Everybody lives at the same door, so that the best subset can be told by hand."""
    town = [a_candidate(f"c{i}", uplift_fen=fen) for i, fen in enumerate((90_000, 300_000, 150_000, 200_000))]
    made = planned(Budget("two", Resource.VISITS, 2), town=town, crews=[a_crew()])
    assert {v.customer_id for v in made.visits} == {"c1", "c3"}
    assert made.budgets[0].price_fen > 0


def test_with_few_visits_no_other_choice_of_customers_is_worth_more():
    town = a_town(6, seed=3)
    made = planned(Budget("three", Resource.VISITS, 3), town=town, crews=[a_crew()])
    best = max(plan(some, [a_crew()], QUICK, days=[DAY], seed=1).objective_fen for some in combinations(town, 3))
    assert made.objective_fen >= 0.99 * best


def test_a_budget_of_a_branch_binds_its_crews_only():
    made = planned(Budget("east", Resource.VISITS, 1, branches=("east",)))
    by_crew = [v.crew_id for v in made.visits]
    assert by_crew.count("k1") <= 1 < by_crew.count("k2")


def test_a_budget_of_a_period_binds_its_days_only():
    town = a_town(14, seed=2)
    town = [replace(c, options=a_candidate(c.customer_id, days=(DAY, NEXT)).options) for c in town]
    first = Budget("first", Resource.VISITS, 2, first_day=DAY, last_day=DAY)
    made = planned(first, town=town, days=(DAY, NEXT))
    assert sum(v.day == DAY for v in made.visits) <= 2 < sum(v.day == NEXT for v in made.visits)


def test_a_budget_of_crew_days_keeps_a_crew_at_home():
    short = [replace(crew, shift=TimeWindow(9 * 60, 12 * 60)) for crew in CREWS]
    assert len(planned(crews=short).crew_days) == 2
    made = planned(Budget("escort", Resource.CREW_DAYS, 1), crews=short)
    assert len(made.crew_days) == 1
    assert made.budgets[0].price_fen > 0


def test_who_is_left_out_for_a_budget_is_told_its_name():
    made = planned(Budget("November", Resource.VISITS, 3))
    reasons = {reason.why: str(reason.message) for one in made.unplanned for reason in one.reasons}
    assert "nothing is left of the budget November" in reasons[Why.BUDGET]
    assert any("November is used up: 3 of 3 visits" in str(note) for note in made.notes)


def test_money_is_told_in_yuan():
    (spent,) = used(FREE, Budget("b", Resource.FEN, 0))
    made = planned(Budget("fuel", Resource.FEN, spent // 2))
    (note,) = [str(note) for note in made.notes if "fuel" in str(note)]
    assert f"of {format_yuan(spent // 2)} yuan of costs" in note
    one_more = float(note.split("about ")[1].split(" yuan")[0])
    assert one_more == pytest.approx(made.budgets[0].price_fen, abs=0.01)


def test_a_promise_is_given_up_last_and_stays_visible():
    town = [replace(TOWN[0], required=True), *TOWN[1:]]
    one = planned(Budget("b", Resource.VISITS, 1), town=town)
    assert [v.customer_id for v in one.visits] == [TOWN[0].customer_id]
    none = planned(Budget("b", Resource.VISITS, 0), town=town)
    assert [u.customer_id for u in none.missed_required] == [TOWN[0].customer_id]


def test_a_pin_that_no_budget_allows_is_a_conflict():
    with pytest.raises(Conflict, match="not into a budget"):
        planned(Budget("b", Resource.VISITS, 0), pins=[Pin(TOWN[0].customer_id, "k1")])


@pytest.mark.parametrize("resource", list(Resource))
def test_the_checker_counts_for_itself(resource):
    (spent,) = used(FREE, Budget("b", resource, 0))
    if spent:
        told = violations(FREE, TOWN, CREWS, within(Budget("b", resource, spent - 1)), ROADS)
        assert told == (f"budget b is exceeded: {spent} {resource} of {spent - 1} allowed",)
    assert violations(FREE, TOWN, CREWS, within(Budget("b", resource, spent)), ROADS) == ()


def test_a_plan_that_tells_less_than_it_uses_is_found():
    budget = Budget("b", Resource.VISITS, 50)
    made = planned(budget)
    lied = replace(made, budgets=(replace(made.budgets[0], used=1),))
    assert "told as used otherwise" in violations(lied, TOWN, CREWS, within(budget), ROADS)[0]


def test_a_move_by_hand_beyond_a_budget_is_hindered_by_its_name():
    budget = Budget("November", Resource.VISITS, 4)
    made = planned(budget)
    frame = PlanFrame(TOWN, CREWS, within(budget), ROADS)
    left = next(u.customer_id for u in made.unplanned)
    answer = what_if(made, Put(left, "k2", DAY), frame)
    assert "November" in str(answer.hindrances[0].message)
    wider = PlanFrame(TOWN, CREWS, within(replace(budget, limit=5)), ROADS)
    assert what_if(made, Put(left, "k2", DAY), wider).feasible


def test_the_rest_of_a_day_keeps_what_is_left_of_its_budget():
    budget = Budget("b", Resource.VISITS, 5)
    made = planned(budget)
    first = min(made.visits, key=lambda v: v.start_s)
    state = DayState(first.end_s, (DoneVisit(first.customer_id, first.start_s, first.end_s),))
    revised = replan(made, TOWN, CREWS, within(budget), state, day=DAY, seed=1)
    assert len(revised.visits) <= 5
    tighter = replan(made, TOWN, CREWS, within(replace(budget, limit=2)), state, day=DAY, seed=1)
    assert len(tighter.visits) <= 2


def test_what_a_budget_costs_is_priced():
    budget = Budget("b", Resource.VISITS, 3)
    (price,) = price_of_constraints(TOWN, CREWS, within(budget), days=[DAY], seed=1, only=[Constraint.BUDGETS])
    assert price.lost_fen > 0
    assert price.lost_visits > 0


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Budget("b", Resource.KM, -1),
        lambda: Budget("b", Resource.KM, 1, first_day=date(2026, 2, 1), last_day=date(2026, 1, 1)),
        lambda: within(Budget("b", Resource.KM, 1), Budget("b", Resource.KM, 2)),
    ],
)
def test_budgets_that_cannot_be_meant_are_refused(wrong):
    with pytest.raises(BadInput):
        wrong()
