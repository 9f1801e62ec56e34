"""Draws whose truth is known, and the LaLonde data, where the experiment tells the truth of 1,794."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.core.evaluation.estimates.estimate_builders import BASIS, a_sample, coverage_allows
from zoufang.core.errors import BadInput
from zoufang.core.evaluation.estimates import (
    Adjustment,
    Grade,
    Records,
    effect_as_drawn,
    effect_by_records,
    headline,
    limits_if_unseen,
)
from zoufang.core.evaluation.estimates.nuisance import fit_logit
from zoufang.core.evaluation.estimates.sensitivity import sensitivity_of

NSW = Path(os.environ.get("ZOUFANG_DATA", Path(__file__).parents[5] / "shared/data")) / "nsw"
QUICK = Adjustment(repeats=1, folds=3)


def worst_first(rng, n=500, hidden=0.0):
    """Officers visit those who pay least: the more overdue, the likelier; and by a `hidden` hunch of theirs."""
    dpd, balance, hunch = rng.normal(size=n), rng.normal(size=n), rng.normal(size=n)
    before = -0.7 * dpd + 0.3 * balance + rng.normal(size=n)
    treated = rng.random(n) < 1 / (1 + np.exp(-(-0.4 + 0.9 * dpd - 0.3 * balance + hidden * hunch)))
    y = 1 - 1.0 * dpd + 0.5 * balance + 0.3 * dpd**2 - hidden * hunch + rng.normal(size=n)
    columns = {"dpd": dpd, "balance": balance, "paid_before": before}
    return Records(y + 0.5 * treated, treated, columns, np.arange(n))


@pytest.mark.parametrize("on_all", [False, True])
def test_with_all_seen_the_effect_is_found_and_covered_where_the_plain_difference_is_reversed(on_all):
    rng, covered, plain, errors, runs = np.random.default_rng(1), 0, [], [], 200
    plan = Adjustment(on_all=on_all, repeats=1, folds=3, fewest_alike=10)
    for run in range(runs):
        records = worst_first(rng)
        found = effect_by_records(records, BASIS, seed=run, plan=plan).finding
        covered += found.low <= 0.5 <= found.high
        errors.append(found.effect - 0.5)
        plain.append(records.outcome[records.treated].mean() - records.outcome[~records.treated].mean())
    assert coverage_allows(covered, runs)
    assert abs(np.mean(errors)) < 0.05
    assert np.mean(plain) < 0


def test_the_placebo_on_the_window_before_passes_when_all_is_seen_and_fails_when_officers_know_more():
    rng = np.random.default_rng(2)
    good = effect_by_records(worst_first(rng, 2_000), BASIS, seed=1, plan=QUICK, placebo="paid_before")
    assert good.finding.grade is Grade.C
    records = worst_first(rng, 2_000)
    marked = dict(records.before, paid_before=records.before["paid_before"] - 0.8 * records.treated)
    bad = Records(records.outcome, records.treated, marked, records.cluster)
    found = effect_by_records(bad, BASIS, seed=1, plan=QUICK, placebo="paid_before")
    assert found.finding.grade is Grade.D
    assert "placebo fails" in str(found.finding.warnings[0])


def test_without_a_placebo_the_number_is_descriptive():
    found = effect_by_records(worst_first(np.random.default_rng(3)), BASIS, seed=1, plan=QUICK)
    assert found.finding.grade is Grade.D
    assert found.placebo is None
    assert found == effect_by_records(worst_first(np.random.default_rng(3)), BASIS, seed=1, plan=QUICK)


def test_nothing_is_told_as_an_effect_when_hardly_anyone_is_alike():
    rng = np.random.default_rng(4)
    dpd = rng.normal(size=600)
    treated = dpd + 0.2 * rng.normal(size=600) > 1
    records = Records(
        dpd + rng.normal(size=600), treated, {"dpd": dpd, "other": rng.normal(size=600)}, np.arange(600)
    )
    found = effect_by_records(records, BASIS, seed=1, plan=QUICK)
    assert found.finding is None
    assert "Refused" in str(found.refused)


def shares_explained_by_the_hunch(records, hunch):
    """Partial R² of the hunch with outcome and choice, given the rest."""
    seen = np.column_stack([np.ones(len(hunch)), *records.before.values(), records.before["dpd"] ** 2])

    def rest(y, x):
        return y - x @ np.linalg.lstsq(x, y, rcond=None)[0]

    d = records.treated.astype(float)
    both = np.column_stack([seen, d])
    return (
        np.corrcoef(rest(records.outcome, both), rest(hunch, both))[0, 1] ** 2,
        np.corrcoef(rest(d, seen), rest(hunch, seen))[0, 1] ** 2,
    )


def test_where_officers_know_more_no_headline_says_that_visits_do_nothing_and_the_bound_holds_the_truth():
    rng, held, missed, runs = np.random.default_rng(6), 0, 0, 150
    for run in range(runs):
        hunch = rng.normal(size=500)
        plain = worst_first(rng)
        treated = plain.treated ^ (rng.random(500) < 0.3 * (hunch > 0.5))
        y = plain.outcome + 0.5 * (treated.astype(float) - plain.treated) - 0.8 * hunch
        records = Records(y, treated, plain.before, plain.cluster)
        found = effect_by_records(records, BASIS, seed=run, plan=replace(QUICK, fewest_alike=10)).finding
        missed += not found.low <= 0.5 <= found.high
        of_outcome, of_choice = shares_explained_by_the_hunch(records, hunch)
        low, high = limits_if_unseen(found, df=495, of_outcome=of_outcome, of_choice=of_choice)
        held += low <= 0.5 <= high
        for graded in (found, replace(found, grade=Grade.C)):
            assert "nothing" not in str(headline(graded, ("0", "1")))
            assert "tell no effect" in str(headline(found, ("0", "1")))
            assert "By records only" in str(headline(replace(found, grade=Grade.C), ("0", "1")))
    assert missed > 0.08 * runs
    assert held / runs > 0.95


def test_a_drawn_finding_says_more_less_or_cannot_tell():
    sample = a_sample(np.arange(40.0), np.arange(40) >= 20)
    found = effect_as_drawn(sample, BASIS)
    assert str(headline(found, ("1", "2"))) == "Higher by 1 to 2 (95% interval, grade A)."
    assert str(headline(replace(found, low=-2, high=-1), ("1", "2"))).startswith("Lower by 1 to 2")
    assert str(headline(replace(found, low=-2), ("-2", "2"))).startswith("Cannot tell: between -2 and 2")


def test_the_logit_equals_scipys_optimum():
    from scipy.optimize import minimize

    rng = np.random.default_rng(5)
    x = np.column_stack([np.ones(80), rng.normal(size=(80, 2))])
    y = (rng.random(80) < 0.4).astype(float)

    def loss(b):
        return np.logaddexp(0, x @ b).sum() - y @ (x @ b) + 0.5 * (b[1:] ** 2).sum()

    assert fit_logit(x, y) == pytest.approx(minimize(loss, np.zeros(3), tol=1e-12).x, abs=1e-4)


def test_an_effect_is_explained_away_by_little_when_its_limit_is_near_zero():
    """VanderWeele & Ding: a risk ratio of 3.9 has an E-value of 7.2; with the limit at zero, 1."""
    d = np.log(3.9) / 0.91
    found = sensitivity_of(d, -0.1, 2 * d, spread=1.0, t=2.0, df=400)
    assert found.e_value == pytest.approx(7.26, abs=0.01)
    assert found.e_value_of_limit == 1
    assert found.robustness == pytest.approx(0.0951, abs=1e-4)  # t = 2: f = 0.1


@pytest.mark.parametrize(
    "changes", [{"before": {}}, {"before": {"a": np.full(30, np.nan)}}, {"treated": np.arange(30) < 3}]
)
def test_records_that_cannot_be_compared_are_refused(changes):
    good = {
        "outcome": np.ones(30),
        "treated": np.arange(30) % 2 == 0,
        "before": {"a": np.ones(30)},
        "cluster": np.arange(30),
    }
    with pytest.raises(BadInput):
        Records(**(good | changes))


def lalonde(controls):
    texts = [(NSW / name).read_text().replace(",", " ").splitlines() for name in ("nswre74_treated.txt", controls)]
    data = np.array([[float(v) for v in line.split()[:10]] for text in texts for line in text if line.strip()])
    names = ("treated", "age", "educ", "black", "hispanic", "married", "nodegree", "re74", "re75", "re78")
    columns = dict(zip(names, data.T, strict=True))
    before = {name: columns[name] for name in names[1:-1]}
    before |= {"none74": (before["re74"] == 0) * 1.0, "none75": (before["re75"] == 0) * 1.0}
    return Records(columns["re78"], columns["treated"] == 1, before, np.arange(len(data)))


needs_nsw = pytest.mark.skipif(not NSW.exists(), reason="the LaLonde data are not shipped")


@needs_nsw
def test_the_experiment_answers_1794_as_drawn_and_adjustment_for_what_was_seen_agrees():
    records = lalonde("nswre74_controls.txt")
    drawn = effect_as_drawn(a_sample(records.outcome, records.treated, 260 / 445), BASIS)
    assert (drawn.effect, drawn.se) == pytest.approx((1_794, 671), abs=1)
    found = effect_by_records(records, BASIS, seed=1, placebo="re75")
    assert abs(found.finding.effect - drawn.effect) < drawn.se
    assert found.finding.grade is Grade.C
    assert found.overlap.alike > 100


@needs_nsw
def test_the_population_survey_is_printed_with_its_failed_placebo():
    found = effect_by_records(lalonde("cps_controls.txt"), BASIS, seed=1, placebo="re75", plan=QUICK)
    assert found.finding.grade is Grade.D
    assert "placebo fails" in str(found.finding.warnings[0])


@needs_nsw
def test_the_income_panel_with_its_few_alike_is_refused():
    found = effect_by_records(lalonde("psid_controls.txt"), BASIS, seed=1, placebo="re75", plan=QUICK)
    assert found.finding is None
    assert found.overlap.alike < 50
