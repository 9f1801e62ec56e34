"""Many branches planned at once by areas: a plan like any other, checked as a whole, with budgets for all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from planning_builders import DAY, QUICK, SEAT, a_candidate, a_crew, a_town, near

from zoufang.core.errors import Conflict
from zoufang.core.planning import (
    Budget,
    CarPool,
    CircuityTravel,
    Mode,
    Pin,
    Resource,
    SightPolicy,
    Why,
    in_sight,
    plan,
    plan_by_area,
    violations,
)
from zoufang.core.values import TimeWindow

ROADS = CircuityTravel(QUICK.travel)
SHORT = TimeWindow(9 * 60, 12 * 60)
WEST = SEAT.lon - 1.0


def moved(town, east):
    """The same town elsewhere, under other names."""
    return [
        a_candidate(
            f"{east:+.0f}{one.customer_id}",
            point=replace(one.addresses[0].point, lon=one.addresses[0].point.lon + east),
            uplift_fen=one.uplift.effect_fen,
        )
        for one in town
    ]


EAST_TOWN, WEST_TOWN = moved(a_town(40, seed=2, spread_km=6), 0), moved(a_town(30, seed=3, spread_km=6), -1)
BOTH = [*EAST_TOWN, *WEST_TOWN]
CREWS = [a_crew(f"e{i}", branch="east", shift=SHORT) for i in range(10)] + [
    a_crew(f"w{i}", branch="west", depot=replace(SEAT, lon=WEST), shift=SHORT) for i in range(2)
]


def by_area(policy=QUICK, town=BOTH, crews=CREWS, **words):
    return plan_by_area(town, crews, policy, days=[DAY], seed=1, workers=1, **words)


FREE = by_area()


def test_each_customer_is_planned_or_explained_once_and_the_checker_agrees():
    assert violations(FREE, BOTH, CREWS, QUICK, ROADS) == ()
    named = [v.customer_id for v in FREE.visits] + [u.customer_id for u in FREE.unplanned]
    assert sorted(named) == sorted(c.customer_id for c in BOTH)
    assert all(one.reasons for one in FREE.unplanned)


def test_it_is_worth_about_what_one_search_over_everything_finds():
    whole = plan(BOTH, CREWS, QUICK, days=[DAY], seed=1)
    assert FREE.objective_fen >= 0.95 * whole.objective_fen


def test_a_customer_of_a_branch_is_called_on_by_its_crews_only():
    """Who has no branch gets that of the nearest depot."""
    branch = {crew.crew_id: crew.branch for crew in CREWS}
    west = {one.customer_id for one in WEST_TOWN}
    assert all((branch[v.crew_id] == "west") == (v.customer_id in west) for v in FREE.visits)
    told = by_area(branch_of={one.customer_id: "west" for one in EAST_TOWN[:5]})
    strangers = {one.customer_id for one in EAST_TOWN[:5]}
    assert all(branch[v.crew_id] == "west" for v in told.visits if v.customer_id in strangers)


def test_the_same_plan_whatever_the_number_of_workers_and_the_order_of_the_input():
    again = plan_by_area(BOTH[::-1], CREWS[::-1], QUICK, days=[DAY], seed=1, workers=2)
    assert again == FREE


@pytest.mark.parametrize("resource", [Resource.VISITS, Resource.KM, Resource.MINUTES, Resource.CREW_DAYS])
def test_a_budget_shared_by_both_branches_is_kept_and_has_a_price(resource):
    wide = by_area(replace(QUICK, budgets=(Budget("all", resource, 10**6),)))
    half = Budget("all", resource, wide.budgets[0].used // 2)
    made = by_area(replace(QUICK, budgets=(half,)))
    assert made.budgets[0].used <= half.limit
    assert made.budgets[0].price_fen > 0 == wide.budgets[0].price_fen
    assert any("is used up" in str(note) for note in made.notes)


def test_who_is_left_out_for_the_shared_budget_is_told_so():
    made = by_area(replace(QUICK, budgets=(Budget("all", Resource.VISITS, 5),)))
    assert Why.BUDGET in {reason.why for one in made.unplanned for reason in one.reasons}


def test_cars_of_a_pool_are_counted_over_all_branches():
    made = by_area(replace(QUICK, cars=(CarPool("all", 3),)))
    assert len(made.crew_days) <= 3


def test_crews_left_without_a_car_go_by_ebike_where_they_can():
    policy = replace(QUICK, cars=(CarPool("all", 3),))
    crews = [replace(crew, modes=(Mode.CAR, Mode.EBIKE)) if crew.branch == "east" else crew for crew in CREWS]
    made = by_area(policy, crews=crews)
    by = [trip.mode for trip in made.crew_days]
    assert by.count(Mode.CAR) <= 3
    assert by.count(Mode.EBIKE) > 0
    assert made.objective_fen > by_area(policy).objective_fen


def test_crews_on_ebikes_and_in_cars_are_planned_side_by_side():
    crews = [replace(crew, modes=(Mode.EBIKE,)) if i % 2 else crew for i, crew in enumerate(CREWS)]
    made = by_area(crews=crews)
    assert {trip.mode for trip in made.crew_days} == {Mode.CAR, Mode.EBIKE}


def test_promises_pins_drops_and_refusals_hold():
    town = [replace(BOTH[0], required=True), *BOTH[1:]]
    pins, drops = [Pin(BOTH[3].customer_id, "e1")], [BOTH[5].customer_id]
    made = by_area(town=town, pins=pins, drops=drops)
    planned = {v.customer_id: v.crew_id for v in made.visits}
    assert BOTH[0].customer_id in planned
    assert planned[BOTH[3].customer_id] == "e1"
    assert BOTH[5].customer_id not in planned


def test_a_pin_that_does_not_fit_is_a_conflict():
    far = a_candidate("far", point=near(150))
    with pytest.raises(Conflict):
        by_area(town=[*BOTH, far], pins=[Pin("far", "w1")])


def test_a_branch_without_crews_and_a_town_without_customers_are_told():
    made = by_area(branch_of={BOTH[0].customer_id: "nowhere"})
    (one,) = [u for u in made.unplanned if u.customer_id == BOTH[0].customer_id]
    assert one.reasons[0].why is Why.NO_CREW_ON_SHIFT
    assert by_area(town=[]).visits == ()


def test_a_branch_with_crews_and_nobody_to_call_on_stays_at_home():
    made = by_area(town=EAST_TOWN)
    assert {trip.crew_id[0] for trip in made.crew_days} == {"e"}


def crowded():
    """Everybody of the eastern town has a neighbour 40 m away."""
    people = EAST_TOWN[:12]
    points = [one.addresses[0].point for one in people]
    beside = [
        a_candidate(f"n{i}", point=replace(point, lat=point.lat + 0.00036), uplift_fen=one.uplift.effect_fen)
        for i, (one, point) in enumerate(zip(people, points, strict=True))
    ]
    return [*people, *beside]


def test_neighbours_are_called_on_apart_where_that_is_cheap():
    people = crowded()
    crews = [a_crew(f"e{i}", branch="east") for i in range(3)]
    apart = replace(QUICK, sight=SightPolicy(avoid_up_to_fen=30_000))
    before, after = (by_area(policy, people, crews) for policy in (QUICK, apart))
    assert len(in_sight(after, people)) < len(in_sight(before, people))
    assert {v.customer_id for v in after.visits} == {v.customer_id for v in before.visits}
    assert "were taken apart" in " ".join(str(note) for note in after.notes)
    assert by_area(apart, people, crews) == after


def test_under_a_shared_budget_nothing_is_rearranged_and_that_is_told():
    people = crowded()
    policy = replace(
        QUICK, sight=SightPolicy(avoid_up_to_fen=30_000), budgets=(Budget("all", Resource.VISITS, 20),)
    )
    notes = " ".join(str(note) for note in by_area(policy, people).notes)
    assert "neither gathered by township" in notes
    assert "were taken apart" not in notes


def test_reasons_of_who_is_left_out_are_told_against_the_routes_as_arranged(monkeypatch):
    """Also those of the chunks after the first."""
    monkeypatch.setattr("zoufang.core.planning.area_cells.ASKED_AT_ONCE", 5)
    people = crowded()
    crews = [a_crew("e1", branch="east", shift=SHORT)]
    made = by_area(replace(QUICK, sight=SightPolicy(avoid_up_to_fen=30_000)), people, crews)
    assert len(made.unplanned) > 5
    assert all(one.reasons for one in made.unplanned)
    named = [v.customer_id for v in made.visits] + [u.customer_id for u in made.unplanned]
    assert sorted(named) == sorted(c.customer_id for c in people)
