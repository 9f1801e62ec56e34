"""Bounds against published tables; false alarms and power on simulated studies with daily looks."""

from dataclasses import replace
from datetime import date, timedelta
from math import isinf

import numpy as np
import pytest

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.evaluation import SetAside, StudyUnit
from zoufang.core.evaluation.designs import Cell, Frame, Measure
from zoufang.core.evaluation.estimates import Basis, effect_as_drawn
from zoufang.core.evaluation.monitoring import (
    Advice,
    Approval,
    CycleRule,
    CycleUnit,
    HarmRule,
    Progress,
    Sequence,
    draw_cycle,
    judge,
    plan_looks,
    refuse_unless_replayed,
    sample_of_cycles,
)
from zoufang.core.values import SourceKey

DAY = date(2026, 3, 2)
FRAME = Frame("march", DAY, window_days=30)
RULE = CycleRule(Approval("m1", "c1", DAY + timedelta(days=300)))
FIFTHS = (0.2, 0.4, 0.6, 0.8, 1.0)


def test_the_bounds_of_five_looks_are_those_of_the_published_table():
    """Lan-DeMets spending of O'Brien-Fleming type, two-sided 5%."""
    found = plan_looks(FIFTHS)
    assert [look.bound for look in found] == pytest.approx([4.8769, 3.3569, 2.6803, 2.2898, 2.0310], abs=2e-3)
    assert found[-1].spent == pytest.approx(0.05)


def test_a_single_look_is_the_plain_test():
    assert plan_looks((1.0,))[0].bound == pytest.approx(1.959964)


def walks(runs, days, seed, drift=0.0):
    """Effects and standard errors of `runs` studies at the end of each day, each day's information equal."""
    rng = np.random.default_rng(seed)
    total = np.cumsum(rng.normal(drift, 1, (runs, days)), axis=1)
    day = np.arange(1, days + 1)
    return total / day, 1 / np.sqrt(day)


def test_uneven_looks_together_spend_no_more_than_five_in_a_hundred():
    at = np.array([7, 30, 31, 80, 100])
    effect, se = walks(20_000, 100, 1)
    bounds = [look.bound for look in plan_looks(tuple(at / 100))]
    alarms = (np.abs(effect / se)[:, at - 1] >= bounds).any(axis=1).mean()
    assert abs(alarms - 0.05) < 4 * (0.05 * 0.95 / 20_000) ** 0.5


def test_a_year_of_daily_looks_raises_a_false_alarm_in_at_most_five_in_a_hundred_where_peeking_does_in_many():
    effect, se = walks(3_000, 365, 2)
    sequence = Sequence(tightest_at_se=0.1)
    outside = np.abs(effect) > np.array([sequence.radius(one) for one in se])
    assert outside.any(axis=1).mean() <= 0.05
    assert (np.abs(effect) > 1.96 * se).any(axis=1).mean() > 0.3


def test_the_open_interval_is_narrowest_relative_to_the_error_where_it_was_asked_to_be():
    sequence = Sequence(tightest_at_se=0.1)
    ratios = {se: sequence.radius(se) / se for se in (0.02, 0.05, 0.09, 0.1, 0.11, 0.3)}
    assert min(ratios, key=ratios.get) == 0.1
    assert ratios[0.1] < 3.4


def test_with_few_counted_the_open_interval_says_nothing():
    assert isinf(Sequence(0.1).at(5.0, 0.1, fewest_clusters=19).high)
    assert Sequence(0.1).at(5.0, 0.1, fewest_clusters=20).sign == 1


def complaints(rng, more, days, a_day=50):
    """Complaints so far after each day: `a_day` customers a side, 2% of the held-out complain."""
    counted = a_day * np.arange(1, days + 1)
    shares = [np.cumsum(rng.binomial(a_day, p, days)) / counted for p in (0.02 + more, 0.02)]
    for n, one, other in zip(counted, *shares, strict=True):
        pooled = max((one + other) / 2, 1 / n)
        yield Progress(one - other, (2 * pooled * (1 - pooled) / n) ** 0.5, int(n))


def stopped(rng, more, days):
    rule = HarmRule()
    return any(
        judge({Measure.COMPLAINTS: one}, rule).advice is Advice.STOP_FOR_HARM
        for one in complaints(rng, more, days)
    )


def test_five_points_more_complaints_stop_the_study_within_fourteen_days():
    rng = np.random.default_rng(3)
    assert sum(stopped(rng, 0.05, 14) for _ in range(100)) >= 90


def test_without_harm_a_hundred_daily_looks_seldom_stop_a_study():
    rng = np.random.default_rng(4)
    assert sum(stopped(rng, 0.0, 100) for _ in range(100)) <= 9


