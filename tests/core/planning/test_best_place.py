"""The best place of one visit in a route is the one that driving every order out finds."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.planning.planning_builders import DAY, a_crew, a_town
from zoufang.core.planning import CircuityTravel, PlanningPolicy
from zoufang.core.planning.best_place import best_place
from zoufang.core.planning.problem import plan_problem
from zoufang.core.planning.schedule import time_route
from zoufang.core.values import TimeWindow


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), stops=st.integers(0, 7))
def test_it_is_worth_as_much_as_the_best_of_all_orders_driven_out(seed, stops):
    policy, dice = PlanningPolicy(iterations=0), random.Random(seed)
    crew = a_crew(rest=TimeWindow(12 * 60, 13 * 60))
    problem = plan_problem(a_town(9, seed), [crew], policy, CircuityTravel(policy.travel), [DAY], {}).routes
    people = dice.sample(range(problem.customers), min(stops + 1, problem.customers))
    ways = {c: np.flatnonzero(problem.customer == c).tolist() for c in people}
    route: list[int] = []
    for customer in people[1:]:  # a route that can be driven: what doesn't fit is left out
        if (found := best_place(problem, 0, route, ways[customer])) is not None:
            route.insert(found[2], found[1])
    driven = [
        int(problem.value[[*route, way]].sum()) - timing.cost_units
        for way in ways[people[0]]
        for k in range(len(route) + 1)
        if problem.allowed[way, 0] and (timing := time_route(problem, 0, [*route[:k], way, *route[k:]]))
    ]
    found = best_place(problem, 0, route, ways[people[0]])
    assert (None if found is None else found[0]) == max(driven, default=None)
