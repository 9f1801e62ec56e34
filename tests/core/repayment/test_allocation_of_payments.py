from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoufang.core.errors import BadInput, NotFound
from zoufang.core.portfolio import Allocation, Part, Product
from zoufang.core.repayment import Owed, allocate, rule_for, share_out
from zoufang.core.values import SecurityKind

TODAY = date(2026, 11, 24)
OWED = Owed("L1", fees_fen=100, interest_fen=2_000, principal_fen=50_000, due=date(2026, 9, 1))


def debt(loan_id: str, principal_fen: int = 1_000, **changes: Any) -> Owed:
    return Owed(loan_id, 0, 0, principal_fen, **({"due": date(2026, 9, 1)} | changes))


@pytest.mark.parametrize(
    ("product", "dpd", "split"),
    [
        pytest.param("consumer", 200, (100, 2_000, 7_900), id="a loan: costs, interest, principal (561)"),
        pytest.param("card", 90, (100, 2_000, 7_900), id="a card on day 90"),
        pytest.param("card", 91, (0, 0, 10_000), id="a card on day 91: principal first"),
    ],
)
def test_the_rule_of_the_product_splits_the_payment(product: str, dpd: int, split: tuple[int, int, int]) -> None:
    done = allocate(10_000, OWED, rule_for(product=Product(product), dpd=dpd))
    assert (done.fees_fen, done.interest_fen, done.principal_fen) == split


def test_the_contract_goes_before_the_law() -> None:
    contract = Allocation(parts=(Part.PRINCIPAL, Part.FEES, Part.INTEREST))
    done = allocate(10_000, OWED, rule_for(product=Product.CONSUMER, dpd=30, contract=contract))
    assert done.principal_fen == 10_000
    assert done.rule.source == "contract"


def test_the_split_is_shown() -> None:
    done = allocate(60_000, OWED, rule_for(product=Product.CONSUMER, dpd=30))
    assert str(done.shown) == "600.00 yuan: fees 1.00, interest 20.00, principal 500.00, over 79.00."


@given(st.integers(1, 100_000), st.integers(0, 400), st.sampled_from(Product))
def test_no_fen_is_lost_or_made(amount: int, dpd: int, product: Product) -> None:
    done = allocate(amount, OWED, rule_for(product=product, dpd=dpd))
    assert done.fees_fen + done.interest_fen + done.principal_fen + done.over_fen == amount
    assert done.over_fen == max(0, amount - OWED.total_fen)


def test_a_payment_of_nothing_cannot_be_allocated() -> None:
    with pytest.raises(BadInput):
        allocate(0, OWED, rule_for(product=Product.CARD, dpd=1))


def test_the_debtor_may_choose_which_debt_to_pay() -> None:
    debts = [debt("due"), debt("not due", due=date(2027, 1, 1))]
    assert share_out(600, debts, TODAY, designated="not due") == (("not due", 600),)
    with pytest.raises(NotFound):
        share_out(600, debts, TODAY, designated="another")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(debt("z"), debt("a", due=date(2026, 12, 1)), id="due before not due"),
        pytest.param(debt("z"), debt("a", security=SecurityKind.MORTGAGE), id="unsecured before secured"),
        pytest.param(debt("z", burden_bp=1_800), debt("a", burden_bp=400), id="burdensome before cheap"),
        pytest.param(debt("z", due=date(2026, 8, 1)), debt("a"), id="first due before later"),
    ],
)
def test_without_a_choice_the_law_orders_the_debts(first: Owed, second: Owed) -> None:
    assert share_out(1_200, [second, first], TODAY) == (("z", 1_000), ("a", 200))


def test_equal_debts_share_in_proportion() -> None:
    assert share_out(400, [debt("a", 1_000), debt("b", 3_000)], TODAY) == (("a", 100), ("b", 300))


@given(st.integers(1, 20_000), st.lists(st.integers(1, 5_000), min_size=1, max_size=5))
def test_no_debt_gets_more_than_it_owes(amount: int, sizes: list[int]) -> None:
    debts = [debt(f"L{i}", size) for i, size in enumerate(sizes)]
    shares = dict(share_out(amount, debts, TODAY))
    assert sum(shares.values()) == min(amount, sum(sizes))
    assert all(shares.get(d.loan_id, 0) <= d.total_fen for d in debts)
