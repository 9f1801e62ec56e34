"""Debtors who live in sight of each other are called on apart, where that costs at most what the policy says."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.planning.planning_builders import DAY, a_candidate, a_crew, near
from zoufang.core.errors import BadInput
from zoufang.core.planning import DayState, Pin, PlanningPolicy, SightPolicy, in_sight, plan, replan
from zoufang.core.values import TimeWindow

NOT_TRIED = PlanningPolicy(iterations=0)


def kept_apart(fen=5_000, **more):
    return replace(NOT_TRIED, sight=SightPolicy(avoid_up_to_fen=fen), **more)


def neighbours(metres=50, **changes):
    doors = near(2.0), near(2.0 + metres / 1000)
    return [a_candidate(f"c{i}", point=point, **changes) for i, point in enumerate(doors)]


def made(people, policy, crews=None, days=(DAY,), **more):
    return plan(people, crews or [a_crew("k1"), a_crew("k2")], policy, days=days, seed=1, **more)


def texts(found):
    return " ".join(str(note) for note in found.notes)


def test_two_neighbours_are_called_on_at_hours_far_apart():
    people = neighbours()
    assert len(in_sight(made(people, NOT_TRIED), people)) == 1
    apart = made(people, kept_apart(fen=30_000))
    assert not in_sight(apart, people)
    assert len(apart.visits) == 2
    assert "1 pairs of visits in sight of each other were taken apart" in texts(apart)


def test_the_cost_that_is_told_is_the_value_that_is_lost():
    people = neighbours()
    lost = made(people, NOT_TRIED).objective_fen - made(people, kept_apart(fen=30_000)).objective_fen
    assert 0 < lost <= 30_000
    assert f"costs {lost // 100}." in texts(made(people, kept_apart(fen=30_000)))


def test_another_day_is_taken_where_it_is_cheaper():
    people = neighbours(days=(DAY, DAY + timedelta(days=1)))
    apart = made(people, kept_apart(fen=100_000), crews=[a_crew("k1")], days=(DAY, DAY + timedelta(days=1)))
    assert not in_sight(apart, people)
    assert len({visit.day for visit in apart.visits} | {visit.window for visit in apart.visits}) > 1


def test_above_the_bound_the_pair_stays_and_the_cost_is_told():
    people = neighbours()
    stays = made(people, kept_apart(fen=0))
    assert len(in_sight(stays, people)) == 1
    assert "1 pairs of visits stay in sight of each other" in texts(stays)
    assert stays.objective_fen == made(people, NOT_TRIED).objective_fen


def test_where_nothing_else_fits_the_pair_stays_without_a_price():
    people = neighbours(hours=TimeWindow(10 * 60, 11 * 60))
    stays = made(people, kept_apart(fen=10_000_000))
    assert len(stays.visits) == 2
    assert not stays.notes


def test_one_household_is_called_on_together():
    people = neighbours(household="h1")
    assert made(people, kept_apart(fen=10_000_000)) == replace(
        made(people, NOT_TRIED), versions=made(people, kept_apart()).versions
    )


def test_a_door_that_is_only_roughly_known_is_in_nobodys_sight():
    people = [
        a_candidate(one.customer_id, addresses=(replace(one.addresses[0], radius_m=500),), options=one.options)
        for one in neighbours()
    ]
    assert not made(people, kept_apart(fen=10_000_000)).notes


def test_what_the_planner_pinned_stays_with_its_crew():
    people = neighbours()
    pins = [Pin("c0", "k1", DAY), Pin("c1", "k1", DAY)]
    before = made(people, NOT_TRIED, pins=pins)
    assert made(people, kept_apart(fen=10_000_000), pins=pins).visits == before.visits


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), fen=st.sampled_from([0, 2_000, 20_000]))
def test_fewer_pairs_never_more_lost_than_the_bound_and_nobody_left_out(seed, fen):
    dice = random.Random(seed)
    people = [
        a_candidate(
            f"c{i:02d}",
            point=near(dice.uniform(0, 0.4), dice.uniform(0, 0.4)),
            uplift_fen=dice.randrange(60_000, 400_000),
        )
        for i in range(12)
    ]
    before, after = made(people, NOT_TRIED), made(people, kept_apart(fen=fen))
    avoided = len(in_sight(before, people)) - len(in_sight(after, people))
    assert avoided >= 0
    assert {v.customer_id for v in after.visits} == {v.customer_id for v in before.visits}
    assert before.objective_fen - after.objective_fen <= fen * avoided + 1
    dice.shuffle(people)
    assert made(people, kept_apart(fen=fen)) == after


@pytest.mark.parametrize("wrong", [{"avoid_up_to_fen": -1}, {"within_m": -1}, {"within_minutes": 1441}])
def test_a_policy_that_means_nothing_is_refused(wrong):
    with pytest.raises(BadInput):
        SightPolicy(**wrong)


def test_a_revision_within_the_day_takes_neighbours_apart_too():
    people, crews = neighbours(), [a_crew("k1"), a_crew("k2")]
    before = made(people, NOT_TRIED)
    assert len(in_sight(before, people)) == 1
    revised = replan(before, people, crews, kept_apart(fen=30_000), DayState(9 * 3600), day=DAY, seed=1)
    assert not in_sight(revised, people)
    assert len(revised.visits) == 2
    assert "taken apart" in texts(revised)


def test_a_revision_moves_nobody_whom_it_costs_more_than_the_policy_gives():
    people, crews = neighbours(), [a_crew("k1"), a_crew("k2")]
    before = made(people, NOT_TRIED)
    revised = replan(before, people, crews, kept_apart(fen=1), DayState(9 * 3600), day=DAY, seed=1)
    assert len(in_sight(revised, people)) == 1
    assert [v.crew_id for v in revised.visits] == [v.crew_id for v in before.visits]
