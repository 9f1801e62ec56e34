"""Each estimator against a slow second version by matrices, and against draws whose truth is known."""

from dataclasses import replace
from math import inf, isinf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import sqrtm

from tests.core.evaluation.estimates.estimate_builders import BASIS, a_sample, coverage_allows
from zoufang.core.errors import BadInput
from zoufang.core.evaluation.estimates import (
    Grade,
    effect_as_drawn,
    effect_on_visited,
    effects_by_window,
    effects_on_money,
    factorial_effects,
    switchback_effect,
)
from zoufang.core.evaluation.estimates.regression import contrast_of
from zoufang.core.evaluation.estimators import intention_to_treat

RUNS = 400


def slow_cr2(y, x, contrast, cluster):
    """By the definition: full hat matrix, matrix square roots, and the eigenvalues of the quadratic form."""
    bread = np.linalg.inv(x.T @ x)
    rest = np.eye(len(y)) - x @ bread @ x.T
    residuals, parts, variance = rest @ y, [], 0.0
    for one in np.unique(cluster):
        rows = cluster == one
        a = np.real(np.linalg.inv(sqrtm(rest[np.ix_(rows, rows)]))) @ x[rows] @ bread @ contrast
        variance += (a @ residuals[rows]) ** 2
        parts.append(rest[:, rows] @ a)
    form = np.column_stack(parts).T @ np.column_stack(parts)
    return np.sqrt(variance), np.trace(form) ** 2 / np.trace(form @ form)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31), st.booleans())
def test_the_cluster_variance_and_its_degrees_of_freedom_equal_the_slow_ones(seed, alone):
    rng = np.random.default_rng(seed)
    cluster = np.arange(36) if alone else rng.permutation(np.repeat(np.arange(8), [2, 3, 4, 5, 5, 5, 6, 6]))
    x = np.column_stack([np.ones(36), rng.normal(size=36), rng.integers(0, 2, 36)])
    y, contrast = rng.normal(size=36) + rng.normal(size=36)[cluster % 36], np.array([0.0, 0.3, 1.0])
    found = contrast_of(y, x, contrast, cluster)
    assert (found.se, found.df) == pytest.approx(slow_cr2(y, x, contrast, cluster))


@given(st.integers(0, 2**31))
@settings(max_examples=20, deadline=None)
def test_unadjusted_it_is_the_difference_in_means_with_welchs_error(seed):
    rng = np.random.default_rng(seed)
    sample = a_sample(rng.lognormal(size=80), np.arange(80) < 60, 0.25)
    found, plain = effect_as_drawn(sample, BASIS), intention_to_treat(sample, 0.95)
    assert (found.effect, found.se) == pytest.approx((plain.effect, plain.se))
    assert found.grade is Grade.A
    assert (found.n, found.clusters, found.snapshot_id) == (80, 80, BASIS.snapshot_id)


def test_lins_estimate_is_the_gap_between_the_two_arms_own_lines_at_the_mean():
    rng = np.random.default_rng(3)
    before, assigned = rng.lognormal(size=90), np.arange(90) % 3 > 0
    y = 2 * before * assigned + before + rng.normal(size=90)
    lines = [np.polyfit(before[side], y[side], 1) for side in (assigned, ~assigned)]
    gap = np.polyval(lines[0], before.mean()) - np.polyval(lines[1], before.mean())
    found = effect_as_drawn(a_sample(y, assigned), BASIS, {"before": before})
    assert found.effect == pytest.approx(gap)


def test_what_was_paid_before_sharpens_the_answer_and_the_interval_stays_honest():
    """CUPED at half the variance; a fixed population, re-drawn, of customers whom visits move unequally."""
    rng = np.random.default_rng(8)
    before = rng.lognormal(0, 0.6, 160)
    without = before + rng.lognormal(0, 0.5, 160)
    moved = 0.5 + 0.4 * (before - before.mean())
    truth, covered, narrower = moved.mean(), 0, 0
    for _ in range(RUNS):
        assigned = rng.permutation(np.arange(160) < 110)
        sample = a_sample(without + moved * assigned, assigned, 50 / 160)
        found, plain = effect_as_drawn(sample, BASIS, {"before": before}), effect_as_drawn(sample, BASIS)
        covered += found.low <= truth <= found.high
        narrower += found.se < plain.se
    assert covered / RUNS > 0.92
    assert narrower > 0.95 * RUNS


