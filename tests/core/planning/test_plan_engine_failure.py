import pytest
from planning_builders import DAY, GREEDY_ONLY, QUICK, a_crew, a_town

from zoufang.core.planning import plan, solver


class NeverFeasible:
    def is_feasible(self):
        return False


class Answer:
    best = NeverFeasible()


def explodes(*args, **kwargs):
    raise RuntimeError("out of memory")


@pytest.mark.parametrize("broken", [explodes, lambda *a, **k: Answer()], ids=["raises", "infeasible"])
def test_a_failing_engine_falls_back_to_greedy_and_says_so(monkeypatch, broken):
    town, crews = a_town(12), [a_crew()]
    monkeypatch.setattr(solver.pyvrp, "solve", broken)
    made = plan(town, crews, QUICK, days=[DAY], seed=1)
    greedy = plan(town, crews, GREEDY_ONLY, days=[DAY], seed=1)
    assert made.visits == greedy.visits
    assert made.engine.startswith("greedy")
    assert "could not be used" in str(made.notes[0])


def test_an_engine_that_counts_otherwise_than_we_do_is_not_believed(monkeypatch):
    monkeypatch.setattr(solver, "worth", lambda problem, routes: 1)
    made = plan(a_town(12), [a_crew()], QUICK, days=[DAY], seed=1)
    assert "differs from ours" in str(made.notes[0])


@pytest.mark.parametrize("wrong", [1.5, -1, 2**44])
def test_numbers_that_the_engine_would_cut_or_overflow_are_not_handed_over(wrong):
    with pytest.raises(solver.EngineFailed, match="whole number"):
        solver._bounded(wrong)
