"""Set packing over routes seen, and PyVRP where inserting one stop at a time can't pay."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.planning.generator import instance
from zoufang.core.planning.chain import insertion_pays
from zoufang.core.planning.fleet import kinds, place_alike
from zoufang.core.planning.packing import Pool
from zoufang.core.planning.route_problem import worth
from zoufang.core.planning.routing import solve


def halves(problem, seed):
    """Two good plans, each with half of its routes emptied: together they hold more than either."""
    routes = [list(route) for route in solve(problem, seed=seed, iterations=600).routes]
    return (
        [route if v % 2 else [] for v, route in enumerate(routes)],
        [[] if v % 2 else route for v, route in enumerate(routes)],
        routes,
    )


@pytest.mark.parametrize("seconds", [None, 1.0])
def test_packing_puts_the_good_routes_of_two_plans_together(seconds):
    problem = instance("30/3/1", 1).problem
    odd, even, whole = halves(problem, 1)
    pool = Pool(problem, kinds(problem), 0)
    pool.add_all(odd)
    assert worth(problem, pool.best(even, seconds, 1)) == worth(problem, whole)


def test_packing_serves_no_customer_twice_and_never_loses_the_start():
    problem = instance("60/3/1", 1).problem
    pool = Pool(problem, kinds(problem), 0)
    plans = [solve(problem, seed=seed, iterations=600).routes for seed in (1, 2, 3)]
    for plan in plans:
        pool.add_all(plan)
    assert worth(problem, pool.best(plans[0], None, 1)) >= max(worth(problem, plan) for plan in plans)


def test_alike_vehicles_keep_the_routes_that_share_most_with_their_own():
    kind = np.zeros(2, dtype=np.int64)
    assert place_alike([(0, [5, 1]), (0, [2, 3, 9])], kind, [[2, 3], [1]]) == [[2, 3, 9], [5, 1]]


@pytest.fixture
def no_single_stop_pays():
    """One far town: the way there costs more than any visit, but less than all of them."""
    problem = instance("30/3/1", 2).problem
    metres = problem.metres.copy()
    depots = np.unique(np.concatenate([problem.start, problem.end]))
    dearest = int(problem.value.max()) // int(problem.unit_m.max())
    doors = np.setdiff1d(np.arange(len(metres)), depots)
    metres[np.ix_(depots, doors)] += dearest
    return replace(problem, metres=metres)


def test_where_no_single_stop_pays_for_the_way_whole_routes_are_opened(no_single_stop_pays):
    problem = no_single_stop_pays
    greedy = solve(problem, seed=1, iterations=0).routes
    assert not insertion_pays(problem, greedy)
    assert solve(problem, seed=1, iterations=4000).worth > worth(problem, greedy)


def test_chained_routes_are_the_same_whatever_the_workers(no_single_stop_pays):
    one, two = (solve(no_single_stop_pays, seed=1, iterations=2400, workers=n) for n in (1, 2))
    assert one.routes == two.routes
