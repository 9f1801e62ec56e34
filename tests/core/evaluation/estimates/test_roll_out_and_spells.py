"""Against `differences` 0.3.0 (analytic errors, varying base) and lifelines 0.30.3 on one fixed data set, and
against draws whose truth is known."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.core.evaluation.estimates.estimate_builders import BASIS, coverage_allows
from zoufang.core.errors import BadInput
from zoufang.core.evaluation.estimates import (
    Grade,
    Panel,
    Spells,
    incidence,
    incidence_effect,
    roll_out_effects,
)

REFERENCE = json.loads((Path(__file__).parent / "reference.json").read_text())
PANEL = Panel(np.array(REFERENCE["y"]).reshape(60, 6), np.array(REFERENCE["start"]), np.arange(60), drawn=False)
SPELLS = Spells(np.array(REFERENCE["competing"]["time"]), np.array(REFERENCE["competing"]["event"]))


@pytest.mark.parametrize(("not_yet", "name"), [(False, "never_treated"), (True, "not_yet_treated")])
def test_staggered_effects_and_their_errors_are_those_of_the_published_library(not_yet, name):
    found, theirs = roll_out_effects(PANEL, BASIS, not_yet=not_yet), REFERENCE["differences"][name]
    cells = {(wave, period): one for wave, period, one in found.group_time}
    for wave, _, period, effect, se in theirs["group_time"]:
        assert (cells[wave, period].effect, cells[wave, period].se) == pytest.approx((effect, se), abs=1e-6)
    ages = dict(found.by_age)
    for age, effect, se in theirs["event"]:
        assert (ages[age].effect, ages[age].se) == pytest.approx((effect, se), abs=1e-6)
    waves = dict(found.by_wave)
    for wave, effect, se in theirs["cohort"]:
        assert (waves[wave].effect, waves[wave].se) == pytest.approx((effect, se), abs=1e-6)
    assert (found.overall.effect, found.overall.se) == pytest.approx(tuple(theirs["simple"][0][1:]), abs=1e-6)


def a_roll_out(rng, branches=40, lean=0.0):
    start = rng.permutation(np.repeat([0, 4, 6, 8], branches // 4))
    period = np.arange(1, 11)
    grown = np.where((start[:, None] > 0) & (period >= start[:, None]), 0.2 * (period - start[:, None] + 1), 0)
    own = rng.normal(size=(branches, 1)) + rng.normal(0, 0.05, (branches, 1)) * period
    y = own + 0.3 * period + grown + rng.normal(0, 0.5, (branches, 10)) + lean * (start[:, None] > 0) * period
    return Panel(y, start, np.arange(branches), drawn=not lean), grown[grown > 0].mean()


def two_way_fixed_effects(panel):
    on = ((panel.start[:, None] > 0) & (np.arange(1, 11) >= panel.start[:, None])).astype(float)
    d, y = (m - m.mean(1, keepdims=True) - m.mean(0) + m.mean() for m in (on, panel.outcome))
    return (d * y).sum() / (d * d).sum()


def test_growing_effects_are_found_and_covered_where_two_way_fixed_effects_go_wrong():
    rng, covered, errors, naive, runs = np.random.default_rng(1), 0, [], [], 300
    for _ in range(runs):
        panel, truth = a_roll_out(rng)
        found = roll_out_effects(panel, BASIS).overall
        covered += found.low <= truth <= found.high
        errors.append(found.effect - truth)
        naive.append(two_way_fixed_effects(panel) - truth)
    assert coverage_allows(covered, runs)
    assert abs(np.mean(errors)) < 0.05 * truth
    assert np.mean(naive) < -0.2 * truth
    assert found.grade is Grade.A


def test_starters_who_already_moved_apart_are_named_and_the_number_is_graded_down():
    panel, _ = a_roll_out(np.random.default_rng(3), lean=0.5)
    found = roll_out_effects(panel, BASIS)
    assert found.overall.grade is Grade.D
    assert "moved apart" in str(found.overall.warnings[0])


def test_parallel_branches_are_not_accused_of_having_moved_apart():
    rng = np.random.default_rng(6)
    accused = sum(roll_out_effects(a_roll_out(rng)[0], BASIS).overall.grade is Grade.D for _ in range(100))
    assert accused <= 12


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Panel(np.ones((3, 4)), np.array([1, 0, 0]), np.arange(3), True),
        lambda: Panel(np.ones((3, 4)), np.array([0, 0, 0]), np.arange(3), True),
        lambda: Panel(np.full((3, 4), np.nan), np.array([2, 0, 0]), np.arange(3), True),
        lambda: roll_out_effects(Panel(np.ones((3, 4)), np.array([2, 2, 2]), np.arange(3), True), BASIS),
        lambda: Spells(np.array([-1.0]), np.array([0])),
    ],
)
def test_a_roll_out_or_spell_that_cannot_be_analysed_is_refused(wrong):
    with pytest.raises(BadInput):
        wrong()


@pytest.mark.parametrize("horizon", [20, 45, 90])
def test_cumulative_incidence_is_that_of_the_published_library(horizon):
    share, variance = REFERENCE["competing"]["lifelines"][str(horizon)]
    found = incidence(SPELLS, 1, horizon)
    assert (found.share, found.se**2) == pytest.approx((share, variance), rel=1e-6)


def test_without_censoring_it_is_the_plain_share_and_its_binomial_error():
    rng = np.random.default_rng(2)
    spells = Spells(rng.exponential(50, 200), rng.integers(1, 3, 200))
    found, share = incidence(spells, 1, 60), ((spells.days <= 60) & (spells.end == 1)).mean()
    assert found.share == pytest.approx(share)
    assert found.se == pytest.approx((share * (1 - share) / 200) ** 0.5)


def test_the_effect_on_cures_by_a_horizon_is_covered_while_write_offs_compete():
    """Rates a day: cure 0.02 (held out 0.01), write-off 0.01; the truth in closed form."""
    rng, covered, runs = np.random.default_rng(4), 0, 300
    shares = [cure / (cure + 0.01) * (1 - np.exp(-(cure + 0.01) * 60)) for cure in (0.02, 0.01)]
    for _ in range(runs):
        assigned = np.arange(240) % 2 == 0
        cure, off = rng.exponential(np.where(assigned, 50, 100)), rng.exponential(100, 240)
        seen = rng.uniform(30, 120, 240)
        days = np.minimum(np.minimum(cure, off), seen)
        end = np.where(days == seen, 0, np.where(cure < off, 1, 2))
        spells = Spells(days, end)
        found = incidence_effect(spells, assigned, cause=1, horizon=60, drawn=True, basis=BASIS)
        covered += found.low <= shares[0] - shares[1] <= found.high
    assert coverage_allows(covered, runs)
    far = incidence_effect(spells, assigned, cause=1, horizon=500, drawn=True, basis=BASIS)
    assert far.grade is Grade.D
    assert "shorter" in str(far.warnings[0])
