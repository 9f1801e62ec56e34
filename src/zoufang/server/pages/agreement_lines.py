"""A repayment plan with what was paid of each instalment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from zoufang.core.values import Offer
from zoufang.server.agreements.models import PlanInstalment, RepaymentPlan
from zoufang.server.agreements.offers import ASSUMED_RATE_BP, OFFER

SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class InstalmentLine:
    """`state`: paid, partly, late, due_soon or coming."""

    row: PlanInstalment
    paid_fen: int
    state: str

    @property
    def open_fen(self) -> int:
        return max(0, self.row.amount_fen - self.paid_fen)


@dataclass(frozen=True, slots=True)
class PlanView:
    """`assumed_rate_bp`: the yearly rate that was assumed because the book names none; None where it names one."""

    plan: RepaymentPlan
    offer: Offer
    lines: tuple[InstalmentLine, ...]
    assumed_rate_bp: int | None

    @property
    def paid_fen(self) -> int:
        return sum(line.paid_fen for line in self.lines)

    @property
    def open_fen(self) -> int:
        return sum(line.open_fen for line in self.lines)

    @property
    def next_due(self) -> InstalmentLine | None:
        return next((line for line in self.lines if line.open_fen), None)

    @property
    def late(self) -> int:
        return sum(line.state == "late" for line in self.lines)

    @property
    def paid_percent(self) -> int:
        return min(100, self.paid_fen * 100 // self.plan.total_fen) if self.plan.total_fen else 0


def plan_view(plan: RepaymentPlan, today: date) -> PlanView:
    """`plan` comes with loan, and instalments with their matches, loaded."""
    assumed = ASSUMED_RATE_BP if plan.loan.annual_rate_bp is None else None
    lines = tuple(_line(row, today) for row in plan.instalments.all())
    return PlanView(plan, OFFER.validate_python(plan.offer), lines, assumed)


def _line(row: PlanInstalment, today: date) -> InstalmentLine:
    paid = sum(match.amount_fen for match in row.matches.all())
    if paid >= row.amount_fen:
        return InstalmentLine(row, paid, "paid")
    if row.due < today:
        return InstalmentLine(row, paid, "late")
    if paid:
        return InstalmentLine(row, paid, "partly")
    return InstalmentLine(row, paid, "due_soon" if row.due <= today + SOON else "coming")
