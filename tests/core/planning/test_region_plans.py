"""A large area by units: shared budgets are kept, nobody is called on twice, the same on every joblib backend."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joblib import parallel_config

from benchmarks.planning.region import region
from benchmarks.planning.scale_book import PlaneRoads, book_of
from zoufang.core.errors import BadInput
from zoufang.core.planning.budgets import Budget, Resource
from zoufang.core.planning.region import plan_region
from zoufang.core.planning.region.measure import RouteMeter
from zoufang.core.planning.spending import Allotment, totals

STEPS, ROADS = 60, PlaneRoads()
BOOK = book_of(region("120/6/2", 3))
EVERY = np.ones(BOOK.vehicles, dtype=np.bool_)


def solved(*allotments, book=BOOK, **changes):
    given = {"seed": 1, "iterations": STEPS, "workers": 1, "size": 4} | changes
    return plan_region(book, ROADS, allotments, **given)


def used(found, allotments, book=BOOK):
    meter = RouteMeter(book, ROADS)
    return totals([meter(v, route) for v, route in enumerate(found.routes)], allotments)


FREE = solved()


def test_each_customer_is_called_on_at_most_once_by_a_vehicle_of_the_own_branch_that_may():
    served = [int(BOOK.customer[i]) for route in FREE.routes for i in route]
    assert len(served) == len(set(served)) > 20
    for vehicle, route in enumerate(FREE.routes):
        for stop in route:
            assert BOOK.branch[BOOK.customer[stop]] == BOOK.vehicle_branch[vehicle]
            assert BOOK.allowed[BOOK.row[stop], vehicle]


def test_the_worth_is_that_of_the_routes_measured_one_by_one():
    meter = RouteMeter(BOOK, ROADS)
    assert FREE.worth == sum(meter(v, route).worth for v, route in enumerate(FREE.routes))


def test_no_matrix_is_larger_than_that_of_a_unit():
    whole, parts = solved(size=BOOK.vehicles), solved(size=2)
    assert max(p.most_places for p in parts.trace) < max(p.most_places for p in whole.trace)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(Resource), st.floats(0.2, 1.2), st.booleans()), min_size=1, max_size=3))
def test_no_budget_is_ever_exceeded(wanted):
    allotments = []
    for resource, share, half in wanted:
        scope = EVERY & (np.arange(BOOK.vehicles) % 2 == 0) if half else EVERY
        free = used(FREE, [Allotment(resource, 0, scope)])[0]
        allotments.append(Allotment(resource, int(share * free), scope))
    found = solved(*allotments)
    for spent, allotment, told in zip(used(found, allotments), allotments, found.used, strict=True):
        assert spent == told <= allotment.limit


@pytest.mark.parametrize("resource", [r for r in Resource if r is not Resource.OVERTIME_MINUTES])
def test_a_budget_that_binds_has_a_price_and_one_that_does_not_has_none(resource):
    free = used(FREE, [Allotment(resource, 0, EVERY)])[0]
    tight = solved(Allotment(resource, free // 2, EVERY))
    loose = solved(Allotment(resource, 2 * free + 1, EVERY))
    assert tight.prices[0] > 0
    assert loose.prices[0] == 0
    assert tight.worth < loose.worth


def test_prices_find_more_for_half_the_visits_than_giving_up_the_least_of_a_free_plan():
    """Against the plain way: plan freely, then drop stops until the budget holds (the first pass)."""
    half = Allotment(Resource.VISITS, used(FREE, [Allotment(Resource.VISITS, 0, EVERY)])[0] // 2, EVERY)
    found = solved(half, iterations=300)
    assert found.worth >= found.trace[0].worth
    assert found.worth > 0.5 * solved(iterations=300).worth


@pytest.mark.parametrize("backend", ["loky", "threading", "dask"])
def test_every_backend_gives_the_same_routes(backend):
    if backend == "dask":
        distributed = pytest.importorskip("distributed")
        with (
            distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
            distributed.Client(cluster),
            parallel_config(backend="dask"),
        ):
            found = solved(workers=None)
    else:
        with parallel_config(backend=backend, n_jobs=2):
            found = solved(workers=None)
    assert (found.routes, found.worth) == (FREE.routes, FREE.worth)


def test_the_same_seed_gives_the_same_routes_and_another_one_others():
    assert solved().routes == FREE.routes
    assert solved(seed=2).routes != FREE.routes


def test_a_watcher_that_says_stop_keeps_the_best_so_far():
    found = solved(watch=lambda point: False)
    assert len(found.trace) == 1
    assert found.worth == found.trace[0].worth > 0


def test_a_budget_below_nothing_is_refused_by_name():
    with pytest.raises(BadInput, match="Budget cars"):
        Budget("cars", Resource.CREW_DAYS, -1)
