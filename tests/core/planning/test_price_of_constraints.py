"""A constraint costs the value that the day would gain without it; the law is priced, never relaxed."""

from dataclasses import replace

from planning_builders import DAY, GREEDY_ONLY, a_candidate, a_crew, a_town, near

from zoufang.core.planning import Constraint, HarmModel, Needs, plan, price_of_constraints
from zoufang.core.values import TimeWindow


def prices(candidates, crews, policy=GREEDY_ONLY, **words):
    found = price_of_constraints(candidates, crews, policy, days=[DAY], seed=5, **words)
    return {price.constraint: price for price in found}


def test_lapsed_training_costs_what_the_visit_would_bring():
    needing = a_candidate(needs=Needs(frozenset({"care"})))
    price = prices([needing], [a_crew()])[Constraint.QUALIFICATIONS]
    worth = plan([a_candidate()], [a_crew()], GREEDY_ONLY, days=[DAY], seed=5).objective_fen
    assert (price.lost_fen, price.lost_visits) == (worth, 1)
    assert (price.seed, price.iterations) == (5, 0)


def test_a_missing_map_point_costs_the_visit():
    assert prices([a_candidate(point=None)], [a_crew()])[Constraint.MAP_POINTS].lost_visits == 1


def test_short_hours_cost_value_where_they_bind_and_nothing_where_they_do_not():
    short = a_crew(shift=TimeWindow(9 * 60, 10 * 60))
    assert prices(a_town(12), [short])[Constraint.HOURS].lost_fen > 0
    assert prices([a_candidate()], [a_crew()])[Constraint.HOURS].lost_fen == 0


def test_a_required_visit_far_away_costs_its_detour():
    far = a_candidate(point=near(60), uplift_fen=1_000, required=True)
    assert prices([far], [a_crew()])[Constraint.REQUIRED].lost_fen > 0


def test_two_officers_are_priced_without_changing_the_crews_or_the_policy():
    town, crews = a_town(12), [a_crew(shift=TimeWindow(9 * 60, 11 * 60))]
    assert prices(town, crews)[Constraint.TWO_PERSONS].lost_fen > 0
    assert GREEDY_ONLY.min_officers == 2
    assert len(crews[0].officer_ids) == 2


def test_what_the_day_does_not_know_has_no_price():
    found = prices([a_candidate()], [a_crew()])
    assert {Constraint.QUALIFICATIONS, Constraint.MAP_POINTS, Constraint.HARM_PRICE}.isdisjoint(found)
    assert Constraint.HARM_PRICE in prices(
        [a_candidate(harms=HarmModel().chances("rural"))],
        [a_crew()],
        policy=replace(GREEDY_ONLY, harm_price_fen={"complaint": 10**9}),
    )


def test_the_same_seed_gives_the_same_prices_and_a_stop_keeps_those_found():
    town = a_town(8)
    assert prices(town, [a_crew()]) == prices(town, [a_crew()])
    assert len(prices(town, [a_crew()], told=lambda done, total: False)) == 1
