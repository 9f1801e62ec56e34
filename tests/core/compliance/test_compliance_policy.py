"""Packs become the policy of a day: the strictest wins, a lapse blocks."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders_compliance import TODAY, a_request, facts, planned, policy, proves
from zoufang.core.compliance import (
    Force,
    NumberUnit,
    Pack,
    RuleNumber,
    Stricter,
    numbers_needed,
    policy_on,
    review_contact,
)
from zoufang.core.errors import BadInput
from zoufang.core.values import Channel, Decision, Period
from zoufang.files.policy_packs import shipped_holidays, shipped_packs

SHIPPED = {pack.id: pack for pack in shipped_packs()}


def bank_says(rule_id: str, **changes) -> Pack:
    """One more pack of the bank that restates a shipped rule."""
    rule = next(r for p in SHIPPED.values() for r in p.rules if r.id == rule_id)
    changed = replace(rule, force=Force.BANK_POLICY, **changes)
    return Pack("own", "1", "CN", "本行", "own", Period(date(2020, 1, 1)), (changed,))


def until(minute: int) -> RuleNumber:
    return RuleNumber("until", minute, NumberUnit.TIME, Stricter.LOWER)


def with_packs(*packs: Pack, day: date = TODAY):
    return policy_on((*SHIPPED.values(), *packs), day, holidays=shipped_holidays())


@given(minute=st.integers(0, 24 * 60))
def test_the_strictest_number_wins_and_a_bank_cannot_loosen_the_law(minute):
    own = with_packs(bank_says("CN-T1", numbers=(until(minute),)))
    assert own.number("CN-T1", "until") == min(minute, 22 * 60)


def test_the_strictest_effect_wins():
    assert with_packs(bank_says("CN-T2", effect=Decision.BLOCK)).rule("CN-T2", Channel.VISIT).effect == "block"
    assert with_packs(bank_says("CN-K3", effect=Decision.ALLOW)).rule("CN-K3", Channel.VISIT).effect == "block"


@proves("CN-T2")
def test_a_bank_may_switch_a_warning_to_a_block():
    strict = with_packs(bank_says("CN-T2", effect=Decision.BLOCK))
    assert review_contact(planned("08:00", "08:20"), facts(), strict, TODAY).decision is Decision.BLOCK


def test_every_source_of_a_merged_rule_is_named():
    assert policy().rule("CN-T1", Channel.VISIT).source.count("报道") == 2


@proves("XX-1")
def test_a_lapsed_pack_without_successor_blocks_by_name():
    lapsed = replace(SHIPPED["bank-policy"], valid=Period(date(2025, 1, 1), date(2026, 5, 10)))
    others = [p for p in SHIPPED.values() if p.id != "bank-policy"]
    rules = policy_on((*others, lapsed), TODAY, holidays=shipped_holidays())
    verdict = review_contact(a_request(), facts(), rules, TODAY)
    assert verdict.decision is Decision.BLOCK
    assert any("CN-V1 is in no pack" in str(f.message) for f in verdict.findings if f.rule_id == "XX-1")


def test_a_rule_that_is_not_yet_law_is_not_missed():
    assert policy(date(2025, 3, 1)).problems == ()
    assert policy(date(2025, 3, 1)).rule("CN-P5", Channel.VISIT) is None


@proves("XX-1")
def test_a_rule_without_its_numbers_blocks():
    bank = SHIPPED["bank-policy"]
    rules = tuple(replace(r, numbers=()) if r.id == "CN-F3" else r for r in bank.rules)
    packs = [replace(bank, rules=rules) if p is bank else p for p in SHIPPED.values()]
    assert any("per_7_days" in str(p) for p in policy_on(packs, TODAY, holidays=shipped_holidays()).problems)


@proves("XX-1")
def test_another_jurisdiction_has_no_pack_and_blocks():
    assert policy_on(tuple(SHIPPED.values()), TODAY, "FR", shipped_holidays()).problems


def test_every_enforced_rule_is_stated_by_a_shipped_pack_with_all_its_numbers():
    for rule_id, names in numbers_needed().items():
        stated = {n.name for p in SHIPPED.values() for r in p.rules if r.id == rule_id for n in r.numbers}
        assert names <= stated, rule_id
    assert policy().problems == ()


def test_a_number_nobody_states_is_an_error_and_never_a_default():
    with pytest.raises(BadInput, match="CN-T9"):
        policy().number("CN-T9", "until")


def test_packs_that_disagree_on_a_unit_are_refused():
    odd = RuleNumber("until", 22, NumberUnit.COUNT, Stricter.LOWER)
    with pytest.raises(BadInput, match="disagree"):
        with_packs(bank_says("CN-T1", numbers=(odd,)))
