"""What may be offered, asked and promised: the gate for offers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders_compliance import TODAY, facts, policy, proves
from zoufang.core.compliance import (
    UNKNOWN,
    Ask,
    OfferRequest,
    PlanState,
    Vulnerability,
    review_offer,
)
from zoufang.core.portfolio import add_months
from zoufang.core.values import Channel, Decision, Instalment, Message, Offer, OfferKind, Rhythm


def an_offer(months: int = 12, **changes: Any) -> Offer:
    """Equal instalments of 100 yuan, the first a month from today."""
    schedule = tuple(Instalment(add_months(TODAY, n), 10_000, 0) for n in range(1, months + 1))
    plain: dict[str, Any] = {
        "kind": OfferKind.INSTALMENT_PLAN if months > 1 else OfferKind.PAY_IN_FULL,
        "loan_id": "88-12",
        "product": "consumer",
        "starts": TODAY,
        "rhythm": Rhythm.MONTHLY,
        "schedule": schedule,
        "monthly_fen": 10_000,
        "total_fen": 10_000 * months,
        "stay_fen": 0,
        "present_value_fen": 0,
        "all_in_rate_bp": 720,
        "waived_fen": 0,
        "restructures": False,
        "extends_months": 0,
        "approval_role": None,
        "conditions": (),
        "if_broken": Message(""),
    }
    return Offer(**(plain | changes))


def asked(offer: Offer | None = None, **changes: Any) -> OfferRequest:
    """An offer against which nothing stands."""
    plain: dict[str, Any] = {
        "customer_id": "C-1",
        "offer": offer or an_offer(),
        "offered_on": TODAY,
        "contract_rate_bp": 720,
        "overdue_rate_bp": 1_080,
        "original_months": 36,
        "matures": TODAY + timedelta(days=700),
        "guarantors": (),
        "hardship": False,
        "plan_of_loan": PlanState.NONE,
        "missing": (),
    }
    return OfferRequest(**(plain | changes))


def said(request: OfferRequest, **known: Any) -> dict[str, Decision]:
    verdict = review_offer(request, facts(**known), policy(), TODAY)
    return {finding.rule_id: finding.decision for finding in verdict.findings}


def card(months: int = 12, **changes: Any) -> OfferRequest:
    changes.setdefault("overdue_rate_bp", 720)
    return asked(an_offer(months, product="card"), **changes)


def test_an_offer_against_which_nothing_stands_is_allowed():
    assert said(asked()) == {}
    assert said(card()) == {}


@proves("CN-K1")
@pytest.mark.parametrize(("months", "blocked"), [(59, False), (60, False), (61, True), (72, True)])
def test_a_card_plan_runs_at_most_five_years(months, blocked):
    assert ("CN-K1" in said(card(months))) is blocked


def test_the_five_years_are_the_number_of_the_pack():
    strict = policy()
    rule = strict.rules["CN-K1", Channel.VISIT]
    halved = replace(rule, numbers=MappingProxyType({"max_months": 30}))
    changed = replace(strict, rules=MappingProxyType(dict(strict.rules) | {("CN-K1", Channel.VISIT): halved}))
    assert review_offer(card(31), facts(), changed, TODAY).decision is Decision.BLOCK
    assert review_offer(card(30), facts(), changed, TODAY).decision is Decision.ALLOW


@proves("CN-K2")
def test_a_card_agreement_that_lacks_a_content_is_not_offered():
    lacking = (Message("The balance must be given."),)
    assert said(card(missing=lacking)) == {"CN-K2": Decision.BLOCK}
    assert said(card(missing=UNKNOWN)) == {"CN-K2": Decision.BLOCK}
    assert said(asked(missing=lacking)) == {}


@proves("CN-K3")
def test_a_plan_that_is_performed_is_replaced_only_for_a_cause():
    assert said(asked(plan_of_loan=PlanState.PERFORMING)) == {"CN-K3": Decision.BLOCK}
    assert said(asked(plan_of_loan=PlanState.PERFORMING, replaces_for="lost the job in April")) == {}
    assert said(asked(plan_of_loan=PlanState.BROKEN)) == {}


@proves("CN-L3")
@pytest.mark.parametrize(
    ("original", "extension", "blocked"),
    [(12, 12, False), (12, 13, True), (36, 18, False), (36, 19, True), (13, 6, False), (13, 7, True)],
)
def test_extensions_end_with_the_original_term_or_half_of_it(original, extension, blocked):
    request = asked(an_offer(extends_months=extension), original_months=original)
    assert ("CN-L3" in said(request)) is blocked


def test_earlier_extensions_count():
    request = asked(an_offer(extends_months=10), extended_months=9)
    assert said(request) == {"CN-L3": Decision.BLOCK}


def test_an_extension_asked_after_the_due_date_needs_a_second_person():
    assert said(asked(an_offer(extends_months=3), days_past_due=40)) == {"CN-L3": Decision.WARN}


@pytest.mark.parametrize("term", ["original_months", "matures", "guarantors", "hardship", "plan_of_loan"])
def test_a_term_that_nobody_knows_blocks(term):
    assert Decision.BLOCK in said(asked(**{term: UNKNOWN})).values()


@proves("CN-L4")
def test_a_term_over_the_products_longest_needs_a_second_person():
    request = asked(an_offer(extends_months=6), original_months=58)
    assert said(request) == {"CN-L4": Decision.WARN}


@proves("CN-L5")
def test_no_new_loan_is_offered_to_repay_an_old_one():
    assert said(asked(asks=(Ask.NEW_LOAN,))) == {"CN-L5": Decision.BLOCK}


@proves("CN-L7")
@pytest.mark.parametrize(
    ("rate", "word"), [(2_399, None), (2_400, Decision.WARN), (3_600, Decision.WARN), (3_601, Decision.BLOCK)]
)
def test_the_whole_cost_is_held_against_24_and_36_percent(rate, word):
    assert said(asked(an_offer(all_in_rate_bp=rate))).get("CN-L7") == word


@proves("CN-L8")
def test_the_overdue_rate_lies_at_most_half_over_the_contracts():
    assert said(asked(overdue_rate_bp=1_080)) == {}
    assert said(asked(overdue_rate_bp=1_081)) == {"CN-L8": Decision.BLOCK}


def test_a_card_bears_no_overdue_uplift():
    assert said(card(overdue_rate_bp=721)) == {"CN-L8": Decision.BLOCK}


@proves("CN-L9")
def test_new_terms_wait_for_the_written_consent_of_each_guarantor():
    assert said(asked(guarantors=("li", "zhao"), consents=frozenset({"li"}))) == {"CN-L9": Decision.WARN}
    assert said(asked(guarantors=("li",), consents=frozenset({"li"}))) == {}
    assert said(asked(an_offer(1), guarantors=("li",))) == {}


@proves("CN-R2")
def test_nobody_promises_that_a_credit_record_is_deleted():
    assert said(asked(asks=(Ask.RECORD_DELETION,))) == {"CN-R2": Decision.BLOCK}


@proves("CN-X9")
def test_an_assumed_rate_needs_a_second_person_and_says_so():
    assert said(asked(contract_rate_bp=UNKNOWN)) == {"CN-X9": Decision.WARN}
    assert said(asked(an_offer(1), contract_rate_bp=UNKNOWN)) == {}


@proves("CN-X10")
@pytest.mark.parametrize("ask", sorted(set(Ask) - {Ask.NEW_LOAN, Ask.RECORD_DELETION}))
def test_nothing_is_taken_at_the_door(ask):
    assert said(asked(asks=(ask,))) == {"CN-X10": Decision.BLOCK}


@proves("CN-X11")
@pytest.mark.parametrize(("days", "waits"), [(0, True), (2, True), (3, False)])
def test_hardship_gets_time_to_reflect(days, waits):
    request = asked(hardship=True, offered_on=TODAY - timedelta(days=days))
    assert said(request) == ({"CN-X11": Decision.WARN} if waits else {})


def test_a_vulnerable_customer_gets_time_to_reflect():
    assert said(asked(), vulnerabilities=(Vulnerability.ILLNESS,)) == {"CN-X11": Decision.WARN}
    assert said(asked(), vulnerabilities=UNKNOWN) == {"CN-X11": Decision.BLOCK, "CN-X12": Decision.BLOCK}


@proves("CN-X12")
def test_after_a_sign_of_self_harm_no_offer_is_put():
    at_risk = said(asked(), vulnerabilities=(Vulnerability.SELF_HARM_RISK,))
    assert at_risk["CN-X12"] is Decision.BLOCK


@pytest.mark.parametrize(
    ("known", "rule_id"),
    [
        ({"deceased": True}, "CN-X1"),
        ({"minor": True}, "CN-X2"),
        ({"lacks_capacity": True}, "CN-X2"),
        ({"represented": True}, "CN-X3"),
        ({"dispute_open": True}, "CN-O6"),
        ({"transferred": True}, "CN-X7"),
    ],
)
def test_what_stops_contact_about_the_debt_stops_offers_too(known, rule_id):
    assert said(asked(), **known) == {rule_id: Decision.BLOCK}
    assert said(asked(), **dict.fromkeys(known, UNKNOWN)) == {rule_id: Decision.BLOCK}


def test_an_expired_debt_is_offered_only_by_a_second_persons_word():
    assert said(asked(), limitation_ends=date(2024, 1, 1)) == {"CN-S4": Decision.WARN}


@proves("XX-1")
def test_without_a_pack_in_force_nothing_is_offered():
    verdict = review_offer(asked(), facts(), policy(date(2019, 1, 1)), TODAY)
    assert verdict.decision is Decision.BLOCK
    assert {finding.rule_id for finding in verdict.findings} >= {"XX-1"}


@given(
    months=st.integers(1, 80),
    rate=st.integers(0, 5_000),
    extends=st.integers(0, 60),
    overdue=st.integers(0, 2_000),
    asks=st.sets(st.sampled_from(Ask)),
)
def test_more_terms_never_make_a_verdict_milder(months, rate, extends, overdue, asks):
    offer = an_offer(months, all_in_rate_bp=rate, extends_months=extends)
    plain = asked(offer, overdue_rate_bp=overdue)
    more = replace(plain, asks=tuple(sorted(asks)), guarantors=("li",), days_past_due=5)
    one, other = (review_offer(request, facts(), policy(), TODAY) for request in (plain, more))
    assert other.decision.severity >= one.decision.severity
