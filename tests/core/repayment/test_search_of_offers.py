from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repayment_builders import STANDARDS, TODAY, a_case, a_loan, a_statement, wages

from zoufang.core.errors import BadInput
from zoufang.core.portfolio import add_months
from zoufang.core.repayment import (
    Case,
    ComingChange,
    Concessions,
    Front,
    Ranked,
    RepaymentPolicy,
    Valuation,
    ValueModel,
    affordable,
    nothing_more,
    plan_value,
    search_offers,
)
from zoufang.core.repayment.cost import monthly_load_fen
from zoufang.core.values import Decision, Finding, Hardship, Instalment, Message, OfferKind

ALL_KNOWN: dict[str, Any] = {"lump_fen": 0, "assets": ()}
GENEROUS = Concessions(settle_percents=(60,), rate_cuts_bp=(0, 300), months=(3, 12, 36, 60))


def searched(
    case: Case | None = None,
    concessions: Concessions | None = None,
    permitted: Any = nothing_more,
    roles: Any = None,
    **means: Any,
) -> Front:
    policy = replace(RepaymentPolicy(), concessions=concessions or Concessions())
    bearable = affordable(a_statement(**(ALL_KNOWN | means)), STANDARDS)
    return search_offers(case or a_case(), bearable, policy, permitted, TODAY, roles=roles)


def kinds(front: Front) -> set[OfferKind]:
    return {one.offer.kind for one in front.offers}


def words(one: Ranked) -> str:
    return " ".join(str(word) for word in one.words)


