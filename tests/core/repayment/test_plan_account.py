from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoufang.core.errors import BadInput
from zoufang.core.portfolio import Payment, Reversal
from zoufang.core.repayment import DayCount, LateTerms, PlanAccount, plan_account
from zoufang.core.values import Instalment

PLAN = tuple(Instalment(date(2026, month, 15), 100_000, 1_000, 100) for month in (1, 2, 3))
TODAY = date(2026, 4, 1)
LATE = LateTerms(1_800)


def on(day: date, *payments: Payment, reversals: Any = ()) -> PlanAccount:
    return plan_account(PLAN, payments, day, reversals=reversals, late=LATE)


def money(day: date, amount: int = 101_100, name: str = "p", posted: date | None = None) -> Payment:
    return Payment(name, day, amount, posted)


days = st.dates(date(2025, 12, 20), date(2026, 5, 1))
several = st.lists(st.tuples(days, st.integers(1, 200_000)), max_size=6).map(
    lambda rows: [money(day, fen, f"p{i}") for i, (day, fen) in enumerate(rows)]
)


def test_money_settles_the_oldest_instalment_first() -> None:
    account = on(TODAY, money(date(2026, 1, 15)), money(date(2026, 3, 1), 50_000, "q"))
    assert [line.open_fen for line in account.lines] == [0, 51_100, 101_100]
    assert account.lines[0].settled_on == date(2026, 1, 15)
    assert account.arrears_fen == 152_200
    assert account.days_late == (TODAY - date(2026, 2, 15)).days


def test_late_principal_bears_late_interest_until_its_money_came() -> None:
    account = on(TODAY, money(date(2026, 1, 25)))
    assert account.lines[0].late_fen == 500  # 1,000 yuan, 10 days, 18% / 360
    assert account.lines[1].late_fen == 2_250  # 45 days, still open


def test_a_back_dated_payment_leaves_no_trace_of_having_been_late() -> None:
    """Peers' complaint: days past due kept counting after a payment was booked with an earlier value date."""
    late_news = money(date(2026, 1, 15), posted=date(2026, 3, 20))
    assert on(TODAY, late_news).lines == on(TODAY, replace(late_news, posted=None)).lines
    assert on(TODAY, late_news).lines[0].late_fen == 0


@given(several, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_in_which_entries_come_does_not_matter(payments: list[Payment], chance: Any) -> None:
    shuffled = list(payments)
    chance.shuffle(shuffled)
    assert on(TODAY, *payments) == on(TODAY, *shuffled)


@given(several, st.integers(1, 200_000), days)
@settings(max_examples=60, deadline=None)
def test_a_reversed_payment_never_happened(payments: list[Payment], fen: int, day: date) -> None:
    undone = money(day, fen, "undone")
    taken_back = Reversal("r", "undone", TODAY)
    assert on(TODAY, *payments, undone, reversals=(taken_back,)) == on(TODAY, *payments)


@given(several)
@settings(max_examples=60, deadline=None)
def test_what_came_is_what_was_laid_on_instalments_and_what_is_over(payments: list[Payment]) -> None:
    account = on(TODAY, *payments)
    assert account.received_fen == sum(line.paid_fen for line in account.lines) + account.over_fen
    assert account.over_fen == max(0, account.received_fen - 303_300)


@given(several, st.integers(1, 30))
@settings(max_examples=60, deadline=None)
def test_money_that_comes_sooner_never_costs_more(payments: list[Payment], sooner: int) -> None:
    earlier = [replace(p, received=p.received - timedelta(days=sooner)) for p in payments]
    stand = [p for p in payments if p.received <= TODAY]
    kept = [e for e, p in zip(earlier, payments, strict=True) if p in stand]
    assert on(TODAY, *kept).late_fen <= on(TODAY, *stand).late_fen


def test_late_interest_counts_actual_days() -> None:
    with pytest.raises(BadInput, match="actual days"):
        LateTerms(1_800, DayCount.THIRTY_360)
