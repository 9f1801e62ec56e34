"""The arrears of a loan instalment by instalment, to the fen, as a court asks to see them: charged, paid, left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zoufang.core.portfolio.ageing import DEFAULT_AGEING
from zoufang.core.portfolio.allocation import Part
from zoufang.core.portfolio.ledger import Ledger, Split, settle
from zoufang.core.portfolio.loan import Loan
from zoufang.core.portfolio.policy import AgeingPolicy
from zoufang.core.values import Instalment

YEAR_DAYS = 360  # as Chinese banks count interest by the day
BP = 10_000


@dataclass(frozen=True, slots=True)
class Parts:
    """Principal, interest and fees of one thing."""

    principal_fen: int = 0
    interest_fen: int = 0
    fees_fen: int = 0

    @property
    def total_fen(self) -> int:
        return self.principal_fen + self.interest_fen + self.fees_fen

    def __add__(self, other: Parts) -> Parts:
        return Parts(
            self.principal_fen + other.principal_fen,
            self.interest_fen + other.interest_fen,
            self.fees_fen + other.fees_fen,
        )


@dataclass(frozen=True, slots=True)
class DueLine:
    """One due date: charged - paid - given up = left, in each part.

    `given_up`: waived, or replaced by a restructure. `default_fen`: interest on the unpaid principal of this date.
    """

    due: date
    charged: Parts
    paid: Parts
    given_up: Parts
    left: Parts
    days: int
    default_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """`not_due_fen`: principal whose day has not come. `credit_fen`: paid and not laid on anything yet."""

    loan_id: str
    as_of: date
    lines: tuple[DueLine, ...]
    not_due_fen: int
    credit_fen: int
    rate_bp: int | None

    @property
    def charged(self) -> Parts:
        return sum((line.charged for line in self.lines), Parts())

    @property
    def paid(self) -> Parts:
        return sum((line.paid for line in self.lines), Parts())

    @property
    def given_up(self) -> Parts:
        return sum((line.given_up for line in self.lines), Parts())

    @property
    def left(self) -> Parts:
        """Due and unpaid; what is claimed as arrears."""
        return sum((line.left for line in self.lines), Parts())

    @property
    def default_fen(self) -> int | None:
        found = [line.default_fen for line in self.lines if line.default_fen is not None]
        return sum(found) if self.rate_bp is not None else None

    @property
    def claim_fen(self) -> int:
        """Arrears, principal called in early, and default interest where its rate is known."""
        return self.left.total_fen + self.not_due_fen + (self.default_fen or 0)


def statement(
    loan: Loan, today: date, policy: AgeingPolicy = DEFAULT_AGEING, *, default_rate_bp: int | None = None
) -> Statement:
    """The loan on `today` from its entries alone. `default_rate_bp` a year: None where the contract names none.

    Default interest runs on each due principal from its date to the day it was paid, or to `today`:
    principal x days x rate / 360, rounded half up once an instalment; what was waived never bore any.
    """
    ledger = settle(loan, today, policy)
    charged = _charged(loan, today)
    left: dict[date, Parts] = defaultdict(Parts)
    for owed in ledger.payable:
        if owed.due <= today:
            left[owed.due] += _parts(owed.left)
    paid = _paid(ledger.splits)
    # principal that a restructure left out stays on its own dates; paid before, it was charged as it was paid
    charged.update({due: parts for due, parts in paid.items() if due > today and due not in charged})
    by_due: dict[date, list[Split]] = defaultdict(list)
    for split in ledger.splits:
        by_due[split.due].append(split)
    lines = [
        _line(due, charged[due], paid[due], left[due], by_due[due], today, default_rate_bp)
        for due in sorted(charged.keys() | left.keys() | paid.keys())
    ]
    return Statement(
        loan_id=loan.loan_id,
        as_of=today,
        lines=tuple(lines),
        not_due_fen=_not_due(ledger, today) + loan.unscheduled_principal_fen,
        credit_fen=sum(fen for _, fen in ledger.credit),
        rate_bp=default_rate_bp,
    )


def _line(
    due: date, charged: Parts, paid: Parts, left: Parts, splits: Sequence[Split], today: date, rate_bp: int | None
) -> DueLine:
    given_up = Parts(
        charged.principal_fen - paid.principal_fen - left.principal_fen,
        charged.interest_fen - paid.interest_fen - left.interest_fen,
        charged.fees_fen - paid.fees_fen - left.fees_fen,
    )
    default = None if rate_bp is None else _default(due, left.principal_fen, splits, today, rate_bp)
    return DueLine(due, charged, paid, given_up, left, (today - due).days, default)


def _default(due: date, left_fen: int, splits: Sequence[Split], today: date, rate_bp: int) -> int:
    """Fen-days first, one division at the end."""
    pieces = [(s.amount_fen, s.on) for s in splits if s.part is Part.PRINCIPAL and s.on > due]
    fen_days = sum(fen * (on - due).days for fen, on in (*pieces, (left_fen, today)))
    by = BP * YEAR_DAYS
    return (2 * fen_days * rate_bp + by) // (2 * by)


def _charged(loan: Loan, today: date) -> dict[date, Parts]:
    """By due date: the contract's instalments and those of restructures that count."""
    standing = {one.id for one in loan.standing_entries(today)}
    dues: list[Instalment] = list(loan.dues)
    for change in loan.restructures:
        dues += change.dues if change.id in standing else ()
    found: dict[date, Parts] = defaultdict(Parts)
    for one in dues:
        if one.due <= today:
            found[one.due] += Parts(one.principal_fen, one.interest_fen, one.fees_fen)
    return found


def _paid(splits: Sequence[Split]) -> dict[date, Parts]:
    found: dict[date, Parts] = defaultdict(Parts)
    for split in splits:
        found[split.due] += _parts({split.part: split.amount_fen})
    return found


def _not_due(ledger: Ledger, today: date) -> int:
    early = (owed for owed in ledger.payable if owed.due > today)
    return sum(owed.left[Part.PRINCIPAL] for owed in (*ledger.future, *early))


def _parts(amounts: dict[Part, int]) -> Parts:
    return Parts(amounts.get(Part.PRINCIPAL, 0), amounts.get(Part.INTEREST, 0), amounts.get(Part.FEES, 0))