@pytest.mark.parametrize("villages", [10, 40])
def test_with_few_villages_the_interval_still_covers_where_the_plain_one_does_not(villages):
    rng, runs, covered, naive = np.random.default_rng(2), RUNS, 0, 0
    for _ in range(runs):
        sizes = rng.integers(3, 15, villages)
        village = np.repeat(np.arange(villages), sizes)
        on = rng.permutation(np.arange(villages) < villages * 0.7)[village]
        y = rng.normal(0, 0.6, villages)[village] + rng.normal(size=len(village)) + 1.0 * on
        found = effect_as_drawn(a_sample(y, on, 0.3, household=village), BASIS)
        alone = effect_as_drawn(a_sample(y, on, 0.3), BASIS)
        covered += found.low <= 1 <= found.high
        naive += alone.low <= 1 <= alone.high
    assert covered / runs > 0.915
    assert naive / runs < 0.85


def test_fewer_than_ten_clusters_a_side_are_warned_of():
    village = np.repeat(np.arange(12), 5)
    found = effect_as_drawn(a_sample(np.arange(60.0), village % 3 > 0, household=village), BASIS)
    assert "rough" in str(found.warnings[0])


def drawn_with_take_up(rng, n, take_up):
    assigned = rng.permutation(np.arange(n) % 2 == 0)
    willing = rng.random(n) < take_up
    visited = (assigned & willing).astype(float)
    # The willing pay more anyway: comparing visited with others would mislead.
    return assigned, visited, rng.normal(size=n) + 1.0 * willing + 0.8 * visited


@pytest.mark.parametrize("take_up", [0.6, 0.04])
def test_the_limits_on_the_visited_cover_however_weak_the_draw(take_up):
    rng, covered = np.random.default_rng(5), 0
    for _ in range(RUNS):
        assigned, visited, y = drawn_with_take_up(rng, 300, take_up)
        found = effect_on_visited(a_sample(y, assigned), visited, BASIS)
        covered += found.finding.low <= 0.8 <= found.finding.high
    assert coverage_allows(covered, RUNS) or covered / RUNS > 0.95


def test_a_weak_draw_is_told_and_may_set_no_limit():
    rng = np.random.default_rng(6)
    assigned, visited, y = drawn_with_take_up(rng, 300, 0.02)
    found = effect_on_visited(a_sample(y, assigned), visited, BASIS)
    assert found.weak
    assert isinf(found.finding.high)
    assert found.finding.low == -inf
    assert len(found.finding.warnings) == 2
    strong = effect_on_visited(a_sample(y, assigned), assigned.astype(float), BASIS)
    assert not strong.weak
    assert strong.finding.grade is Grade.B
    assert strong.finding.effect == pytest.approx(effect_as_drawn(a_sample(y, assigned), BASIS).effect)


def test_with_certain_take_up_the_limits_are_those_of_the_draw():
    rng = np.random.default_rng(1)
    sample = a_sample(rng.lognormal(size=100), np.arange(100) % 2 == 0)
    found = effect_on_visited(sample, sample.assigned.astype(float), BASIS).finding
    plain = intention_to_treat(sample, 0.95)
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high))


def test_a_few_large_payments_move_the_mean_and_not_the_capped_mean_nor_the_median():
    rng = np.random.default_rng(7)
    y = rng.lognormal(0, 0.3, 400)
    assigned = np.arange(400) % 2 == 0
    y[:6:2] += 60
    found = effects_on_money(a_sample(y, assigned), BASIS, resamples=199, seed=1)
    assert found.mean.effect > 0.7
    assert abs(found.winsorised.effect) < 0.1
    assert all(one.low < 0 < one.high for _, one in found.quantiles[:2])
    assert found.capped_at < 5
    assert found == effects_on_money(a_sample(y, assigned), BASIS, resamples=199, seed=1)