def test_harm_goes_before_benefit_and_benefit_is_only_found_at_planned_looks():
    look, main = plan_looks(FIFTHS)[2], Progress(30.0, 10.0, 100)
    harm = {Measure.COMPLAINTS: Progress(0.2, 0.02, 100)}
    calm = {Measure.COMPLAINTS: Progress(0.0, 0.02, 100), Measure.INCIDENTS: Progress(0.0, 0.01, 100)}
    found = judge(harm, HarmRule(), main=main, look=look)
    assert found.advice is Advice.STOP_FOR_HARM
    assert "20.0 points" in str(found.reason)
    assert judge(calm, HarmRule(), main=main, look=look).advice is Advice.STOP_FOR_BENEFIT
    assert judge(calm, HarmRule(), main=replace(main, effect=-30), look=look).advice is Advice.STOP_FOR_LOSS
    assert judge(calm, HarmRule(), main=main).advice is Advice.GO_ON
    assert judge(calm, HarmRule(), main=replace(main, effect=5.0), look=look).advice is Advice.GO_ON
    last = plan_looks(FIFTHS)[4]
    assert judge(calm, HarmRule(), main=replace(main, effect=5.0), look=last).advice is Advice.END


def some_customers(n=400):
    return tuple(
        CycleUnit(
            StudyUnit(SourceKey("core", f"C{i:04d}"), DAY + timedelta(days=900), stratum=f"s{i % 3}"),
            cleared=i % 4 > 0,
            predicted_harm=None if i % 7 == 0 else 0.01 + 0.02 * (i % 5 == 0),
        )
        for i in range(n)
    )


def test_only_cleared_customers_with_little_predicted_harm_are_explored_and_all_chances_are_logged():
    log = draw_cycle(some_customers(), FRAME, RULE, seed=1)
    may = {str(c.unit.key) for c in some_customers() if c.cleared and (c.predicted_harm or 1) < 0.02}
    explored = {lot.subject for lot in log.draw.lots if lot.cell is Cell.MUST_VISIT}
    assert explored
    assert explored <= may
    for lot in log.draw.lots:
        free = 0.75 if lot.subject in may else 0.8
        assert lot.probability == pytest.approx(
            {Cell.HOLD_OUT: 0.2, Cell.MUST_VISIT: 0.05, Cell.FREE: free}[lot.cell]
        )


def test_a_month_is_replayed_from_its_log_exactly_and_any_change_is_found():
    log = draw_cycle(some_customers(), FRAME, RULE, seed=1)
    refuse_unless_replayed(log)
    other = replace(log.units[0], unit=replace(log.units[0].unit, reserved=SetAside.HARDSHIP))
    for forged in (
        replace(log, units=(other, *log.units[1:])),
        replace(log, rule=replace(RULE, explored_share=0.2)),
        replace(log, draw=replace(log.draw, seed=2)),
        replace(log, draw=replace(log.draw, lots=log.draw.lots[1:])),
    ):
        with pytest.raises(Conflict, match="cannot be replayed"):
            refuse_unless_replayed(forged)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: replace(RULE, explored_share=0.04),
        lambda: replace(RULE, hold_out_share=0.96),
        lambda: Approval("m1", "m1", DAY),
        lambda: draw_cycle(some_customers(), replace(FRAME, drawn_on=date(2027, 3, 2)), RULE, 1),
        lambda: plan_looks((0.5, 0.4, 1.0)),
        lambda: plan_looks((0.5,)),
        lambda: Sequence(0),
        lambda: judge({}, HarmRule(), look=plan_looks((1.0,))[0]),
    ],
)
def test_what_would_spoil_the_months_estimate_is_refused(wrong):
    with pytest.raises((BadInput, Conflict)):
        wrong()


def test_months_are_estimated_together_and_cover_the_known_effect_with_customers_who_come_again():
    customers, covered, runs = some_customers(150), 0, 100
    frames = [replace(FRAME, drawn_on=DAY + timedelta(days=30 * m)) for m in range(3)]
    rng = np.random.default_rng(5)
    for run in range(runs):
        logs = tuple(draw_cycle(customers, frame, RULE, seed=run) for frame in frames)
        own = dict(zip([str(c.unit.key) for c in customers], rng.normal(size=150), strict=True))
        outcome = {
            (log.draw.frame.drawn_on, lot.subject): own[lot.subject]
            + rng.normal()
            + 0.5 * (lot.cell is not Cell.HOLD_OUT)
            for log in logs
            for lot in log.draw.compared
        }
        found = effect_as_drawn(sample_of_cycles(logs, outcome), Basis("s"))
        covered += found.low <= 0.5 <= found.high
    assert covered >= 88
    with pytest.raises(BadInput, match="no outcome"):
        sample_of_cycles(logs, {})
