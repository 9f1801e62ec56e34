"""Cars to share: never more out than there are, given where they are worth most; the rest go slower and nearer."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planning_builders import DAY, QUICK, SEAT, a_candidate, a_crew, a_town, near

from zoufang.core.errors import BadInput
from zoufang.core.planning import (
    CarPool,
    CircuityTravel,
    Mode,
    ModeRule,
    PlanFrame,
    Put,
    Resource,
    Why,
    plan,
    replan,
    violations,
    what_if,
)
from zoufang.core.planning.budgets import Budget
from zoufang.core.planning.constraint_prices import Constraint, price_of_constraints
from zoufang.core.planning.day_state import DayState
from zoufang.core.planning.modes import MODE_RULES, ModeTravel
from zoufang.core.values import TimeWindow

TOWN = a_town(24, seed=4, spread_km=8)
EITHER = {"modes": (Mode.CAR, Mode.EBIKE), "shift": TimeWindow(9 * 60, 12 * 60)}
CREWS = [a_crew(f"k{i}", depot=near(3 * i), **EITHER) for i in range(3)]
ROADS = CircuityTravel(QUICK.travel)


def with_pool(cars, **changes):
    return replace(QUICK, cars=(CarPool("office", cars),), **changes)


def planned(policy, town=TOWN, crews=CREWS, **words):
    return plan(town, crews, policy, days=[DAY], seed=1, **words)


def by_car(made):
    return {trip.crew_id for trip in made.crew_days if trip.mode is Mode.CAR}


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 3), st.sets(st.integers(0, 2)), st.sets(st.integers(0, 2)), st.integers(1, 30))
def test_never_more_cars_are_out_than_the_pool_has(cars, own, must, seed):
    """Crews with a car of their own don't count; those who can't go without one stay at home."""
    crews = [
        replace(crew, own_car=i in own, modes=(Mode.CAR,) if i in must else crew.modes)
        for i, crew in enumerate(CREWS)
    ]
    made = planned(with_pool(cars), town=a_town(10, seed=seed), crews=crews)
    owners = {crew.crew_id for crew in crews if crew.own_car}
    assert len(by_car(made) - owners) <= cars


def test_the_car_goes_to_the_crew_in_the_country():
    """One crew has everybody next door, the other's customers live out of reach of an e-bike."""
    town = [a_candidate(f"t{i}", point=near(0.3 * i)) for i in range(4)]
    far = SEAT.lat + 0.4
    country = [a_candidate(f"v{i}", point=near(40 + 2 * i, 3), uplift_fen=900_000) for i in range(4)]
    crews = [a_crew("town", **EITHER), a_crew("country", depot=replace(SEAT, lat=far - 0.2), **EITHER)]
    made = planned(with_pool(1), town=[*town, *country], crews=crews)
    assert by_car(made) == {"country"}
    assert {v.customer_id for v in made.visits if v.crew_id == "town"} >= {"t0", "t1", "t2", "t3"}


def test_enough_cars_leave_the_plan_as_it_is():
    free = planned(QUICK)
    assert planned(with_pool(3)) == free


def test_fewer_cars_are_never_worth_more_beyond_the_noise_of_the_search():
    values = [planned(with_pool(cars)).objective_fen for cars in range(4)]
    assert all(more >= less * 0.98 for less, more in pairwise(values))
    assert values[3] > values[0]


def test_one_car_is_given_as_well_as_trying_every_crew():
    made = planned(with_pool(1))
    each = [
        planned(QUICK, crews=[replace(c, modes=(Mode.CAR,) if c is crew else (Mode.EBIKE,)) for c in CREWS])
        for crew in CREWS
    ]
    assert made.objective_fen >= 0.98 * max(one.objective_fen for one in each)


def test_a_crew_that_needs_a_car_stays_at_home_and_the_plan_says_so():
    made = planned(with_pool(0), crews=[a_crew("k1"), a_crew("k2", **EITHER)])
    assert {trip.crew_id for trip in made.crew_days} == {"k2"}
    assert any("without one: k1, k2" in str(note) for note in made.notes)


def test_who_lives_beyond_an_ebike_is_told_that_a_car_is_needed():
    far = a_candidate("far", point=near(30))
    made = planned(with_pool(0), town=[far], crews=[a_crew("k1", modes=(Mode.EBIKE,))])
    assert made.unplanned[0].reasons[0].why is Why.OUT_OF_REACH


