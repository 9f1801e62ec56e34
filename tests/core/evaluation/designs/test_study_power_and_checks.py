from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoufang.core.errors import BadInput
from zoufang.core.evaluation.designs import (
    Capacity,
    PowerQuestion,
    a_a_effect,
    a_a_false_alarms,
    check_balance,
    customers_needed,
    plan_size,
    power_of,
    sample_ratio,
    smallest_effect,
)
from zoufang.core.evaluation.estimators import Sample, intention_to_treat


def a_sample(n=400, seed=1, share=0.3):
    rng = np.random.default_rng(seed)
    return Sample(
        rng.normal(size=n),
        rng.permutation(np.arange(n) >= share * n),
        np.full(n, share),
        np.zeros(n, np.int64),
        np.arange(n),
    )


@pytest.mark.parametrize(
    ("base", "effect", "per_arm"),
    [(0.3, 0.01, 33_272), (0.3, 0.02, 8_391), (0.3, 0.03, 3_760), (0.1, 0.02, 3_839)],
)
def test_the_sizes_are_those_of_the_textbook_formula_for_shares(base, effect, per_arm):
    found = customers_needed(PowerQuestion.of_shares(base, effect))
    assert found / 2 == pytest.approx(per_arm, abs=2)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.1, 3.0), st.floats(0.1, 0.9), st.floats(0.0, 0.2), st.sampled_from([1.0, 5.0, 40.0]))
def test_the_size_needed_has_the_power_asked_for_and_finds_just_that_effect(effect, share, icc, m):
    question = PowerQuestion(effect, 4.0, 5.0, hold_out_share=share, icc=icc, cluster_size=m)
    n = customers_needed(question)
    assert power_of(question, n) > 0.78
    assert smallest_effect(question, n) <= effect * (1 + 1e-9)


def test_spill_over_take_up_and_clusters_cost_customers_and_knowledge_saves_them():
    base = {"effect": 100.0, "sd_held_out": 900.0, "sd_assigned": 1_000.0}
    plain = customers_needed(PowerQuestion(**base))
    assert customers_needed(PowerQuestion(**base, spill_over=0.5)) == pytest.approx(4 * plain, rel=1e-3)
    assert customers_needed(PowerQuestion(**base, take_up=0.5)) == pytest.approx(4 * plain, rel=1e-3)
    assert customers_needed(PowerQuestion(**base, explained=0.5)) == pytest.approx(plain / 2, rel=1e-3)
    clustered = customers_needed(PowerQuestion(**base, cluster_size=20, icc=0.05))
    assert clustered == pytest.approx(plain * (1 + 19 * 0.05), rel=0.02)


def test_the_crews_hold_the_study_up_when_they_are_fewer_than_the_book_brings():
    question = PowerQuestion.of_shares(0.3, 0.05, hold_out_share=0.2)
    slow = plan_size(question, Capacity(visits_a_week=20, customers_a_week=1_000, window_days=90))
    quick = plan_size(question, Capacity(visits_a_week=2_000, customers_a_week=1_000, window_days=90))
    assert slow.held_up_by_crews
    assert not quick.held_up_by_crews
    assert slow.days == 7 * slow.weeks_of_drawing + 90 > quick.days
    assert slow.visits == slow.assigned == slow.customers - slow.held_out


def test_the_power_foretold_is_the_power_found_in_simulated_studies():
    question = PowerQuestion(0.4, 1.0, 1.0, hold_out_share=0.3)
    n, runs = 200, 500
    rng, found = np.random.default_rng(4), 0
    for run in range(runs):
        sample = a_sample(n, seed=run)
        outcome = rng.normal(size=n) + 0.4 * sample.assigned
        found += (
            intention_to_treat(
                Sample(outcome, sample.assigned, sample.p_hold_out, sample.stratum, sample.household), 0.95
            ).low
            > 0
        )
    power = power_of(question, n)
    assert abs(found / runs - power) < 3.5 * sqrt(power * (1 - power) / runs)


@pytest.mark.parametrize("wrong", [{"effect": 0}, {"icc": 2}, {"spill_over": 1}, {"sd_assigned": 0}, {"power": 1}])
def test_an_impossible_question_of_power_is_refused(wrong):
    with pytest.raises(BadInput):
        PowerQuestion(**({"effect": 1, "sd_held_out": 1, "sd_assigned": 1} | wrong))


def test_a_column_that_leans_is_named_first_and_the_joint_test_sees_it():
    sample = a_sample()
    rng = np.random.default_rng(2)
    even = {"dpd": rng.normal(size=400), "balance": rng.lognormal(size=400)}
    leaning = even | {"promises": rng.normal(size=400) + 0.8 * sample.assigned}
    assert check_balance(sample, even).p > 0.01
    found = check_balance(sample, leaning)
    assert found.p < 1e-6
    assert found.columns[0].name == "promises"
    assert found.columns[0].large
    a, b = leaning["promises"][sample.assigned], leaning["promises"][~sample.assigned]
    by_hand = (a.mean() - b.mean()) / sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
    assert found.columns[0].smd == pytest.approx(by_hand)


def test_the_joint_p_of_balance_is_uniform_under_the_draw():
    p = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        p.append(check_balance(a_sample(120, seed), {"a": rng.normal(size=120), "b": rng.normal(size=120)}).p)
    assert abs(np.mean(np.array(p) < 0.1) - 0.1) < 0.06


def test_a_sample_ratio_is_judged_exactly_for_two_cells_and_by_chi_square_for_more():
    assert sample_ratio([100, 100], [0.5, 0.5]) == pytest.approx(1)
    assert sample_ratio([140, 60], [0.5, 0.5]) < 1e-6
    assert sample_ratio([48, 52, 50, 50], [0.25] * 4) > 0.9
    assert sample_ratio([10, 90, 50, 50], [0.25] * 4) < 1e-9
    with pytest.raises(BadInput):
        sample_ratio([1, 2], [0.5, 0.6])


def test_a_a_on_the_window_before_finds_nothing_and_alarms_as_often_as_it_says():
    sample, before = a_sample(200), np.random.default_rng(5).lognormal(0, 0.5, 200)
    found = a_a_effect(sample, before, 0.95)
    assert found.low < 0 < found.high
    alarms = a_a_false_alarms(sample, before, 0.95, runs=400, seed=1)
    assert 0.02 < alarms < 0.09
    assert alarms == a_a_false_alarms(sample, before, 0.95, runs=400, seed=1)
