"""What is proven stands above what the search finds, at every step at which the proof may be stopped."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.planning.generator import instance
from zoufang.core.planning import routing
from zoufang.core.planning.bound import parts, upper_bound
from zoufang.core.planning.route_problem import worth


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 10_000), st.sampled_from(["12/2/1", "20/2/1", "16/2/2"]))
def test_no_step_of_the_bound_lies_below_a_plan_that_the_search_finds(seed, size):
    problem = instance(size, seed).problem
    found = routing.solve(problem, iterations=2_000, seed=seed)
    told = upper_bound(problem, seconds=3, seed=seed)
    assert all(step.units >= found.worth for step in told.trace)
    assert told.units >= found.worth
    assert worth(problem, [list(route) for route in told.routes]) == told.worth <= told.units


@pytest.mark.parametrize("steps", [1, 2])
def test_stopped_early_it_is_valid_and_looser(steps):
    problem = instance("20/2/1", 4).problem
    seen = []
    early = upper_bound(problem, seconds=20, watch=lambda step: seen.append(step) or len(seen) >= steps)
    late = upper_bound(problem, seconds=20)
    assert early.units >= late.units >= routing.solve(problem, iterations=2_000, seed=1).worth


def test_the_search_finds_the_optimum_of_parts_whose_bound_closes():
    whole = instance("30/6/1", 2).problem
    closed = 0
    for part in parts(whole):
        told = upper_bound(part.problem, seconds=10)
        found = routing.solve(part.problem, iterations=4_000, seed=1)
        closed += told.proven
        assert not told.proven or found.worth == told.units
    assert closed
