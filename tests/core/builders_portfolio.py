"""Loans for tests: state only what matters to the test."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from zoufang.core.portfolio import Loan, Payment, Product
from zoufang.core.values import Instalment, SourceKey

TODAY = date(2026, 6, 30)
INSTALMENT_FEN = 110_000


def instalment(
    due: date, principal_fen: int = 100_000, interest_fen: int = 10_000, fees_fen: int = 0
) -> Instalment:
    return Instalment(due, principal_fen, interest_fen, fees_fen)


def a_loan(days_past_due: int = 45, *, today: date = TODAY, instalments: int = 1, **changes: Any) -> Loan:
    """A loan whose oldest instalment fell due `days_past_due` days before `today`; more follow 30 days apart."""
    first = today - timedelta(days=days_past_due)
    facts: dict[str, Any] = {
        "loan_id": "DZ-0001",
        "key": SourceKey("core", "DZ-0001"),
        "product": Product.CONSUMER,
        "dues": tuple(instalment(first + timedelta(days=30 * i)) for i in range(instalments)),
    }
    return Loan(**(facts | changes))


def paid(loan: Loan, amount_fen: int, received: date, *, name: str = "p1", posted: date | None = None) -> Payment:
    return Payment(f"{loan.loan_id}-{name}", received, amount_fen, posted)
