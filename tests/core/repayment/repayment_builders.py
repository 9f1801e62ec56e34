"""A case, its means and the bank's tables; state only what matters to the test."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from zoufang.core.portfolio import Payment, Product
from zoufang.core.repayment import (
    EVERYWHERE,
    Case,
    Certainty,
    IncomeSource,
    LivingStandard,
    MeansStatement,
    Promise,
    Proposal,
    RepaymentPolicy,
    Standards,
    affordable,
    nothing_more,
    propose,
)
from zoufang.core.values import Finding, Period, Willingness

TODAY = date(2026, 11, 24)
STANDARDS = Standards((LivingStandard(EVERYWHERE, 100_000, 50_000, Period(date(2026, 1, 1)), "synthetic"),))


def wages(amount_fen: int | None = 600_000, certainty: Certainty = Certainty.DOCUMENTED) -> IncomeSource:
    return IncomeSource("wages", amount_fen, certainty=certainty)


def a_statement(**changes: Any) -> MeansStatement:
    """Three people who need 2,000 yuan and earn 6,000 with papers: 3,400 to 4,000 a month can be borne."""
    whole = MeansStatement(
        taken_on=TODAY,
        district="Decheng",
        household_size=3,
        income=(wages(),),
        spending_fen=150_000,
        other_debts=(),
        willingness=Willingness.OPEN,
    )
    return replace(whole, **changes)


def a_case(**changes: Any) -> Case:
    """A card of 30,000 yuan, 95 days late, at 18.25% a year."""
    card = Case("CC-1", Product.CARD, 3_000_000, 120_000, 30_000, 1_825, 1_825, 95, 60, date(2029, 6, 30))
    return replace(card, **changes)


def a_loan(**changes: Any) -> Case:
    """A consumer loan of three years that matures in May 2027, 45 days late, at 7.2% a year."""
    loan = Case("PL-1", Product.CONSUMER, 3_000_000, 120_000, 30_000, 720, 1_080, 45, 36, date(2027, 5, 24))
    return replace(loan, **changes)


def proposed(
    case: Case | None = None,
    policy: RepaymentPolicy | None = None,
    findings: tuple[Finding, ...] = (),
    **means: Any,
) -> Proposal:
    permitted = (lambda offer: findings) if findings else nothing_more
    return propose(
        case or a_case(),
        affordable(a_statement(**means), STANDARDS),
        policy or RepaymentPolicy(),
        permitted,
        TODAY,
    )


def a_payment(day: date, amount_fen: int, payment_id: str = "p1") -> Payment:
    return Payment(payment_id, day, amount_fen)


def a_promise(**changes: Any) -> Promise:
    """1,000 yuan by 10 December, promised on 24 November, three days of grace."""
    return replace(Promise("pr1", TODAY, date(2026, 12, 10), 100_000), **changes)
