"""Country visits are gathered by township where that is worth it; nobody is left out for it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.planning.planning_builders import DAY, a_candidate, a_crew, near
from zoufang.core.errors import BadInput
from zoufang.core.planning import Cluster, Pin, PlanningPolicy, TownshipPolicy, clusters, plan

LEFT_ALONE = PlanningPolicy(iterations=0)
TWO_DAYS = (DAY, DAY + timedelta(days=1))


def gathering(fen=2_000):
    return replace(LEFT_ALONE, townships=TownshipPolicy(fen))


def a_villager(key, town, north, east=0.0, *, rural=True, **changes):
    made = a_candidate(key, point=near(north, east), **changes)
    door = replace(made.addresses[0], county="临邑县", area=town, rural=rural)
    return replace(made, addresses=(door,))


def made(people, policy, days=TWO_DAYS, crews=None, **more):
    return plan(people, crews or [a_crew("k1"), a_crew("k2")], policy, days=days, seed=1, **more)


def splits(plan_made, people):
    """By hand: further townships of each crew's day, and further crew-days of each township."""
    by_id = {one.customer_id: one for one in people}
    days, towns = {}, {}
    for visit in plan_made.visits:
        door = by_id[visit.customer_id].address(visit.address_id)
        if door.rural:
            days.setdefault((visit.crew_id, visit.day), set()).add(door.area)
            towns.setdefault(door.area, set()).add((visit.crew_id, visit.day))
    return sum(len(one) - 1 for one in (*days.values(), *towns.values()))


def scattered(seed=4, customers=36, **changes):
    """Two townships side by side, so near that routes pay no heed to their border."""
    dice = random.Random(seed)
    return [
        a_villager(f"c{i:02d}", town, 6 + dice.uniform(0, 3), dice.uniform(-3, 3), **changes)
        for i, town in enumerate(("甲镇", "乙镇") * (customers // 2))
    ]


def test_a_township_goes_to_fewer_crew_days_and_it_is_told():
    people = scattered()
    before, after = made(people, LEFT_ALONE), made(people, gathering(50_000))
    assert splits(after, people) < splits(before, people)
    fewer = splits(before, people) - splits(after, people)
    assert f"{fewer} changes of township or crew fewer" in str(after.notes[0])


def test_what_it_costs_is_the_value_that_is_lost():
    people = scattered()
    before, after = made(people, LEFT_ALONE), made(people, gathering(50_000))
    yuan = float(str(after.notes[0]).split(" for ")[1].split(" yuan")[0].replace(",", ""))
    assert abs(before.objective_fen - after.objective_fen - yuan * 100) <= 1


def test_where_a_split_costs_nothing_the_plan_stays():
    people = scattered()
    assert splits(made(people, gathering(0)), people) <= splits(made(people, LEFT_ALONE), people)
    assert made(people, gathering(0)).objective_fen >= made(people, LEFT_ALONE).objective_fen


def test_in_town_streets_are_not_gathered():
    people = [replace(one, addresses=(replace(one.addresses[0], rural=False),)) for one in scattered()]
    assert made(people, gathering(50_000)).visits == made(people, LEFT_ALONE).visits


def test_pinned_visits_stay_with_their_crew_and_day():
    people = scattered()
    pins = [Pin("c00", "k1", DAY), Pin("c02", "k2", DAY)]
    after = made(people, gathering(50_000), pins=pins)
    where = {visit.customer_id: (visit.crew_id, visit.day) for visit in after.visits}
    assert (where["c00"], where["c02"]) == (("k1", DAY), ("k2", DAY))


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), fen=st.sampled_from([1_000, 5_000, 50_000]))
def test_each_split_fewer_costs_less_than_its_price_and_nobody_is_left_out(seed, fen):
    people = scattered(seed, 24, uplift_fen=150_000)
    before, after = made(people, LEFT_ALONE), made(people, gathering(fen))
    fewer = splits(before, people) - splits(after, people)
    assert fewer >= 0
    assert before.objective_fen - after.objective_fen <= fen * fewer + 1
    assert {v.customer_id for v in after.visits} == {v.customer_id for v in before.visits}
    random.Random(seed).shuffle(people)
    assert made(people, gathering(fen)) == after


def test_the_clusters_of_a_plan_are_told_by_day_and_township():
    people = [
        a_villager("c1", "甲镇", 5),
        a_villager("c2", "甲镇", 5.2),
        a_villager("c3", "城关街道", 1, rural=False),
    ]
    found = clusters(made(people, gathering(), days=(DAY,), crews=[a_crew("k1")]), people)
    assert found == (Cluster(DAY, "临邑县", "甲镇", 2, ("k1",)),)


def test_a_price_below_nothing_is_refused():
    with pytest.raises(BadInput):
        TownshipPolicy(-1)
