from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from repayment_builders import STANDARDS, TODAY, a_statement, wages

from zoufang.core.errors import BadInput
from zoufang.core.repayment import (
    Affordability,
    Asset,
    ComingChange,
    IncomeSource,
    Need,
    OtherDebt,
    Reading,
    RepaymentPolicy,
    Treatment,
    affordable,
    ask_first,
    lacking,
    next_step,
    reading_of,
)
from zoufang.core.values import Hardship, OfferKind, Willingness

ALL_KNOWN: dict[str, Any] = {"lump_fen": 0, "assets": ()}


def borne(**changes: Any) -> Affordability:
    return affordable(a_statement(**(ALL_KNOWN | changes)), STANDARDS)


def test_a_statement_that_answers_everything_misses_nothing() -> None:
    assert borne().missing == ()


@pytest.mark.parametrize(
    ("left_out", "need"),
    [
        ({"income": None}, Need.INCOME),
        ({"income": (wages(), IncomeSource("shop", None))}, Need.INCOME),
        ({"household_size": None}, Need.HOUSEHOLD),
        ({"spending_fen": None}, Need.SPENDING),
        ({"other_debts": None}, Need.OTHER_DEBTS),
        ({"other_debts": (OtherDebt("a friend", None),)}, Need.OTHER_DEBTS),
        ({"lump_fen": None}, Need.MONEY_AT_HAND),
        ({"assets": None}, Need.ASSETS),
        ({"assets": (Asset("car", None),)}, Need.ASSETS),
        ({"changes": (ComingChange("new job", date(2027, 1, 1), None),)}, Need.COMING_CHANGES),
    ],
)
def test_what_was_not_answered_is_named_as_missing(left_out: dict[str, Any], need: Need) -> None:
    assert borne(**left_out).missing == (need,)


def test_a_settlement_waits_until_all_means_are_known_and_says_for_what() -> None:
    lacks = lacking(OfferKind.SETTLEMENT, borne(assets=None, other_debts=None).missing)
    assert lacks == (Need.ASSETS, Need.OTHER_DEBTS)
    assert "what the household owns; every other debt" in str(ask_first(lacks))
    assert lacking(OfferKind.INSTALMENT_PLAN, borne(assets=None).missing) == ()


def test_every_kind_of_offer_says_what_it_needs() -> None:
    for kind in OfferKind:
        assert lacking(kind, ()) == ()


@pytest.mark.parametrize(
    ("income", "willingness", "reading"),
    [
        ((wages(),), Willingness.COMMITTED, Reading.CAN_AND_WILL),
        ((wages(),), Willingness.REFUSES, Reading.CAN_BUT_WILL_NOT),
        ((wages(),), Willingness.RELUCTANT, Reading.CAN_BUT_WILL_NOT),
        ((), Willingness.OPEN, Reading.CANNOT_THOUGH_WILLING),
        ((), Willingness.REFUSES, Reading.CANNOT_NOR_WILLING),
        (None, Willingness.REFUSES, Reading.NOT_KNOWN),
        ((wages(),), Willingness.NOT_ASSESSED, Reading.NOT_KNOWN),
    ],
)
def test_who_cannot_is_never_read_as_who_will_not(income: Any, willingness: Willingness, reading: Reading) -> None:
    assert reading_of(borne(income=income, willingness=willingness)) is reading
    assert str(next_step(reading))


def test_what_could_be_spared_is_told_apart_and_never_counted_as_income() -> None:
    rich = borne(assets=(Asset("second flat", 30_000_000, spare=True), Asset("tools", 500_000)))
    assert rich.sellable_fen == 30_000_000
    assert (rich.low_fen, rich.high_fen) == (borne().low_fen, borne().high_fen)
    assert any("300,000.00" in str(reason) for reason in rich.reasons)


@pytest.mark.parametrize("hardship", Hardship)
def test_each_hardship_has_a_treatment_of_its_own(hardship: Hardship) -> None:
    found = RepaymentPolicy().treatment_of(hardship)
    assert found is not None
    assert found.review_on(TODAY) > TODAY
    assert found.quiet_until(TODAY) >= TODAY


def test_the_mourning_family_is_left_alone_and_the_defrauded_not_asked_for_what_is_disputed() -> None:
    policy = RepaymentPolicy()
    mourning, defrauded = (policy.treatment_of(kind) for kind in (Hardship.BEREAVEMENT, Hardship.FRAUD_VICTIM))
    assert mourning is not None
    assert mourning.quiet_until(date(2026, 11, 1)) == date(2026, 12, 20)
    assert defrauded is not None
    assert defrauded.disputed_stops


def test_the_bank_may_put_treatments_of_its_own_but_one_a_hardship() -> None:
    own = Treatment(Hardship.ILLNESS, pauses=(12,))
    assert replace(RepaymentPolicy(), treatments=(own,)).treatment_of(Hardship.ILLNESS) == own
    with pytest.raises(BadInput, match="two treatments"):
        RepaymentPolicy(treatments=(own, own))
    with pytest.raises(BadInput, match="out of range"):
        Treatment(Hardship.ILLNESS, waive_fees_percent=101)
