"""Overtime, loads, several days solved together, and the road that large books take through plan()."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from planning_builders import DAY, GREEDY_ONLY, QUICK, a_candidate, a_crew, a_town, near

from zoufang.core.planning import CircuityTravel, PlanningPolicy, engines, plan
from zoufang.core.planning.greedy import insert_greedily
from zoufang.core.planning.problem import plan_problem
from zoufang.core.planning.route_problem import worth
from zoufang.core.values import TimeWindow

SHORT = TimeWindow(9 * 60, 10 * 60)


def far_customer(uplift_fen):
    """An hour away by car: there and back does not fit into a shift of an hour."""
    return a_candidate("c1", point=near(20), uplift_fen=uplift_fen)


def test_overtime_makes_a_far_visit_possible_and_costs_what_it_says():
    late = a_crew("k1", shift=SHORT, overtime_minutes=120, overtime_fen_per_minute=300)
    assert not plan([far_customer(200_000)], [replace(late, overtime_minutes=0)], QUICK, days=[DAY], seed=1).visits
    made = plan([far_customer(200_000)], [late], QUICK, days=[DAY], seed=1)
    (trip,) = made.crew_days
    over_s = trip.back_s - trip.leave_s - 3600
    assert over_s > 0
    same = plan([far_customer(200_000)], [replace(late, overtime_fen_per_minute=0)], QUICK, days=[DAY], seed=1)
    assert trip.cost_fen - same.crew_days[0].cost_fen == pytest.approx(over_s * 300 / 60, abs=1)


def test_no_overtime_is_driven_for_a_visit_that_does_not_pay_for_it():
    dear = a_crew("k1", shift=SHORT, overtime_minutes=120, overtime_fen_per_minute=100_000)
    assert not plan([far_customer(200_000)], [dear], QUICK, days=[DAY], seed=1).visits


def test_worth_refuses_a_route_that_carries_more_than_its_capacity():
    town = a_town(3, options=1)
    problem = plan_problem(town, [a_crew()], QUICK, CircuityTravel(QUICK.travel), [DAY], {}).routes
    (route,) = insert_greedily(problem)
    assert len(route) == 3
    ones = np.ones(problem.stops, dtype=np.int64)
    enough = replace(problem, load=ones, capacity=np.array([3], dtype=np.int64))
    assert worth(enough, [route]) == worth(problem, [route])
    with pytest.raises(Exception, match="carries more"):
        worth(replace(enough, capacity=np.array([2], dtype=np.int64)), [route])


def test_several_days_are_solved_together_not_one_after_the_other():
    """Only one fits into each day; the dear one can go on the first day alone, the cheap one on both."""
    days = (DAY, DAY + timedelta(days=1))
    hour = TimeWindow(9 * 60, 9 * 60 + 25)
    early_only = a_candidate("c1", uplift_fen=300_000, hours=hour, days=days[:1])
    both = a_candidate("c2", uplift_fen=400_000, hours=hour, days=days)
    made = plan([early_only, both], [a_crew()], QUICK, days=list(days), seed=1)
    assert {v.customer_id: v.day for v in made.visits} == {"c1": days[0], "c2": days[1]}


def test_a_large_book_goes_through_the_compiled_search_and_passes_the_checker():
    town = a_town(engines.COMPILED_FROM // 2, seed=2)
    crews = [a_crew("k1"), a_crew("k2", depot=near(5, 5))]
    policy = PlanningPolicy(iterations=60)
    made = plan(town, crews, policy, days=[DAY], seed=3)
    greedy = plan(town, crews, GREEDY_ONLY, days=[DAY], seed=3)
    assert "pyvrp" not in made.engine
    assert "greedy" not in made.engine
    assert made.notes == ()
    assert made.objective_fen >= greedy.objective_fen
    assert repr(made) == repr(plan(town, crews, policy, days=[DAY], seed=3))