@given(
    income=st.integers(220_000, 900_000),
    owed=st.integers(200_000, 8_000_000),
    hardship=st.none() | st.sampled_from(Hardship),
    change=st.integers(-200_000, 200_000),
)
@settings(max_examples=10, deadline=None)
def test_every_offer_can_be_borne_is_lawful_exact_and_beaten_by_no_other(
    income: int, owed: int, hardship: Hardship | None, change: int
) -> None:
    changes = (ComingChange("change", date(2027, 6, 1), change),)
    statement = a_statement(income=(wages(income),), hardship=hardship, changes=changes, **ALL_KNOWN)
    means = affordable(statement, STANDARDS)
    front = searched(
        a_case(principal_fen=owed), GENEROUS, income=statement.income, hardship=hardship, changes=changes
    )
    for one in front.offers:
        offer = one.offer
        assert offer.schedule[-1].due <= add_months(TODAY, 60)
        assert sum(p.principal_fen for p in offer.schedule) in (owed, -(-owed * 60 // 100))
        assert offer.total_fen == sum(p.amount_fen for p in offer.schedule)
        for part in offer.schedule:
            borne = means.on(part.due)
            assert borne is not None
            assert monthly_load_fen(part.amount_fen, offer.rhythm) <= borne.high_fen
        assert one.safe == all(
            monthly_load_fen(p.amount_fen, offer.rhythm) <= b.low_fen
            for p in offer.schedule
            for b in (means.on(p.due),)
            if b
        )
        others = [other.aims for other in front.offers if other is not one]
        assert not any(all(a <= b for a, b in zip(other, one.aims, strict=True)) for other in others)


def test_the_safe_come_first_and_the_bank_gains_most_from_the_first_of_them() -> None:
    front = searched()
    safe = [one.safe for one in front.offers]
    assert safe == sorted(safe, reverse=True)
    values = [one.value.net_fen for one in front.offers if one.safe]
    assert values == sorted(values, reverse=True)
    assert front.dominated + len(front.offers) < front.tried


def test_the_bank_concedes_nothing_that_its_policy_does_not_name() -> None:
    front = searched()
    assert all(one.offer.waived_fen == 0 for one in front.offers)
    assert not kinds(front) & {OfferKind.SETTLEMENT, OfferKind.RELIEF_PLAN, OfferKind.MORATORIUM_PLAN}


def test_a_settlement_pays_a_share_and_waives_the_rest_once_it_is_kept() -> None:
    only = Concessions(months=(60,), settle_percents=(60,), settle_months=(6,))
    one = next(one for one in searched(concessions=only).offers if one.offer.kind is OfferKind.SETTLEMENT)
    assert one.offer.total_fen == 1_800_000
    assert one.offer.waived_fen == 3_150_000 - 1_800_000
    assert "gives up 13,500.00 yuan once the last payment has come" in words(one)
    assert "the waiver with it: 13,500.00 yuan are owed again" in str(one.offer.if_broken)


@pytest.mark.parametrize(("left_out", "told"), [("assets", "household owns"), ("lump_fen", "money at hand")])
def test_a_settlement_waits_for_what_is_not_known(left_out: str, told: str) -> None:
    front = searched(concessions=GENEROUS, **{left_out: None})
    assert OfferKind.SETTLEMENT not in kinds(front)
    (reason,) = next(no.reasons for no in front.refused if no.kind is OfferKind.SETTLEMENT)
    assert told in str(reason)


def test_a_rise_waits_until_the_size_of_the_coming_change_is_known() -> None:
    front = searched(changes=(ComingChange("new job", date(2027, 6, 1), None),))
    assert OfferKind.STEP_UP_PLAN not in kinds(front)
    assert any(no.kind is OfferKind.STEP_UP_PLAN for no in front.refused)


def test_a_hardships_own_treatment_brings_its_waiver() -> None:
    front = searched(hardship=Hardship.DISASTER, concessions=Concessions(months=(24, 60)))
    eased = [one.offer for one in front.offers if one.offer.waived_fen]
    assert {offer.waived_fen for offer in eased} == {30_000 + 60_000}


def test_where_nothing_can_be_paid_until_work_returns_only_pausing_plans_are_found() -> None:
    later = (ComingChange("shop reopens", date(2027, 5, 1), 300_000),)
    front = searched(
        hardship=Hardship.DISASTER,
        concessions=Concessions(months=(24, 60)),
        income=(wages(205_000),),
        changes=later,
    )
    assert kinds(front) == {OfferKind.MORATORIUM_PLAN}
    assert all(one.offer.schedule[0].due > add_months(TODAY, 6) for one in front.offers)


def test_an_extension_is_offered_before_the_due_day_only_and_within_the_limit() -> None:
    early = searched(a_loan(dpd=0), Concessions(months=(60,), extensions=(12, 24)))
    late = searched(a_loan(), Concessions(months=(60,), extensions=(12,)))
    extended = [one.offer for one in early.offers if one.offer.kind is OfferKind.EXTENSION_PLAN]
    assert {offer.extends_months for offer in extended} <= {12}
    assert OfferKind.EXTENSION_PLAN not in kinds(late)


def test_what_compliance_blocks_is_not_found_and_its_reason_is_told() -> None:
    blocked = Finding("X-1", Decision.BLOCK, Message("A dispute is open."), "test")
    front = searched(permitted=lambda offer: (blocked,))
    assert front.offers == ()
    assert any("dispute" in str(reason) for no in front.refused for reason in no.reasons)


def test_an_offer_beyond_the_authority_at_hand_is_not_made() -> None:
    large = a_case(principal_fen=8_000_000)
    assert searched(large, roles=("approver",)).offers
    alone = searched(large, roles=())
    assert alone.offers == ()
    assert any("not at hand" in str(reason) for no in alone.refused for reason in no.reasons)


def test_where_the_figures_cannot_tell_nothing_is_searched() -> None:
    assert searched(income=None) == Front((), 0, 0, ())


def test_an_offer_says_in_plain_words_what_to_pay_when_and_against_what() -> None:
    one = next(one for one in searched().offers if one.offer.kind is OfferKind.INSTALMENT_PLAN)
    said = words(one)
    assert "Every month from 2026-12-24 to" in said
    assert "Staying as is would come to" in said
    assert "the plan ends" in said


def test_a_plan_at_the_limit_is_trusted_less_than_a_safe_one() -> None:
    means = affordable(a_statement(**ALL_KNOWN), STANDARDS)  # 3,400 to 4,000 a month
    offer = searched().offers[0].offer

    def valued(monthly_fen: int) -> Any:
        schedule = tuple(Instalment(add_months(TODAY, i), monthly_fen, 0) for i in range(1, 11))
        made = replace(offer, schedule=schedule, total_fen=10 * monthly_fen, monthly_fen=monthly_fen)
        return plan_value(made, a_case(), means, ValueModel(), Valuation())

    safe, middle, limit = (valued(fen).keep_monthly_percent for fen in (340_000, 370_000, 400_000))
    assert (safe, middle, limit) == (Decimal("99.20"), Decimal("97.85"), Decimal("96.50"))


def test_the_value_of_a_plan_by_hand() -> None:
    """One payment of 3,000 yuan in a month, kept with 98%, 40% of it recovered after a break, no discount."""
    means = affordable(a_statement(**ALL_KNOWN), STANDARDS)
    offer = searched().offers[0].offer
    made = replace(offer, schedule=(Instalment(add_months(TODAY, 1), 300_000, 0),), total_fen=300_000)
    model = ValueModel(safe_percent=Decimal(98), monthly_fen=1_000, break_fen=50_000, capital_bp=1_200)
    valuation = Valuation(discount_bp=0, recovery_if_broken_percent=Decimal(40))
    value = plan_value(made, a_case(), means, model, valuation)
    assert value.present_value_fen == 294_000 + 2_400
    assert value.follow_up_fen == 980 + 1_000
    assert value.provision_fen == 3_150_000 * 25 // 100 * 12 // 100 // 12  # 95 days late: a quarter, for a month
    assert value.cure_months == 1


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Concessions(settle_percents=(101,)),
        lambda: Concessions(months=(0,)),
        lambda: ValueModel(safe_percent=Decimal(90), limit_percent=Decimal(95)),
        lambda: ValueModel(break_fen=-1),
    ],
)
def test_data_that_cannot_be_are_refused(wrong: Any) -> None:
    with pytest.raises(BadInput):
        wrong()
