from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planning_builders import DAY, GREEDY_ONLY, QUICK, a_candidate, a_crew, a_town, near

from zoufang.core.errors import Conflict
from zoufang.core.planning import Needs, Pin, PlanningPolicy, Why, plan
from zoufang.core.values import Decision, Finding, Message, TimeWindow

REFUSED = (Finding("CN-D2", Decision.BLOCK, Message("A complaint is open"), "bank policy"),)
fast = settings(max_examples=15, deadline=None)
seeds = st.integers(0, 10_000)


def a_mixed_town(seed):
    """Forty doors: some refused, some promised, some that need a skill, some without a map point."""
    town = a_town(40, seed)
    for i in range(0, 40, 7):
        town[i] = replace(town[i], blocked_by=REFUSED, options=())
    for i in range(1, 40, 11):
        town[i] = replace(town[i], required=True)
    for i in range(2, 40, 9):
        town[i] = replace(town[i], needs=Needs(qualifications=frozenset({"care"})))
    town[3] = a_candidate("c003", point=None)
    return town


def three_crews():
    noon = TimeWindow(12 * 60, 13 * 60)
    return [
        a_crew("k1", rest=noon),
        a_crew("k2", qualifications=frozenset({"care"}), shift=TimeWindow(12 * 60, 21 * 60)),
        a_crew("k3", shift=TimeWindow(8 * 60, 12 * 60), depot=near(10, 5)),
    ]


@fast
@given(seeds, st.sampled_from([GREEDY_ONLY, QUICK]))
def test_no_crew_leaves_its_shift_and_nobody_is_visited_in_a_rest(seed, policy):
    crews = {c.crew_id: c for c in three_crews()}
    made = plan(a_mixed_town(seed), list(crews.values()), policy, days=[DAY], seed=seed)
    assert made.visits
    for trip in made.crew_days:
        shift = crews[trip.crew_id].shift
        assert shift.start_min * 60 <= trip.leave_s < trip.back_s <= shift.end_min * 60
    for visit in made.route("k1", DAY):
        assert visit.end_s <= 12 * 3600 or visit.start_s >= 13 * 3600


@fast
@given(seeds)
def test_each_customer_is_planned_once_or_told_why_not(seed):
    town = a_mixed_town(seed)
    made = plan(town, three_crews(), QUICK, days=[DAY], seed=seed)
    seen = Counter([v.customer_id for v in made.visits] + [u.customer_id for u in made.unplanned])
    assert seen == Counter(c.customer_id for c in town)
    assert all(u.reasons for u in made.unplanned)


@fast
@given(seeds)
def test_a_refused_customer_is_never_planned_and_the_rule_is_named(seed):
    made = plan(a_mixed_town(seed), three_crews(), QUICK, days=[DAY], seed=seed)
    refused = {u.customer_id: u.reasons for u in made.unplanned if u.reasons[0].why is Why.REFUSED}
    assert set(refused) == {f"c{i:03d}" for i in range(0, 40, 7)}
    assert all(reasons[0].rule_id == "CN-D2" and reasons[0].source for reasons in refused.values())


@fast
@given(seeds)
def test_visits_stay_within_cleared_hours_and_skills(seed):
    town = {c.customer_id: c for c in a_mixed_town(seed)}
    for visit in plan(list(town.values()), three_crews(), QUICK, days=[DAY], seed=seed).visits:
        hours = visit.cleared.windows_on(visit.day)
        assert any(h.start_min * 60 <= visit.start_s and visit.end_s <= h.end_min * 60 for h in hours)
        assert visit.crew_id == "k2" or not town[visit.customer_id].needs.qualifications


@fast
@given(seeds, st.integers(0, 39), st.sampled_from(["k1", "k2", "k3"]))
def test_a_pinned_stop_stays_with_its_crew(seed, customer, crew):
    pin = Pin(f"c{customer:03d}", crew)
    made = plan(a_town(40, seed), three_crews(), QUICK, days=[DAY], seed=seed, pins=[pin])
    assert [v.crew_id for v in made.visits if v.customer_id == pin.customer_id] == [crew]


@fast
@given(seeds)
def test_a_stop_pinned_to_an_hour_keeps_that_hour(seed):
    hour = TimeWindow(15 * 60, 16 * 60)
    pins = [Pin("c005", "k2", window=hour)]
    made = plan(a_town(20, seed), three_crews(), QUICK, days=[DAY], seed=seed, pins=pins)
    (visit,) = [v for v in made.visits if v.customer_id == "c005"]
    assert 15 * 3600 <= visit.start_s <= visit.end_s <= 16 * 3600


