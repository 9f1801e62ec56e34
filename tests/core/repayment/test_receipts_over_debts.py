from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoufang.core.errors import BadInput, NotFound
from zoufang.core.portfolio import Product
from zoufang.core.repayment import DebtOnDay, Distribution, Owed, Payer, Receipt, distribute
from zoufang.core.values import SecurityKind

TODAY = date(2026, 11, 24)


def debt(
    loan_id: str,
    principal_fen: int = 1_000,
    product: Product = Product.CONSUMER,
    dpd: int = 30,
    joint: bool = False,
    **owed: Any,
) -> DebtOnDay:
    one = Owed(loan_id, 0, 0, principal_fen, due=date(2026, 9, 1))
    return DebtOnDay(replace(one, **owed), product, dpd, joint=joint)


def paid(amount: int, *debts: DebtOnDay, agreed: tuple[str, ...] = (), **receipt: Any) -> Distribution:
    return distribute(Receipt(amount, TODAY, **receipt), debts, agreed=agreed)


def loans(done: Distribution) -> list[tuple[str, int]]:
    return [(s.loan_id, s.fees_fen + s.interest_fen + s.principal_fen) for s in done.splits]


def text(done: Distribution) -> str:
    return " ".join(str(message) for message in (*done.why, *done.effects))


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (debt("z"), debt("a", due=date(2026, 12, 1)), "already due"),
        (debt("z"), debt("a", security=SecurityKind.MORTGAGE), "least secured"),
        (
            debt("z", security=SecurityKind.MORTGAGE, secured_fen=400),
            debt("a", security=SecurityKind.MORTGAGE),
            "least secured",
        ),
        (debt("z", burden_bp=1_800), debt("a", burden_bp=400), "heaviest burden"),
        (debt("z", due=date(2026, 8, 1)), debt("a"), "due before the others"),
    ],
)
def test_the_split_says_which_criterion_of_the_law_put_a_debt_first(
    first: DebtOnDay, second: DebtOnDay, why: str
) -> None:
    done = paid(1_200, second, first)
    assert loans(done) == [("z", 1_000), ("a", 200)]
    assert f"z: {'' if why[0] != 'l' and why[0] != 'h' else 'the '}{why}" in text(done)


def test_the_payers_word_goes_before_an_agreed_order_and_that_before_the_law() -> None:
    debts = (debt("due"), debt("a", due=date(2027, 1, 1)), debt("b", due=date(2027, 1, 1)))
    assert loans(paid(1_500, *debts, agreed=("b",))) == [("b", 1_000), ("due", 500)]
    named = paid(1_500, *debts, agreed=("b",), designated="a")
    assert loans(named) == [("a", 1_000), ("b", 500)]
    assert "named by whoever paid" in text(named)


def test_each_debt_keeps_the_order_of_its_product() -> None:
    card = debt("card", 500, Product.CARD, 91, interest_fen=500, burden_bp=1_800)
    loan = debt("loan", 500, interest_fen=500)
    by_loan = {split.loan_id: split for split in paid(1_300, card, loan).splits}
    assert (by_loan["card"].principal_fen, by_loan["card"].interest_fen) == (500, 500)
    assert (by_loan["loan"].principal_fen, by_loan["loan"].interest_fen) == (0, 300)


def test_equal_claims_share_in_proportion_and_say_so() -> None:
    done = paid(400, debt("a", 1_000), debt("b", 3_000))
    assert loans(done) == [("a", 100), ("b", 300)]
    assert "a, b: equal claims" in text(done)


def test_too_much_stays_the_payers() -> None:
    done = paid(1_250, debt("a"))
    assert done.over_fen == 250
    assert "2.50 yuan more than is owed" in text(done)


def test_one_joint_debtors_money_frees_them_all() -> None:
    assert "Civil Code 520" in text(paid(300, debt("a", joint=True)))
    assert "more than their share" in text(paid(300, debt("a", joint=True), payer=Payer.JOINT_DEBTOR))


def test_a_guarantors_money_goes_only_to_what_is_guaranteed_and_no_further() -> None:
    debts = (debt("free", due=date(2026, 1, 1)), debt("bound"), debt("whole", due=date(2027, 1, 1)))
    done = paid(2_000, *debts, payer=Payer.GUARANTOR, guaranteed_fen={"bound": 600, "whole": None})
    assert loans(done) == [("bound", 600), ("whole", 1_000)]
    assert done.over_fen == 400
    assert "Civil Code 700" in text(done)


def test_a_third_persons_money_is_asked_about() -> None:
    assert "Civil Code 524" in text(paid(300, debt("a"), payer=Payer.THIRD_PARTY))


def test_a_debt_that_is_not_there_cannot_be_named() -> None:
    with pytest.raises(NotFound, match="b is not among"):
        paid(300, debt("a"), designated="b")


@pytest.mark.parametrize("wrong", [{"payer": Payer.GUARANTOR}, {"guaranteed_fen": {"a": None}}])
def test_only_a_guarantors_receipt_names_guarantees(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="guarantor"):
        paid(300, debt("a"), **wrong)


@given(
    st.integers(1, 30_000),
    st.lists(st.tuples(st.integers(1, 5_000), st.integers(0, 500), st.integers(0, 200)), min_size=1, max_size=5),
)
@settings(max_examples=60, deadline=None)
def test_no_fen_of_a_receipt_is_lost_or_made(amount: int, sizes: list[tuple[int, int, int]]) -> None:
    debts = [debt(f"L{i}", p, dpd=d, interest_fen=f) for i, (p, f, d) in enumerate(sizes)]
    done = paid(amount, *debts)
    assert sum(fen for _, fen in loans(done)) + done.over_fen == amount
    assert all(split.over_fen == 0 for split in done.splits)
    assert done.over_fen == max(0, amount - sum(d.owed.total_fen for d in debts))