def test_quantile_effects_are_those_of_numpy_and_their_interval_covers():
    rng, covered, runs = np.random.default_rng(9), 0, 120
    for _ in range(runs):
        assigned = np.arange(200) % 2 == 0
        y = rng.lognormal(0, 1, 200) + 0.5 * assigned
        found = effects_on_money(a_sample(y, assigned), BASIS, quantiles=(0.5,), resamples=199, seed=3)
        median = found.quantiles[0][1]
        by_numpy = [np.quantile(y[side], 0.5, method="inverted_cdf") for side in (assigned, ~assigned)]
        assert median.effect == pytest.approx(by_numpy[0] - by_numpy[1])
        covered += median.low <= 0.5 <= median.high
    assert covered / runs > 0.89


def test_payments_pulled_forward_show_when_the_windows_stand_side_by_side():
    rng = np.random.default_rng(4)
    assigned, base = np.arange(600) % 2 == 0, rng.normal(10, 1, 600)
    sample = a_sample(base, assigned)
    forward = {30: base + 1.0 * assigned, 90: base + 0.5 * assigned + 1, 180: base + 0.0 * assigned + 2}
    lasting = {30: base + 1.0 * assigned, 180: base + 2.0 * assigned + rng.normal(0, 1, 600)}
    found = effects_by_window(sample, forward, BASIS)
    assert [days for days, _ in found.by_days] == [30, 90, 180]
    assert "pulled forward" in str(found.said)
    assert "still grows" in str(effects_by_window(sample, lasting, BASIS).said)
    with pytest.raises(BadInput):
        effects_by_window(sample, {30: base}, BASIS)


def test_weeks_on_and_off_find_the_effect_and_cover_with_branches_of_their_own():
    rng, covered = np.random.default_rng(3), 0
    branch, week = np.repeat(np.arange(12), 8), np.tile(np.arange(8), 12)
    for _ in range(RUNS):
        first = np.repeat(rng.random((12, 4)) < 0.5, 2, axis=1).ravel()
        on = first == (week % 2 == 0)
        effect = 0.5 + rng.normal(0, 0.3, 12)
        y = rng.normal(0, 3, 12)[branch] + rng.normal(size=96) + effect[branch] * on
        found = switchback_effect(y, on, branch, week // 2, BASIS)
        covered += found.low <= 0.5 <= found.high
    assert coverage_allows(covered, RUNS)
    with pytest.raises(BadInput, match="one week on"):
        switchback_effect(y, ~on & on, branch, week // 2, BASIS)


def test_visit_and_offer_are_told_apart_and_so_is_what_they_do_together():
    rng, covered = np.random.default_rng(2), np.zeros(3)
    for _ in range(RUNS):
        visit, offer = rng.permutation(np.arange(200) < 100), rng.random(200) < 0.3
        p = 0.5 * np.where(offer, 0.3, 0.7)
        y = rng.normal(size=200) + 1.0 * visit + 0.5 * offer + 0.6 * visit * offer
        found = factorial_effects(y, visit, offer, p, np.arange(200), BASIS)
        three = (found.visit, found.offer, found.together)
        covered += [f.low <= truth <= f.high for f, truth in zip(three, (1.3, 0.8, 0.6), strict=True)]
    assert all(coverage_allows(one, RUNS) for one in covered)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda s: effect_as_drawn(s, BASIS, {f"c{i}": np.random.default_rng(i).random(30) for i in range(9)}),
        lambda s: effect_as_drawn(s, BASIS, {"a": np.arange(30.0), "b": 2 * np.arange(30.0)}),
        lambda s: effect_as_drawn(s, BASIS, {"a": np.full(30, np.nan)}),
        lambda s: effect_on_visited(s, np.zeros(30), BASIS),
        lambda s: factorial_effects(s.outcome, s.assigned, s.assigned, s.p_hold_out, s.household, BASIS),
        lambda s: replace(BASIS, snapshot_id=""),
    ],
)
def test_what_cannot_be_estimated_is_refused(wrong):
    with pytest.raises(BadInput):
        wrong(a_sample(np.random.default_rng(0).random(30), np.arange(30) % 2 == 0))