@fast
@given(seeds)
def test_a_dropped_customer_is_left_out_and_told_so(seed):
    made = plan(a_town(20, seed), three_crews(), QUICK, days=[DAY], seed=seed, drops=["c004"])
    (left_out,) = [u for u in made.unplanned if u.customer_id == "c004"]
    assert left_out.reasons[0].why is Why.DROPPED


@settings(max_examples=5, deadline=None)
@given(seeds)
def test_same_seed_same_plan_in_whatever_order_the_input_comes(seed):
    town, crews = a_mixed_town(seed), three_crews()
    first = plan(town, crews, QUICK, days=[DAY], seed=seed)
    again = plan(town[::-1], crews[::-1], QUICK, days=[DAY], seed=seed)
    assert repr(first) == repr(again)


@fast
@given(seeds)
def test_the_engine_never_makes_the_greedy_plan_worse(seed):
    town, crews = a_mixed_town(seed), three_crews()
    greedy = plan(town, crews, GREEDY_ONLY, days=[DAY], seed=seed)
    better = plan(town, crews, QUICK, days=[DAY], seed=seed)
    assert better.objective_fen >= greedy.objective_fen
    assert len(better.missed_required) <= len(greedy.missed_required)


def test_a_promised_visit_is_made_even_at_a_loss():
    promise = a_candidate("promised", point=near(25), uplift_fen=0, required=True)
    made = plan([promise, *a_town(10)], [a_crew()], QUICK, days=[DAY], seed=1)
    assert "promised" in {v.customer_id for v in made.visits}
    assert made.engine.startswith("pyvrp")


def test_a_promise_that_no_crew_can_keep_is_reported_not_hidden():
    at_night = a_candidate("late", required=True, hours=TimeWindow(20 * 60, 21 * 60))
    made = plan([at_night, *a_town(5)], [a_crew()], QUICK, days=[DAY], seed=1)
    assert [u.customer_id for u in made.missed_required] == ["late"]


def test_pins_that_cannot_be_kept_together_are_refused_by_name():
    both = TimeWindow(10 * 60, 10 * 60 + 20)
    town = [a_candidate("c1"), a_candidate("c2", point=near(5))]
    pins = [Pin("c1", "k1", window=both), Pin("c2", "k1", window=both)]
    with pytest.raises(Conflict, match="pinned visit to c2"):
        plan(town, [a_crew()], QUICK, days=[DAY], seed=1, pins=pins)


def test_several_days_are_planned_and_nobody_is_visited_twice():
    days = (DAY, DAY + timedelta(days=1))
    town = [a_candidate(f"c{i:02d}", point=near(i % 7 - 3, i % 5 - 2), days=days) for i in range(40)]
    made = plan(town, [a_crew()], QUICK, days=days, seed=1)
    assert {v.day for v in made.visits} == set(days)
    assert len({v.customer_id for v in made.visits}) == len(made.visits) > 25


def test_a_crew_off_duty_gets_no_stops():
    made = plan(a_town(10), [a_crew(days=(DAY + timedelta(days=1),))], QUICK, days=[DAY], seed=1)
    assert not made.visits
    assert {u.reasons[0].why for u in made.unplanned} <= {Why.NO_CREW_ON_SHIFT, Why.NO_OPTION}


def test_an_officer_who_must_keep_away_is_not_sent():
    kin = a_candidate("kin", uplift_fen=10_000_000, needs=Needs(recused=frozenset({"k1-a"})))
    made = plan([kin], [a_crew("k1"), a_crew("k2")], QUICK, days=[DAY], seed=1)
    assert [v.crew_id for v in made.visits] == ["k2"]


def test_progress_is_reported_and_stopping_early_keeps_the_best_so_far():
    heard = []
    made = plan(
        a_town(30),
        [a_crew()],
        PlanningPolicy(iterations=100_000),
        days=[DAY],
        seed=1,
        progress=lambda p: heard.append(p) or len(heard) < 3,
    )
    assert [p.iteration for p in heard] == [0, 50, 100]
    assert heard[0].objective_fen <= heard[-1].objective_fen <= made.objective_fen


def test_the_plan_says_with_which_versions_and_seed_it_was_made():
    made = plan(a_town(5), [a_crew()], QUICK, days=[DAY], seed=7)
    assert made.seed == 7
    assert made.versions["engine"].startswith("pyvrp ")
    assert made.versions["policy"] == QUICK.version
    assert made.versions["compliance"] == "none@0"


def test_an_empty_book_gives_an_empty_plan():
    made = plan([], [a_crew()], QUICK, days=[DAY], seed=1)
    assert (made.visits, made.unplanned, made.objective_fen) == ((), (), 0)
