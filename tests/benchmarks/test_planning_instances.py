from dataclasses import replace

import numpy as np
import pytest

from benchmarks.planning import public
from benchmarks.planning.generator import OPTIONS, instance
from benchmarks.planning.region import region
from zoufang.core.errors import BadInput
from zoufang.core.planning.route_problem import worth


def test_the_same_size_and_seed_give_the_same_instance():
    one, two = instance("60/3/1", 1).problem, instance("60/3/1", 1).problem
    assert np.array_equal(one.value, two.value)
    assert np.array_equal(one.seconds, two.seconds)
    assert not np.array_equal(one.value, instance("60/3/1", 2).problem.value)


def test_a_customer_offers_the_three_options_that_the_planner_values_most():
    land, case = region("60/3/1", 1), instance("60/3/1", 1)
    offered = np.bincount(case.problem.customer)
    assert offered.tolist() == [OPTIONS] * 60
    all_values = land.value_fen(estimated=False)
    for customer in range(60):
        best = np.sort(all_values[land.customer == customer])[-OPTIONS:] * 3000
        assert np.sort(case.problem.value[case.problem.customer == customer]).tolist() == best.tolist()


def test_days_multiply_the_crews_and_skills_bar_some_of_them():
    case = instance("60/12/5", 1).problem
    assert case.vehicles == 60
    barred = ~case.allowed.all(axis=1)
    assert 0.05 < barred.mean() < 0.3
    assert case.allowed.any(axis=1).all()


def test_only_noisy_instances_are_scored_by_another_value_than_the_planner_sees():
    plain, noisy = instance("60/3/1", 1), instance("60/3/1", 1, noisy=True)
    assert np.array_equal(plain.problem.value, plain.truth.value)
    assert not np.array_equal(noisy.problem.value, noisy.truth.value)


def test_estimates_are_right_on_average_over_all_options():
    land = region("3000/25/1", 1)
    seen, true = land.value_fen(estimated=True).sum(), land.value_fen(estimated=False).sum()
    assert seen == pytest.approx(true, rel=0.03)


def test_the_manual_planner_may_go_to_every_home_at_any_hour():
    case = instance("30/3/1", 1)
    assert np.bincount(case.manual.customer[case.at_home]).tolist() == [3] * 30
    assert np.array_equal(case.manual.customer[: case.problem.stops], case.problem.customer)


@pytest.mark.skipif(public.folder() is None, reason="the public instances are not on this machine")
@pytest.mark.parametrize("name", sorted(public.best_known()))
def test_the_best_known_public_solution_costs_what_its_collection_says(name):
    import pyvrp

    task, where = public.problem(name), public.folder()
    data = pyvrp.read(where / f"{name}.vrp", round_func="dimacs")
    routes: list[list[int]] = [[] for _ in range(task.vehicles)]
    for i, route in enumerate(pyvrp.read_solution(where / f"{name}.sol", data).routes()):
        routes[i] = [visit.idx for visit in route if visit.is_client()]
    assert public.cost_of(task, routes) == public.best_known()[name]


def test_a_route_above_its_capacity_is_refused():
    small = instance("6/2/1", 1).problem
    load = np.ones(small.stops, dtype=np.int64)
    tight = replace(small, load=load, capacity=np.zeros(small.vehicles, dtype=np.int64))
    roomy = replace(small, load=load, capacity=np.ones(small.vehicles, dtype=np.int64))
    route = next([[i], []] for i in range(small.stops) if small.allowed[i, 0] and _alone(small, i))
    assert worth(roomy, route) == worth(small, route)
    with pytest.raises(BadInput, match="capacity"):
        worth(tight, route)


def _alone(problem, stop):
    try:
        worth(problem, [[stop], []])
    except BadInput:
        return False
    return True
