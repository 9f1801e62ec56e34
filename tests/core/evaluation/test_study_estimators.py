"""Each estimator against a slow second version, and against draws whose truth is known."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from zoufang.core.evaluation.estimators import (
    Redraws,
    Sample,
    effect_on_treated,
    intention_to_treat,
    smallest_detectable,
    winsorised,
)

RUNS = 2_000


def a_sample(outcome, assigned, p_hold_out=None, stratum=None, household=None):
    n = len(outcome)
    return Sample(
        np.asarray(outcome, float),
        np.asarray(assigned, bool),
        np.full(n, 0.5) if p_hold_out is None else np.asarray(p_hold_out, float),
        np.zeros(n, np.int64) if stratum is None else np.asarray(stratum, np.int64),
        np.arange(n) if household is None else np.asarray(household, np.int64),
    )


def slow_intention_to_treat(sample):
    """By hand, in plain loops: mean per stratum and side, squared household sums, Satterthwaite."""
    weight = np.where(sample.assigned, 1 / (1 - sample.p_hold_out), 1 / sample.p_hold_out)
    rows = list(zip(sample.outcome, sample.assigned, weight, sample.stratum, sample.household, strict=True))
    effect = variance = spread = 0.0
    for stratum in {row[3] for row in rows}:
        inside = [row for row in rows if row[3] == stratum]
        share = len(inside) / len(rows)
        for side in (True, False):
            cell = [row for row in inside if row[1] == side]
            total = sum(row[2] for row in cell)
            mean = sum(row[0] * row[2] for row in cell) / total
            sums = {}
            for outcome, _, weight, _, household in cell:
                sums[household] = sums.get(household, 0.0) + weight * (outcome - mean) / total
            count = len(sums)
            v = share**2 * count / (count - 1) * sum(value**2 for value in sums.values())
            effect += share * mean if side else -share * mean
            variance += v
            spread += v**2 / (count - 1)
    return effect, sqrt(variance), variance**2 / spread


@given(st.integers(0, 2**31), st.integers(24, 80))
def test_the_estimate_equals_the_slow_one_with_weights_strata_and_households(seed, n):
    rng = np.random.default_rng(seed)
    household = np.arange(n) // 2
    assigned = rng.permutation(np.arange(n // 2 + 1) % 2 == 0)[household]
    stratum = (household % 2) if all_cells_filled(assigned, household) else None
    sample = a_sample(rng.lognormal(0, 1, n), assigned, rng.uniform(0.1, 0.9, n), stratum, household)
    fast = intention_to_treat(sample, 0.95)
    assert (fast.effect, fast.se, fast.df) == pytest.approx(slow_intention_to_treat(sample))


def all_cells_filled(assigned, household):
    cells = [(s, a) for s in (0, 1) for a in (True, False)]
    return all(len(set(household[(household % 2 == s) & (assigned == a)])) >= 2 for s, a in cells)


@given(st.integers(0, 2**31))
def test_in_the_plain_case_it_is_welchs_interval(seed):
    rng = np.random.default_rng(seed)
    y, assigned = rng.lognormal(0, 1, 60), np.arange(60) < 45
    found = intention_to_treat(a_sample(y, assigned), 0.95)
    welch = stats.ttest_ind(y[assigned], y[~assigned], equal_var=False).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((welch.low, welch.high))


@given(st.integers(0, 2**31))
def test_the_wald_ratio_equals_two_stage_least_squares_by_hand(seed):
    """Just identified: beta = cov(z,y)/cov(z,d); its robust variance from the residuals y - a - beta d."""
    rng = np.random.default_rng(seed)
    z = np.arange(400) % 4 != 0
    d = (z & (rng.random(400) < 0.6)).astype(float)
    y = rng.lognormal(0, 1, 400) + 0.8 * d
    found = effect_on_treated(a_sample(y, z), d, 0.95, 10)
    beta = np.cov(z, y)[0, 1] / np.cov(z, d)[0, 1]
    e = y - beta * d
    parts = [(e[z == side].var(ddof=1) / (z == side).sum()) for side in (True, False)]
    assert found.effect == pytest.approx(beta)
    assert found.se == pytest.approx(sqrt(sum(parts)) / (d[z].mean() - d[~z].mean()))


def test_no_effect_on_the_visited_is_given_when_the_draw_moved_nobody():
    rng = np.random.default_rng(3)
    z = np.arange(200) % 2 == 0
    d = (rng.random(200) < 0.3).astype(float)
    assert effect_on_treated(a_sample(rng.random(200), z), d, 0.95, 10) is None


def test_one_cap_serves_both_arms():
    capped, cap = winsorised(np.array([1.0, 2, 3, 4, 1_000]), 0.8)
    assert cap == 4
    assert capped.tolist() == [1, 2, 3, 4, 4]


def outcomes_of_a_bank(rng, n):
    """Potential outcomes in yuan: many pay nothing, few pay much; a quarter are harmed or unmoved by a visit."""
    without = rng.binomial(1, 0.4, n) * rng.lognormal(6.5, 0.8, n)
    moved = np.where(rng.random(n) < 0.75, rng.lognormal(5.5, 0.8, n), -0.3 * without)
    return without, moved, rng.random(n) < 0.5


def test_the_interval_covers_the_known_effect_and_the_estimate_is_unbiased():
    rng = np.random.default_rng(20260302)
    without, moved, met = outcomes_of_a_bank(rng, 400)
    truth = float((moved * met).mean())
    found = []
    for seed in range(RUNS):
        assigned = rng.random(400) >= 0.25
        sample = a_sample(without + moved * met * assigned, assigned)
        found.append(intention_to_treat(sample, 0.95, Redraws(199, seed)))
    covered = np.mean([f.low <= truth <= f.high for f in found])
    error = np.array([f.effect for f in found]) - truth
    # Neyman's variance is conservative for a fixed population, so more than 95% is right, less is not.
    assert covered >= 0.95 - 2 * sqrt(0.95 * 0.05 / RUNS)
    assert covered <= 0.985
    assert abs(error.mean()) < 3 * error.std() / sqrt(RUNS)


def test_the_effect_on_the_met_covers_its_truth_though_meeting_is_no_chance():
    """Those at home are also those who pay; dividing by assignment, not by meeting, keeps that out."""
    rng = np.random.default_rng(5)
    covered = []
    for seed in range(1_000):
        without, moved, met = outcomes_of_a_bank(rng, 300)
        without = without + 500 * met
        assigned = rng.random(300) >= 0.25
        y = without + moved * met * assigned
        treated = (met & assigned).astype(float)
        found = effect_on_treated(a_sample(y, assigned), treated, 0.95, 10, Redraws(199, seed))
        covered.append(found.low <= moved[met].mean() <= found.high)
    assert np.mean(covered) >= 0.95 - 2 * sqrt(0.95 * 0.05 / 1_000)


@pytest.mark.parametrize(("by_household", "lowest", "highest"), [(True, 0.935, 0.985), (False, 0.5, 0.90)])
def test_households_drawn_together_need_the_household_robust_interval(by_household, lowest, highest):
    """Five debtors behind one door pay alike: counting them as five makes the interval far too short."""
    rng = np.random.default_rng(8)
    covered = []
    for _ in range(1_000):
        household = np.repeat(np.arange(80), 5)
        y = rng.normal(0, 1, 80)[household] + rng.normal(0, 0.5, 400)
        assigned = (rng.random(80) < 0.5)[household]
        found = intention_to_treat(a_sample(y, assigned, household=household if by_household else None), 0.95)
        covered.append(found.low <= 0 <= found.high)
    assert lowest <= np.mean(covered) <= highest


def heavy_a_a_limits(redraws):
    """How often the lower limit lies above zero where visits change nothing and one in five is held out."""
    rng = np.random.default_rng(12)
    above = []
    for seed in range(1_500):
        y = rng.binomial(1, 0.4, 300) * rng.lognormal(11, 1, 300)
        assigned = rng.random(300) >= 0.2
        found = intention_to_treat(a_sample(y, assigned), 0.95, Redraws(199, seed) if redraws else None)
        above.append(found.low > 0)
    return np.mean(above)


def test_heavy_tails_and_a_small_hold_out_do_not_flatter_visits():
    """Welch's interval does: it calls useless visits useful in 7% of such studies, not 2.5%."""
    monte_carlo = sqrt(0.025 * 0.975 / 1_500)
    assert heavy_a_a_limits(redraws=True) <= 0.025 + 2 * monte_carlo
    assert heavy_a_a_limits(redraws=False) > 0.025 + 5 * monte_carlo


