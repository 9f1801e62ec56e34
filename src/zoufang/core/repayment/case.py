"""The debt that a plan is made for, and what the bank allows itself to offer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from zoufang.core.errors import BadInput
from zoufang.core.portfolio import Product
from zoufang.core.repayment.approval import Authority, AuthorityLimit
from zoufang.core.repayment.concessions import Concessions
from zoufang.core.repayment.cost import Valuation
from zoufang.core.repayment.day_count import DayCount
from zoufang.core.repayment.treatments import Treatment, default_treatments
from zoufang.core.values import Hardship


class BalanceBasis(StrEnum):
    """What the balance is made of."""

    SPLIT = "split"  # principal, interest and fees are known apart
    ONE_FIGURE = "one_figure"  # the book gives one balance, which may hold interest


@dataclass(frozen=True, slots=True)
class Case:
    """One loan as it stands today. Rates are basis points a year; `penalty_rate_bp` is the overdue rate (罚息).

    `overdue_principal_fen` None: the whole principal is overdue. `term_months` is the original term. `as_of`: the
    day of the balance; `rate_assumed`: the book names no rate. The offer tells the customer all of these.
    """

    loan_id: str
    product: Product
    principal_fen: int
    interest_fen: int
    fees_fen: int
    annual_rate_bp: int
    penalty_rate_bp: int
    dpd: int
    term_months: int
    matures: date
    overdue_principal_fen: int | None = None
    extended_months: int = 0
    day_count: DayCount = DayCount.ACTUAL_365
    currency: str = "CNY"
    as_of: date | None = None
    basis: BalanceBasis = BalanceBasis.SPLIT
    rate_assumed: bool = False

    def __post_init__(self) -> None:
        figures = (self.principal_fen, self.interest_fen, self.fees_fen, self.annual_rate_bp, self.penalty_rate_bp)
        if min(*figures, self.dpd, self.extended_months) < 0 or self.term_months < 1:
            raise BadInput(
                f"Loan {self.loan_id}: amounts, rates, days and months cannot be negative. Correct them."
            )
        if self.owed_fen == 0:
            raise BadInput(f"Loan {self.loan_id} owes nothing. Check the balance.")
        if not 0 <= self.late_principal_fen <= self.principal_fen:
            raise BadInput(f"Loan {self.loan_id}: overdue principal exceeds the principal. Correct the balance.")

    @property
    def owed_fen(self) -> int:
        return self.principal_fen + self.interest_fen + self.fees_fen

    @property
    def late_principal_fen(self) -> int:
        return self.principal_fen if self.overdue_principal_fen is None else self.overdue_principal_fen

    @property
    def is_card(self) -> bool:
        return self.product is Product.CARD


def default_authority() -> Authority:
    """A visitor closes up to 50,000 yuan over a year, an approver up to 500,000 over five, a manager the rest."""
    return Authority(
        roles=("visitor", "approver", "manager"),
        limits=(
            AuthorityLimit("visitor", None, 5_000_000, 12),
            AuthorityLimit("approver", None, 50_000_000, 60, 500_000),
        ),
    )


def default_product_terms() -> dict[Product, int]:
    """Longest terms in months (CN-L4); products that the rule does not name have no row."""
    return {Product.CONSUMER: 60, Product.BUSINESS: 120}


@dataclass(frozen=True, slots=True)
class RepaymentPolicy:
    """What may be tried and within which limits. Legal defaults: CN-K1, CN-L3, CN-L4, CN-L7.

    `plan_rate_bp` None: plans bear the contract's rate. `waive_fees_percent`: of the fees, on paying in full.
    """

    settle_days: int = 10
    first_due_days: int = 10
    short_months: tuple[int, ...] = (3, 6)
    long_months: tuple[int, ...] = (12, 18, 24, 36, 48, 60)
    interest_only_months: int = 6
    moratorium_months: int = 3
    step_percent: int = 20
    smallest_instalment_fen: int = 10_000
    most_offers: int = 3
    break_after_days: int = 10
    plan_rate_bp: int | None = None
    waive_fees_percent: int = 0
    card_max_months: int = 60
    product_max_months: dict[Product, int] = field(default_factory=default_product_terms)
    warn_rate_bp: int = 2_400
    block_rate_bp: int = 3_600
    concessions: Concessions = field(default_factory=Concessions)
    treatments: tuple[Treatment, ...] = field(default_factory=default_treatments)
    valuation: Valuation = field(default_factory=Valuation)
    authority: Authority = field(default_factory=default_authority)

    def __post_init__(self) -> None:
        months = (*self.short_months, *self.long_months, self.moratorium_months, self.most_offers)
        if min(months) < 1 or min(self.settle_days, self.first_due_days, self.smallest_instalment_fen) < 1:
            raise BadInput(
                "Repayment policy: months, days and the smallest instalment are at least 1. Correct them."
            )
        if not 0 <= self.waive_fees_percent <= 100 or self.interest_only_months < 0 or self.step_percent < 1:
            raise BadInput(
                "Repayment policy: waiver, interest-only and step figures are out of range. Correct them."
            )
        if not 0 < self.warn_rate_bp <= self.block_rate_bp:
            raise BadInput("Repayment policy: the warning rate lies above the blocking one. Swap or correct them.")
        if len({treatment.hardship for treatment in self.treatments}) < len(self.treatments):
            raise BadInput("Repayment policy: a hardship has two treatments. Leave one.")

    def treatment_of(self, hardship: Hardship | None) -> Treatment | None:
        return next((one for one in self.treatments if one.hardship is hardship), None)
