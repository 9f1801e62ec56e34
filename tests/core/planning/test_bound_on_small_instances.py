from dataclasses import replace

import numpy as np
import pytest
from bound_builders import a_route_problem

from benchmarks.planning.generator import instance
from zoufang.core.errors import BadInput
from zoufang.core.planning.bound import exact_tiny, parts, pricing, upper_bound
from zoufang.core.planning.bound.classes import scale_of, vehicle_classes
from zoufang.core.planning.bound.memory import Memory
from zoufang.core.planning.route_problem import worth


@pytest.fixture(scope="module")
def twelve_customers():
    return instance("12/2/1", 1).problem


@pytest.fixture(scope="module")
def their_bound(twelve_customers):
    return upper_bound(twelve_customers, seconds=60)


def test_a_bound_reached_by_a_plan_proves_the_plan_best(twelve_customers, their_bound):
    assert their_bound.proven
    assert worth(twelve_customers, their_bound.routes) == their_bound.worth == their_bound.units


def test_the_trace_never_rises_and_ends_at_the_bound(their_bound):
    units = [step.units for step in their_bound.trace]
    assert units == sorted(units, reverse=True)
    assert units[-1] == their_bound.units
    assert all(step.units >= their_bound.worth for step in their_bound.trace)


def test_six_customers_are_solved_as_brute_force_solves_them():
    problem = instance("6/1/1", 2).problem
    bound = upper_bound(problem, seconds=30)
    assert (bound.proven, bound.units) == (True, exact_tiny(problem)[0])


def test_without_time_the_bound_is_the_sum_of_the_best_values(twelve_customers, their_bound):
    bound = upper_bound(twelve_customers, seconds=0)
    assert bound.method == "sum of values"
    assert bound.units == twelve_customers.value.reshape(12, -1).max(axis=1).sum() >= their_bound.units


def test_known_routes_come_back_as_a_plan(twelve_customers, their_bound):
    pool = list(enumerate(their_bound.routes))
    assert upper_bound(twelve_customers, seconds=0, routes_pool=pool).worth == their_bound.worth


def test_a_known_route_that_cannot_be_driven_is_left_out(twelve_customers):
    pool = [(0, range(twelve_customers.stops)), (99, (0,)), (0, (0, 0))]
    assert upper_bound(twelve_customers, seconds=0, routes_pool=pool).worth == 0


def test_watching_can_stop_the_search(twelve_customers):
    assert len(upper_bound(twelve_customers, seconds=60, watch=lambda step: True).trace) == 1


def test_the_same_problem_gives_the_same_bound(twelve_customers, their_bound):
    again = upper_bound(twelve_customers, seconds=60)
    assert (again.units, again.routes, again.columns) == (
        their_bound.units,
        their_bound.routes,
        their_bound.columns,
    )


def test_alike_vehicles_count_each():
    one = a_route_problem(3, customers=5, vehicles=1, overtime=False)
    twice = {
        name: np.repeat(getattr(one, name), 2)
        for name in (
            "start",
            "end",
            "shift_early_s",
            "shift_late_s",
            "regular_s",
            "unit_s",
            "unit_overtime_s",
            "unit_m",
        )
    }
    two = replace(one, allowed=np.repeat(one.allowed, 2, axis=1), **twice)
    assert upper_bound(two, seconds=10).units >= exact_tiny(two)[0] > exact_tiny(one)[0]


@pytest.mark.parametrize("stops", [0, 3])
def test_nobody_to_drive_or_to_visit_is_worth_nothing(stops):
    problem = a_route_problem(1, customers=stops, vehicles=0 if stops else 2)
    bound = upper_bound(problem, seconds=5)
    assert (bound.units, bound.proven) == (0, True)


def test_visits_that_take_no_time_are_refused():
    problem = a_route_problem(3)
    free = replace(problem, service_s=problem.service_s * 0, seconds=problem.seconds * 0)
    wide = replace(free, early_s=free.early_s * 0, late_s=free.late_s * 0 + 10**5)
    with pytest.raises(BadInput, match="service time"):
        upper_bound(wide, seconds=5)


def best_route_bound(problem):
    """The bound of one vehicle's best route at no prices, and the scale it is in."""
    scale, kinds = scale_of(problem), vehicle_classes(problem)
    pricer = pricing.Pricer(problem, 0, kinds[0], Memory(problem, 2), scale)
    return pricer.exact(np.zeros(problem.customers, np.int64), 0, lambda: False).bound, scale


@pytest.mark.parametrize("shift", [0, 1])
def test_a_completion_rounded_the_wrong_way_is_caught(monkeypatch, shift):
    """Counting a label from one cell later on is no bound any more: so it is the rounding that makes it one."""
    right = pricing.completions

    def shifted(*args):
        table = right(*args)
        table[:, : table.shape[1] - shift] = table[:, shift:]
        return table

    monkeypatch.setattr(pricing, "completions", shifted)
    too_low = 0
    for seed in range(40):
        problem = replace(a_route_problem(seed, vehicles=1), allowed=np.ones((8, 1), np.bool_))
        bound, scale = best_route_bound(problem)
        too_low += max(0, bound) // scale < exact_tiny(replace(problem, must=problem.must * False))[0]
    assert (too_low > 0) == (shift > 0)


def test_parts_share_no_customer_and_no_vehicle():
    problem = instance("60/3/1", 1).problem
    found = parts(problem, vehicles=1)
    customers = np.concatenate([p.customers for p in found])
    cars = np.concatenate([p.vehicles for p in found])
    assert len(set(customers.tolist())) == len(customers) == 60
    assert sorted(cars.tolist()) == [0, 1, 2]
    for small in found:
        assert (problem.value[small.stops] == small.problem.value).all()
        assert (small.customers[small.problem.customer] == problem.customer[small.stops]).all()


def test_plans_of_the_parts_are_a_plan_of_the_whole():
    problem = a_route_problem(8, customers=6, vehicles=3)
    routes, total = [()] * 3, 0
    for small in parts(problem, vehicles=1):
        units, plan = exact_tiny(small.problem)
        total += units
        for vehicle, stops in zip(small.vehicles, plan, strict=True):
            routes[vehicle] = tuple(int(small.stops[s]) for s in stops)
    assert worth(problem, routes) == total <= upper_bound(problem, seconds=10).units
