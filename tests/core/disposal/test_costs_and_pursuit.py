"""Fees by the published scale, costs that come back, and the gaps in the evidence of pursuit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoufang.core.compliance import LegalStage
from zoufang.core.disposal import (
    CostLine,
    Evidence,
    FeeKind,
    Held,
    MoneyStep,
    PursuitKind,
    PursuitRule,
    PursuitStep,
    StageKind,
    costs_of,
    expected_fees,
    furthest,
    missing_parts,
    parts_of,
    pursuit_gaps,
)
from zoufang.core.values import Message
from zoufang.files.disposal_stages import shipped_stages

TODAY = date(2026, 5, 11)
POLICY = shipped_stages()


def fee(kind: StageKind, yuan: int) -> int | None:
    return expected_fees(POLICY.stage(kind, TODAY), yuan * 100)[0].expected_fen


@pytest.mark.parametrize(
    ("yuan", "fen"),
    [
        (0, 5_000),
        (10_000, 5_000),
        (10_001, 5_003),
        (100_000, 230_000),
        (200_000, 430_000),
        (500_000, 880_000),
        (1_000_000, 1_380_000),
        (2_000_000, 2_280_000),
    ],
)
def test_the_court_fee_by_the_scale_of_2007(yuan, fen):
    assert fee(StageKind.LITIGATION, yuan) == fen


def test_a_payment_order_costs_a_third_and_preservation_is_capped():
    assert fee(StageKind.PAYMENT_ORDER, 100_000) == 76_667
    assert fee(StageKind.PRESERVATION, 1_000) == 3_000
    assert fee(StageKind.PRESERVATION, 100_000) == 102_000
    assert fee(StageKind.PRESERVATION, 50_000_000) == 500_000


def test_what_no_scale_tells_is_not_known_and_never_nothing():
    assert fee(StageKind.ARBITRATION, 100_000) is None


def test_the_fee_of_enforcement_is_not_advanced():
    assert expected_fees(POLICY.stage(StageKind.ENFORCEMENT, TODAY), 10_000_000) == ()


@given(low=st.integers(min_value=0, max_value=10**12), more=st.integers(min_value=0, max_value=10**10))
def test_a_larger_claim_never_costs_less(low, more):
    rule = POLICY.stage(StageKind.LITIGATION, TODAY)
    one, other = (expected_fees(rule, fen)[0].expected_fen for fen in (low, low + more))
    assert one <= other


def test_costs_add_up_to_the_fen():
    lines = [
        CostLine(FeeKind.COURT, MoneyStep.ADVANCED, 100_000),
        CostLine(FeeKind.LAWYER, MoneyStep.ADVANCED, 50_000),
        CostLine(FeeKind.COURT, MoneyStep.RETURNED, 60_000),
    ]
    costs = costs_of(lines, expected_fees(POLICY.stage(StageKind.LITIGATION, TODAY), 10_000_000))
    assert (costs.advanced_fen, costs.returned_fen, costs.open_fen, costs.to_advance_fen) == (
        150_000,
        60_000,
        90_000,
        130_000,
    )


def test_of_several_stages_the_gate_hears_the_furthest():
    assert furthest((LegalStage.PRESERVATION, LegalStage.ENFORCEMENT, LegalStage.LITIGATION)) == "enforcement"
    assert furthest(()) is LegalStage.NONE


def step(days_ago: int, kind: PursuitKind = PursuitKind.CALL, *, reached: bool = True, proof: str = ""):
    return PursuitStep(TODAY - timedelta(days=days_ago), kind, reached, Message("x"), proof)


WHOLE = (
    step(170, PursuitKind.CALL),
    step(120, PursuitKind.VISIT),
    step(60, PursuitKind.PAPER, proof="A"),
    step(10, PursuitKind.LEGAL),
)
RULE = PursuitRule(gap_days=90, steps=4, days=160)


def gaps(steps, since_days=180):
    return [str(one) for one in pursuit_gaps(steps, TODAY - timedelta(days=since_days), TODAY, RULE)]


def test_a_whole_pursuit_has_no_gap():
    assert gaps(WHOLE) == []


@pytest.mark.parametrize(
    ("left_out", "words"), [(0, "No call"), (1, "No visit"), (2, "grade A or B"), (3, "legal")]
)
def test_each_missing_kind_of_step_is_named(left_out, words):
    assert any(words in one for one in gaps([s for n, s in enumerate(WHOLE) if n != left_out]))


def test_a_demand_without_proof_is_no_demand():
    weak = [*WHOLE[:2], step(60, PursuitKind.PAPER, proof="C"), WHOLE[3]]
    assert any("grade A or B" in one for one in gaps(weak))


def test_a_stretch_in_which_nothing_was_done_is_named_with_its_days():
    assert gaps(WHOLE, since_days=400) == ["Nothing was done from 2025-04-06 to 2025-11-22 (230 days)"]


def test_a_payment_is_no_step_of_pursuit():
    """Money that came by itself does not show that anybody asked for it."""
    assert any("Nothing was done" in one for one in gaps([step(50, PursuitKind.PAYMENT)]))


def test_parts_that_the_stage_does_not_ask_for_are_shown_and_not_missed():
    found = {Evidence.ARREARS: (Held.THERE, Message("ok"))}
    parts = parts_of((Evidence.ARREARS, Evidence.DEMAND), found)
    assert len(parts) == len(Evidence)
    assert [one.part for one in missing_parts(parts)] == [Evidence.DEMAND]