def test_an_ebike_takes_longer_and_costs_its_own_rate():
    town = [a_candidate("c1", point=near(6))]
    car = planned(QUICK, town=town, crews=[a_crew()]).crew_days[0]
    ebike = planned(QUICK, town=town, crews=[a_crew(modes=(Mode.EBIKE,))]).crew_days[0]
    assert (car.mode, ebike.mode, ebike.metres) == (Mode.CAR, Mode.EBIKE, car.metres)
    assert ebike.travel_s > car.travel_s
    km_fen = ebike.metres * MODE_RULES[Mode.EBIKE].fen_per_km / 1000
    assert ebike.cost_fen == pytest.approx((ebike.back_s - ebike.leave_s) * 200 / 60 + km_fen, abs=2)


def test_public_transport_waits_at_each_leg_but_not_next_door():
    travel = ModeTravel(ROADS, MODE_RULES[Mode.TRANSIT])
    seconds, metres = travel.between([SEAT, near(2), near(2.01)])
    assert seconds[0, 1] == pytest.approx(metres[0, 1] * 3.6 / 16 + 600, abs=1)
    assert seconds[1, 2] < 60


def test_the_checker_counts_the_cars():
    made = planned(QUICK)
    out = len(by_car(made))
    told = violations(made, TOWN, CREWS, with_pool(out - 1), ROADS)
    assert f"car pool office has {out - 1} cars, but {out} crews go by its cars on {DAY}" in told
    owned = [replace(crew, own_car=True) for crew in CREWS]
    assert violations(made, TOWN, owned, with_pool(0), ROADS) == ()
    elsewhere = replace(QUICK, cars=(CarPool("west", 0, branches=("west",)),))
    assert violations(made, TOWN, CREWS, elsewhere, ROADS) == ()


def test_the_checker_finds_a_crew_that_goes_in_a_way_it_cannot_or_beyond_its_reach():
    made = planned(with_pool(0))
    footers = [replace(crew, modes=(Mode.CAR, Mode.FOOT)) for crew in CREWS]
    assert any("which it cannot" in said for said in violations(made, TOWN, footers, QUICK, ROADS))
    short = replace(QUICK, modes={Mode.EBIKE: replace(MODE_RULES[Mode.EBIKE], reach_m=100)})
    assert any("out of reach" in said for said in violations(made, TOWN, CREWS, short, ROADS))


def test_a_move_by_hand_goes_by_what_the_crew_goes_by():
    policy = with_pool(1)
    made = planned(policy)
    frame = PlanFrame(TOWN, CREWS, policy, ROADS)
    rider = next(trip.crew_id for trip in made.crew_days if trip.mode is Mode.EBIKE)
    visit = made.route(rider, DAY)[0]
    answer = what_if(made, Put(visit.customer_id, rider, DAY), frame)
    assert answer.feasible
    assert answer.change.value_fen == 0


def test_a_move_that_would_take_a_car_too_many_is_hindered():
    crews = [a_crew("k1"), a_crew("k2")]
    policy = with_pool(1)
    made = planned(policy, crews=crews)
    out = {trip.crew_id for trip in made.crew_days}
    (home,) = {"k1", "k2"} - out
    answer = what_if(made, Put(made.visits[0].customer_id, home, DAY), PlanFrame(TOWN, crews, policy, ROADS))
    assert "No car is left" in str(answer.hindrances[0].message)


def test_within_the_day_nobody_hands_a_car_over():
    policy = with_pool(1)
    made = planned(policy)
    revised = replan(made, TOWN, CREWS, policy, DayState(10 * 3600), day=DAY, seed=1)
    assert by_car(revised) <= by_car(made)


def test_cars_and_budgets_hold_together():
    made = planned(with_pool(1, budgets=(Budget("km", Resource.KM, 40),)))
    assert len(by_car(made)) <= 1
    assert made.budgets[0].used <= 40


def test_the_price_of_few_cars_is_told():
    (price,) = price_of_constraints(TOWN, CREWS, with_pool(0), days=[DAY], seed=1, only=[Constraint.CARS])
    assert price.lost_fen > 0


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: CarPool("p", -1),
        lambda: ModeRule(0.5, 0, 0, 0),
        lambda: ModeRule(20, -1, 0, 0),
        lambda: a_crew(modes=()),
        lambda: a_crew(modes=(Mode.FOOT, Mode.FOOT)),
        lambda: replace(QUICK, modes={Mode.CAR: MODE_RULES[Mode.FOOT]}),
    ],
)
def test_ways_to_go_that_cannot_be_are_refused(wrong):
    with pytest.raises(BadInput):
        wrong()
