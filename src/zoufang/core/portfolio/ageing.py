"""`age`: how a loan stands on a day, from its entries alone (A1, A2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zoufang.core.portfolio.allocation import Part
from zoufang.core.portfolio.buckets import Bucket, Position, bucket_of
from zoufang.core.portfolio.ledger import Ledger, Split, settle
from zoufang.core.portfolio.loan import Loan, Product
from zoufang.core.portfolio.policy import AgeingPolicy
from zoufang.core.portfolio.upgrade import upgrade_pending
from zoufang.core.portfolio.watch import RestructureStanding

DEFAULT_AGEING = AgeingPolicy()


@dataclass(frozen=True, slots=True)
class LoanSnapshot:
    """What is owed on `as_of`: `principal_fen` in all, interest and fees as far as due; arrears are past due."""

    loan_id: str
    as_of: date
    product: Product
    currency: str
    principal_fen: int
    interest_fen: int
    fees_fen: int
    overdue_principal_fen: int
    overdue_interest_fen: int
    overdue_fees_fen: int
    credit_fen: int
    dpd: int
    pre_restructure_dpd: int | None
    oldest_due: date | None
    paused_days: int
    bucket: Bucket
    restructure: RestructureStanding | None
    restructures: int
    upgrade_pending: bool
    written_off_on: date | None

    @property
    def arrears_fen(self) -> int:
        return self.overdue_principal_fen + self.overdue_interest_fen + self.overdue_fees_fen

    @property
    def owed_fen(self) -> int:
        """Principal, due interest and due fees."""
        return self.principal_fen + self.interest_fen + self.fees_fen

    @property
    def position(self) -> Position:
        """By principal balance, as loan reports count it."""
        written_off = self.written_off_on is not None
        return Position(self.loan_id, self.as_of, self.bucket, self.principal_fen, written_off)


def age(
    loan: Loan, today: date, policy: AgeingPolicy = DEFAULT_AGEING, *, known_on: date | None = None
) -> LoanSnapshot:
    """The loan on `today`; with `known_on`, as the entries booked by that day would have shown it."""
    ledger = settle(loan, today, policy, known_on)
    dpd, oldest, restructure = ledger.dpd(today), ledger.oldest_due(today), ledger.standing(today)
    overdue = {part: sum(owed.left[part] for owed in ledger.overdue(today)) for part in Part}
    return LoanSnapshot(
        loan_id=loan.loan_id,
        as_of=today,
        product=loan.product,
        currency=loan.currency,
        principal_fen=ledger.left(Part.PRINCIPAL) + loan.unscheduled_principal_fen,
        interest_fen=_due(ledger, Part.INTEREST),
        fees_fen=_due(ledger, Part.FEES),
        overdue_principal_fen=overdue[Part.PRINCIPAL],
        overdue_interest_fen=overdue[Part.INTEREST],
        overdue_fees_fen=overdue[Part.FEES],
        credit_fen=sum(fen for _, fen in ledger.credit),
        dpd=dpd,
        pre_restructure_dpd=restructure.dpd_before if restructure else None,
        oldest_due=oldest,
        paused_days=ledger.count.paused(oldest, today) if oldest else 0,
        bucket=bucket_of(dpd),
        restructure=restructure,
        restructures=ledger.restructures,
        upgrade_pending=upgrade_pending(ledger.payable, today, ledger.count, policy),
        written_off_on=ledger.written_off_on,
    )


def splits(
    loan: Loan, today: date, policy: AgeingPolicy = DEFAULT_AGEING, *, known_on: date | None = None
) -> tuple[Split, ...]:
    """How each payment up to `today` was laid on instalments and parts, in order."""
    return tuple(settle(loan, today, policy, known_on).splits)


def _due(ledger: Ledger, part: Part) -> int:
    return sum(owed.left[part] for owed in ledger.unpaid)