def test_the_same_seed_draws_the_same_limits_and_strata_keep_their_numbers():
    rng = np.random.default_rng(13)
    stratum = np.arange(200) % 3
    sample = a_sample(rng.lognormal(0, 1, 200) + 50.0 * stratum, rng.random(200) < 0.8, stratum=stratum)
    first, second = (intention_to_treat(sample, 0.95, Redraws(499, 4)) for _ in range(2))
    plain = intention_to_treat(sample, 0.95)
    assert first == second
    assert first.high - first.low == pytest.approx(plain.high - plain.low, rel=0.25)


def test_design_weights_undo_unequal_chances():
    """Two cycles, one rich and mostly held out: without weights the effect would look hugely negative."""
    rng = np.random.default_rng(9)
    errors = []
    for _ in range(600):
        rich = rng.random(500) < 0.5
        p_hold_out = np.where(rich, 0.6, 0.15)
        assigned = rng.random(500) >= p_hold_out
        y = 100.0 * rich + rng.normal(0, 10, 500) + 5 * assigned
        errors.append(intention_to_treat(a_sample(y, assigned, p_hold_out), 0.95).effect - 5)
    assert abs(np.mean(errors)) < 3 * np.std(errors) / sqrt(600)


def test_strata_that_differ_much_make_a_shorter_interval():
    rng = np.random.default_rng(10)
    stratum = np.arange(400) % 4
    y = 1_000.0 * stratum + rng.normal(0, 50, 400)
    assigned = rng.random(400) < 0.75
    together = intention_to_treat(a_sample(y, assigned), 0.95)
    apart = intention_to_treat(a_sample(y, assigned, stratum=stratum), 0.95)
    assert apart.se < together.se / 5


@settings(max_examples=5, deadline=None)
@given(st.sampled_from([0.5, 1.0, 2.0]))
def test_an_effect_of_the_smallest_detectable_size_is_found_with_the_power_named(scale):
    rng = np.random.default_rng(11)
    assigned = np.arange(300) % 4 != 0
    found = []
    for _ in range(600):
        y = rng.normal(0, scale, 300)
        size = smallest_detectable(intention_to_treat(a_sample(y, assigned), 0.95), 0.8)
        found.append(intention_to_treat(a_sample(y + size * assigned, assigned), 0.95).low > 0)
    assert np.mean(found) == pytest.approx(0.8, abs=0.05)
