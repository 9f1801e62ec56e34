"""The compiled search against the exact evaluator and against trying every plan."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.planning.generator import instance
from zoufang.core.planning.bound import exact_tiny
from zoufang.core.planning.route_problem import worth
from zoufang.core.planning.routing import solve


@pytest.mark.parametrize("seed", [1, 2])
def test_what_the_search_reports_is_what_the_evaluator_counts(seed):
    problem = instance("30/3/1", seed).problem
    found = solve(problem, seed=seed, iterations=600)
    assert found.worth == worth(problem, found.routes)


def test_same_seed_same_routes_whatever_the_workers():
    problem = instance("60/3/1", 1).problem
    one = solve(problem, seed=3, iterations=1200, workers=1)
    two = solve(problem, seed=3, iterations=1200, workers=2)
    assert one.routes == two.routes


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_search_finds_the_best_plan_of_a_tiny_day(seed):
    problem = instance("6/1/1", seed).problem
    assert solve(problem, seed=1, iterations=1000).worth == exact_tiny(problem)[0]


def test_a_customer_who_must_be_served_is_served_at_a_loss():
    problem = instance("12/2/1", 1).problem
    must = np.ones(problem.customers, dtype=np.bool_)
    must[1:] = False
    cheap = replace(problem, must=must, value=np.where(problem.customer == 0, 0, problem.value))
    found = solve(cheap, seed=1, iterations=600)
    assert 0 in {int(cheap.customer[i]) for route in found.routes for i in route}
