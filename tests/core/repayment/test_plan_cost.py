from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from zoufang.core.repayment import Valuation, all_in_rate_bp, due_dates, present_value_fen
from zoufang.core.repayment.cost import monthly_load_fen
from zoufang.core.values import Instalment, Rhythm

TODAY = date(2026, 11, 24)


def test_the_published_example_of_an_irregular_rate_comes_out() -> None:
    """Microsoft's XIRR help page: 10,000 paid out on 2008-01-01, four receipts, 37.3362535%."""
    receipts = [("2008-03-01", 2750), ("2008-10-30", 4250), ("2009-02-15", 3250), ("2009-04-01", 2750)]
    schedule = [Instalment(date.fromisoformat(day), yuan * 100, 0) for day, yuan in receipts]
    assert all_in_rate_bp(1_000_000, schedule, date(2008, 1, 1)) == 3_734


def test_the_published_annual_percentage_rate_comes_out() -> None:
    """Regulation Z, appendix J: 5,000 advanced, 24 monthly payments of 230, APR 9.69% (nominal, by months)."""
    schedule = [Instalment(day, 23_000, 0) for day in due_dates(date(1978, 2, 10), 24)]
    effective = ((1 + 0.0969 / 12) ** 12 - 1) * 10_000
    assert all_in_rate_bp(500_000, schedule, date(1978, 1, 10)) == pytest.approx(effective, abs=4)


def test_a_plan_without_charges_costs_nothing() -> None:
    assert all_in_rate_bp(10_000, [Instalment(date(2027, 1, 1), 10_000, 0)], TODAY) == 0


def test_present_value_discounts_and_doubts() -> None:
    """One payment a year off, by hand: 0.99^12 x 1000 / 1.04, plus half of the 1000 if the plan breaks before."""
    valuation = Valuation(
        discount_bp=400, keep_monthly_percent=Decimal(99), recovery_if_broken_percent=Decimal(50)
    )
    alive = Decimal("0.99") ** 12
    expected = (alive * 100_000 + (1 - alive) * 50_000) / Decimal("1.04")
    worth = present_value_fen([Instalment(date(2027, 11, 24), 100_000, 0)], TODAY, valuation)
    assert worth == int(expected.quantize(Decimal(1)))


def test_a_later_payment_is_worth_less() -> None:
    soon, late = (
        present_value_fen([Instalment(date(2027, m, 1), 100_000, 0)], TODAY, Valuation()) for m in (1, 6)
    )
    assert late < soon


@pytest.mark.parametrize(("rhythm", "load"), [("monthly", 12_000), ("biweekly", 26_000), ("weekly", 52_000)])
def test_weekly_instalments_weigh_more_in_a_month(rhythm: str, load: int) -> None:
    assert monthly_load_fen(12_000, Rhythm(rhythm)) == load
