"""May a stage be entered? Unknown blocks, only the data allow an override, who cannot pay is reviewed first."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoufang.core.compliance import UNKNOWN, PlanState
from zoufang.core.disposal import (
    CHECKS,
    Answer,
    CaseFacts,
    Check,
    Checked,
    StageKind,
    Stated,
    due_stages,
    review_entry,
    standing_in_the_way,
)
from zoufang.core.errors import BadField, BadInput
from zoufang.files.disposal_stages import read_stages, shipped_stages

TODAY = date(2026, 5, 11)
POLICY = shipped_stages()
STATED = Stated(
    contract_at_hand=True,
    arbitration_clause=False,
    notarised=True,
    no_counter_debt=True,
    assets_found=True,
    transfer_permitted=True,
    effective_on=TODAY - timedelta(days=30),
    service_address_agreed=True,
)
CLEAR = CaseFacts(
    today=TODAY,
    arrears_fen=3_000_000,
    balance_fen=9_000_000,
    dpd=400,
    five_class="loss",
    limitation_ends=TODAY + timedelta(days=300),
    demanded_on=TODAY - timedelta(days=100),
    deceased=False,
    dispute_open=False,
    complaint_open=False,
    plan_state=PlanState.BROKEN,
    held=False,
    transferred=False,
    hardship_open=False,
    secured=False,
    pursuit_steps=12,
    pursued_since=TODAY - timedelta(days=300),
    stated=STATED,
)


def stage(kind=StageKind.LITIGATION):
    return POLICY.stage(kind, TODAY)


def shut_by(facts, kind=StageKind.LITIGATION, overridden=()):
    return {one.check for one in standing_in_the_way(review_entry(stage(kind), facts), overridden)}


@pytest.mark.parametrize("kind", [kind for kind in StageKind if kind is not StageKind.ARBITRATION])
def test_a_clear_case_may_enter_every_stage_but_arbitration(kind):
    assert shut_by(CLEAR, kind) == set()


def test_an_arbitration_clause_opens_arbitration_and_shuts_the_court():
    agreed = replace(CLEAR, stated=replace(STATED, arbitration_clause=True))
    assert shut_by(agreed, StageKind.ARBITRATION) == set()
    assert shut_by(agreed) == {Check.NO_ARBITRATION_CLAUSE}
    assert shut_by(CLEAR, StageKind.ARBITRATION) == {Check.ARBITRATION_AGREED}


@pytest.mark.parametrize("kind", StageKind)
def test_where_nobody_knows_anything_every_stage_is_shut_and_no_check_passes_on_an_unknown(kind):
    checked = review_entry(stage(kind), CaseFacts(today=TODAY))
    assert standing_in_the_way(checked)
    positive = {
        Check.NO_HOLD,
        Check.NO_PLAN,
        Check.NOT_EXPIRED,
        Check.AMOUNT,
        Check.ALIVE,
        Check.HARDSHIP_REVIEWED,
    }
    assert all(one.answer is Answer.UNKNOWN for one in checked if one.check in positive)


@pytest.mark.parametrize("name", [one.name for one in fields(Stated)])
def test_a_stated_fact_that_nobody_states_never_passes(name):
    dark = replace(CLEAR, address_confirmed_on=None, stated=replace(STATED, **{name: UNKNOWN}))
    seen = {
        one.check: one.answer
        for kind in StageKind
        for one in review_entry(stage(kind), dark)
        if one.answer is Answer.UNKNOWN
    }
    assert seen


def test_only_where_the_data_allow_it_an_override_opens_the_stage():
    late = replace(CLEAR, demanded_on=None)
    assert shut_by(late) == {Check.DEMANDED}
    assert shut_by(late, overridden={Check.DEMANDED}) == set()
    poor = replace(CLEAR, hardship_seen_on=TODAY)
    assert shut_by(poor, overridden={Check.HARDSHIP_REVIEWED}) == {Check.HARDSHIP_REVIEWED}


def test_an_unknown_is_overridden_like_a_fail_and_no_easier():
    dark = replace(CLEAR, limitation_ends=UNKNOWN, held=UNKNOWN)
    assert shut_by(dark, overridden=set(Check)) == {Check.NO_HOLD}


@pytest.mark.parametrize(
    ("seen", "reviewed", "open_", "shut"),
    [
        (None, None, False, False),
        (TODAY - timedelta(days=9), None, False, True),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=10), False, True),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=8), False, False),
        (None, None, True, True),
        (None, None, UNKNOWN, True),
    ],
)
def test_who_cannot_pay_is_not_sued_before_a_review_of_what_was_seen(seen, reviewed, open_, shut):
    facts = replace(CLEAR, hardship_seen_on=seen, hardship_reviewed_on=reviewed, hardship_open=open_)
    assert (Check.HARDSHIP_REVIEWED in shut_by(facts)) is shut
    assert facts.needs_review is shut


@pytest.mark.parametrize("kind", [StageKind.PAYMENT_ORDER, StageKind.ARBITRATION, StageKind.LITIGATION])
def test_no_suit_can_leave_the_review_of_hardship_out_of_its_data(kind):
    assert not stage(kind).check(Check.HARDSHIP_REVIEWED).override


def test_every_check_has_its_rule_and_the_data_use_each():
    assert set(CHECKS) == set(Check)
    assert {one.check for rule in POLICY.stages for one in rule.checks} == set(Check)


def test_a_kept_word_reads_back_as_it_was():
    for one in review_entry(stage(), CLEAR):
        assert Checked.from_json(one.as_json()) == one


@given(n=st.integers(min_value=0, max_value=10), dpd=st.integers(min_value=0, max_value=1000))
def test_nobody_with_a_kept_plan_nothing_owed_or_a_sold_debt_is_due(n, dpd):
    base = replace(CLEAR, failed_attempts=n, refusals=n, dpd=dpd)
    for spared in ({"plan_state": PlanState.PERFORMING}, {"arrears_fen": 0}, {"transferred": True}):
        assert due_stages(replace(base, **spared), POLICY) == ()


def test_each_reason_for_being_due_stands_in_words():
    facts = replace(CLEAR, failed_attempts=3, limitation_ends=TODAY + timedelta(days=20))
    found = {one.kind: [str(reason) for reason in one.reasons] for one in due_stages(facts, POLICY)}
    assert "Limitation ends on 2026-05-31, in 20 days" in found[StageKind.LITIGATION]
    assert "3 attempts in a row reached nobody" in found[StageKind.LITIGATION]
    assert StageKind.ENFORCEMENT not in found
    lost = replace(facts, ended=(StageKind.LITIGATION,))
    assert StageKind.ENFORCEMENT not in {one.kind for one in due_stages(lost, POLICY)}
    ended = replace(lost, ordered=True)
    assert StageKind.ENFORCEMENT in {one.kind for one in due_stages(ended, POLICY)}


def test_the_list_says_to_review_hardship_first():
    poor = replace(CLEAR, refusals=1, hardship_seen_on=TODAY)
    assert all("review them first" in str(one.first[0]) for one in due_stages(poor, POLICY))


def test_a_clause_holds_only_in_all_its_conditions():
    small = replace(CLEAR, arrears_fen=50_000, refusals=5, five_class="doubtful")
    assert StageKind.LITIGATION not in {one.kind for one in due_stages(small, POLICY)}


def test_a_wrong_file_is_named_by_stage_and_field(tmp_path):
    path = tmp_path / "stages.yaml"
    text = """version: x
leave_most_days: 1
remind_days: 1
pursuit_gap_days: 1
stages:
  - {kind: litigation, zh: 诉讼, effect: nonsense}
"""
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadField, match="stage litigation"):
        read_stages(path)


def test_a_stage_of_no_day_is_an_error_and_not_an_open_door():
    with pytest.raises(BadInput, match="No rule"):
        POLICY.stage(StageKind.LITIGATION, date(2019, 1, 1))
