from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from repayment_builders import a_case, a_loan, proposed

from zoufang.core.portfolio import add_months
from zoufang.core.repayment import Agreement, RepaymentPolicy, Signatories, draft_agreement, missing_contents

SIGNATORIES = Signatories("德州银行", "德城支行", "王芳", "3714**********0018", "CC-1", "0534-0000000")


def an_agreement(**changes: Any) -> Agreement:
    case = a_case()
    whole = draft_agreement(proposed(case).offers[0], case, RepaymentPolicy(), SIGNATORIES, number="DZ-1")
    return replace(whole, **changes)


def test_the_agreement_of_an_offer_lacks_nothing() -> None:
    assert missing_contents(an_agreement()) == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"number": ""}, "must be named", id="number"),
        pytest.param({"currency": None}, "currency", id="(1) currency"),
        pytest.param({"fees_fen": None}, "principal, interest and fees", id="(1) structure"),
        pytest.param({"instalments": ()}, "date and amount", id="(2) instalments"),
        pytest.param({"annual_rate_bp": None}, "accrue", id="(3) interest and fees"),
        pytest.param({"no_new_cards": False}, "undertaking", id="(4) no new cards"),
        pytest.param({"clauses": ()}, "Rights", id="(5) rights"),
        pytest.param({"break_after_days": None}, "default", id="(5) default"),
        pytest.param({"signatories": replace(SIGNATORIES, hotline="")}, "complain", id="(6) other matters"),
        pytest.param({"principal_fen": 2_999_999}, "the balance is 29,999.99", id="sums disagree"),
    ],
)
def test_each_missing_content_blocks_signing(changes: dict[str, Any], said: str) -> None:
    (message,) = missing_contents(an_agreement(**changes))
    assert said in str(message)


def test_an_interest_free_plan_says_so_and_is_complete() -> None:
    assert missing_contents(an_agreement(annual_rate_bp=0)) == ()


def test_a_card_agreement_signed_too_early_for_its_last_day_is_blocked() -> None:
    agreement = an_agreement()
    early = add_months(agreement.instalments[-1].due, -61)
    assert any("60 months" in str(m) for m in missing_contents(replace(agreement, signed_on=early)))


def test_a_due_day_before_signing_is_blocked() -> None:
    agreement = an_agreement()
    late = replace(agreement, signed_on=agreement.instalments[0].due)
    assert any("must rise" in str(m) for m in missing_contents(late))


def test_a_loan_needs_no_undertaking_about_cards() -> None:
    case = a_loan()
    agreement = draft_agreement(proposed(case).offers[0], case, RepaymentPolicy(), SIGNATORIES, number="DZ-2")
    assert not agreement.no_new_cards
    assert missing_contents(agreement) == ()
