import importlib
import time

import pytest

from benchmarks.planning import manual, ours, peer_pyvrp
from benchmarks.planning.exact import optimum
from benchmarks.planning.generator import instance
from benchmarks.planning.shared import PeerFailed, best_of_two, money_unit, own_time
from zoufang.core.planning.bound import exact_tiny
from zoufang.core.planning.route_problem import worth

SECONDS = 1


def optional(package, module):
    """The peer's solve; skips where the peer is not installed. Loaded before the clock runs."""

    def load():
        pytest.importorskip(package)
        solve = importlib.import_module(f"benchmarks.planning.{module}").solve
        clock = time.monotonic if package == "vroom" else own_time
        return lambda case: solve(case.problem, clock() + SECONDS, 0)

    return load


def cold(case):
    return peer_pyvrp.cold(case.problem, own_time() + SECONDS, 0)


def warm(case):
    return peer_pyvrp.solve(case.problem, own_time() + SECONDS, 0, start=manual.start(case))


SOLVERS = {
    "zoufang": lambda: lambda case: ours.zoufang(case.problem, time.monotonic() + SECONDS, 0),
    "greedy": lambda: lambda case: ours.greedy(case.problem, time.monotonic() + SECONDS, 0),
    "pyvrp_cold": lambda: cold,
    "pyvrp_warm": lambda: warm,
    "ortools": optional("ortools", "peer_ortools"),
    "vroom": optional("vroom", "peer_vroom"),
}


@pytest.fixture(scope="module")
def cases():
    return [(case, optimum(case.problem)[0]) for case in (instance("6/2/1", seed) for seed in (1, 2))]


@pytest.mark.parametrize("name", SOLVERS)
def test_no_solver_beats_the_exact_optimum_of_a_tiny_instance(name, cases):
    solve = SOLVERS[name]()
    for case, best in cases:
        assert worth(case.problem, solve(case)) <= best


@pytest.mark.parametrize("name", ["zoufang", "pyvrp_cold", "ortools"])
def test_a_good_solver_finds_the_optimum_of_a_tiny_instance(name, cases):
    solve = SOLVERS[name]()
    for case, best in cases:
        assert worth(case.problem, solve(case)) == best


def test_two_ways_of_trying_every_plan_agree():
    for seed in (1, 2, 3):
        problem = instance("5/2/1", seed).problem
        units, routes = optimum(problem)
        assert units == worth(problem, routes) == exact_tiny(problem)[0]


def test_pyvrp_counts_the_same_routes_to_the_unit_as_we_do():
    problem = instance("60/3/1", 1).problem
    routes = ours.greedy(problem, time.monotonic() + SECONDS, 0)
    model = peer_pyvrp.Model(problem)
    theirs = model.solution(routes)
    assert theirs.is_feasible()
    assert (theirs.prizes() - theirs.duration_cost() - theirs.distance_cost()) * model.unit == worth(
        problem, routes
    )
    assert worth(problem, model.routes(theirs)) == worth(problem, routes)


@pytest.mark.parametrize("limit", [0, 4000], ids=["callbacks", "matrices"])
def test_ortools_objective_is_what_we_count_less_all_that_could_be_had(limit, monkeypatch):
    pytest.importorskip("ortools")
    peer = importlib.import_module("benchmarks.planning.peer_ortools")
    monkeypatch.setattr(peer, "COMPILED_UP_TO", limit)
    problem, seen, read = instance("30/3/1", 1).problem, [], peer._routes
    monkeypatch.setattr(peer, "_routes", lambda *a: seen.append(a[-1].ObjectiveValue()) or read(*a))
    routes = peer.solve(problem, own_time() + SECONDS, 0)
    all_best = sum(int(problem.value[problem.customer == c].max()) for c in range(problem.customers))
    assert all_best - seen[0] * money_unit(problem) == worth(problem, routes)


@pytest.mark.parametrize("rule", [manual.by_overdue, manual.by_prize])
def test_manual_routes_can_be_driven_and_the_strict_reading_serves_priority_first(rule):
    case = instance("60/3/1", 1)
    strict, dealt = rule(case), rule(case, strict=False)
    assert worth(case.manual, dealt) > 0
    assert worth(case.manual, dealt) < worth(case.manual, strict)


def test_the_manual_planner_by_overdue_balance_visits_homes_only_and_the_largest_first():
    case = instance("60/3/1", 1)
    routes = manual.by_overdue(case)
    assert all(case.at_home[stop] for route in routes for stop in route)
    largest = max(range(60), key=lambda c: case.balance_fen[c])
    assert largest in {int(case.manual.customer[stop]) for route in routes for stop in route}


def test_of_two_seeds_the_better_routes_count():
    case = instance("6/2/1", 1)
    good = ours.greedy(case.problem, time.monotonic() + SECONDS, 0)
    nothing = [[] for _ in good]
    for better in (0, 1):
        pick = best_of_two(lambda _p, _d, seed, better=better: good if seed % 2 == better else nothing)
        assert worth(case.problem, pick(case.problem, time.monotonic() + SECONDS, 1)) == worth(case.problem, good)


def test_routes_that_break_a_rule_are_an_answer_of_none():
    problem = instance("6/2/1", 1).problem
    twice = best_of_two(lambda p, _d, _s: [[0, 0], []])
    with pytest.raises(PeerFailed, match=r"twice|fit"):
        twice(problem, time.monotonic() + SECONDS, 1)


def test_each_process_of_a_peer_has_the_seconds_as_processor_time_of_its_own():
    problem = instance("6/2/1", 1).problem

    def work_until(_problem, deadline, seed):
        while own_time() < deadline:
            pass
        return [[], []]

    begun, spent = time.monotonic(), own_time()
    best_of_two(work_until)(problem, time.monotonic() + 0.5, 1)
    assert own_time() - spent >= 0.5
    assert time.monotonic() - begun >= 0.5
