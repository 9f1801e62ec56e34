"""A slow second road to the same number: every subset, crew and order of tiny days, timed by hand."""

from itertools import permutations, product

import pytest
from planning_builders import DAY, GREEDY_ONLY, a_crew, a_town, near

from zoufang.core.planning import CircuityTravel, PlanningPolicy, plan, visit_value
from zoufang.core.values import TimeWindow

SERVICE_S = 20 * 60
ROADS = CircuityTravel()
CAREFUL = PlanningPolicy(iterations=3_000)


def best_objective(town, crews, policy):
    """The most that any set of routes brings, in fen; each customer by one of its options or not at all."""
    worth = {crew.crew_id: {} for crew in crews}
    choices = [[None, *range(len(c.options))] for c in town]
    best = 0
    for chosen in product(*choices):
        stops = [(i, o) for i, o in enumerate(chosen) if o is not None]
        for drivers in product(range(len(crews)), repeat=len(stops)):
            total = 0
            for k, crew in enumerate(crews):
                mine = frozenset(stop for stop, d in zip(stops, drivers, strict=True) if d == k)
                known = worth[crew.crew_id]
                if mine not in known:
                    known[mine] = best_route(town, crew, mine, policy)
                total += known[mine]
            best = max(best, total)
    return int(best // 1)


def best_route(town, crew, stops, policy):
    if not stops:
        return 0
    gross = sum(visit_value(town[i], town[i].options[o], policy).gross_fen for i, o in stops)
    costs = [route_cost(town, crew, order) for order in permutations(stops)]
    possible = [cost for cost in costs if cost is not None]
    return gross - min(possible) if possible else float("-inf")


def route_cost(town, crew, order):
    """Fen of driving this order, leaving as late as the end allows; None if an hour is missed."""
    points = [crew.depot, *(town[i].addresses[0].point for i, _ in order), crew.depot]
    seconds, metres = ROADS.between(points)
    clock = crew.shift.start_min * 60
    for k, (i, o) in enumerate(order):
        hours = town[i].options[o].window
        clock = max(clock + int(seconds[k, k + 1]), hours.start_min * 60) + SERVICE_S
        if clock > hours.end_min * 60:
            return None
    back = latest = clock + int(seconds[len(order), len(order) + 1])
    if back > crew.shift.end_min * 60:
        return None
    for k, (i, o) in reversed(list(enumerate(order))):
        begin = latest - int(seconds[k + 1, k + 2]) - SERVICE_S
        latest = min(begin, town[i].options[o].window.end_min * 60 - SERVICE_S)
    leave = latest - int(seconds[0, 1])
    way = sum(int(metres[k, k + 1]) for k in range(len(points) - 1))
    return (back - leave) * crew.cost_fen_per_minute / 60 + way * crew.cost_fen_per_km / 1000


@pytest.mark.parametrize("seed", range(8))
def test_the_solver_finds_the_optimum_of_a_tiny_day(seed):
    town = a_town(4, seed, options=2)
    crews = [a_crew("k1", shift=TimeWindow(9 * 60, 13 * 60)), a_crew("k2", depot=near(8, -6))]
    optimum = best_objective(town, crews, CAREFUL)
    found = plan(town, crews, CAREFUL, days=[DAY], seed=1)
    assert abs(found.objective_fen - optimum) <= 1


@pytest.mark.parametrize("seed", range(8))
def test_greedy_stays_within_a_fifth_of_the_optimum_of_a_tiny_day(seed):
    town = a_town(5, seed, options=1, spread_km=8)
    crews = [a_crew("k1", shift=TimeWindow(9 * 60, 11 * 60))]
    optimum = best_objective(town, crews, GREEDY_ONLY)
    found = plan(town, crews, GREEDY_ONLY, days=[DAY], seed=1)
    assert 0.8 * optimum <= found.objective_fen <= optimum + 1
