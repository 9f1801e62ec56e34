from dataclasses import replace

import numpy as np
from bound_builders import a_route_problem
from hypothesis import given, settings
from hypothesis import strategies as st

from zoufang.core.planning.bound import exact_tiny, pricing, upper_bound
from zoufang.core.planning.route_problem import worth

EASY = settings(max_examples=60, deadline=None)


@EASY
@given(seed=st.integers(0, 10**6), customers=st.integers(1, 5), vehicles=st.integers(1, 3), metric=st.booleans(),
       overtime=st.booleans())  # fmt: skip
def test_the_bound_is_never_below_the_optimum(seed, customers, vehicles, metric, overtime):
    problem = a_route_problem(seed, customers=customers, vehicles=vehicles, metric=metric, overtime=overtime)
    best, routes = exact_tiny(problem)
    assert worth(problem, routes) == best
    bound = upper_bound(problem, seconds=5)
    assert bound.units >= best
    assert bound.worth == worth(problem, bound.routes) <= bound.units
    if bound.proven and not problem.must.any():
        assert bound.units == best


@EASY
@given(seed=st.integers(0, 10**6), cells=st.sampled_from([(3000, 1), (300, 1), (60, 2)]))
def test_merged_labels_keep_the_bound_valid(seed, cells):
    """One label a cell forces merges; the bound may only rise by them."""
    problem = replace(a_route_problem(seed, customers=5), service_s=np.full(10, 600, np.int64))
    ladder, pricing.LADDER = pricing.LADDER, (cells,) * 3
    try:
        bound = upper_bound(problem, seconds=5)
    finally:
        pricing.LADDER = ladder
    assert bound.units >= exact_tiny(problem)[0]
