"""Commission as the bank reckons it: from payments within a placement, by bucket, to the fen.

Rounding: the commission of a payment is amount x basis points / 10,000, half a fen up. A reversal gives back
exactly the difference between what the payment earned before it and what the rest of it earns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from zoufang.core.errors import BadInput
from zoufang.core.portfolio import Bucket

WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class Scheme:
    """Basis points by bucket at placing. Payments up to `grace_days` after the return still count."""

    rates_bp: Mapping[Bucket, int]
    grace_days: int = 0

    def __post_init__(self) -> None:
        if any(not 0 <= rate <= WHOLE_BP for rate in self.rates_bp.values()):
            raise BadInput(f"Rates {dict(self.rates_bp)} are not basis points of 0 to 10,000. Correct them.")
        if self.grace_days < 0:
            raise BadInput(f"{self.grace_days} days of grace are impossible. Give 0 or more.")


@dataclass(frozen=True, slots=True)
class PlacedDebt:
    """One loan with an agency; `ended_on` None: still there. `case_no` is what the agency knows it by."""

    placement_id: str
    case_no: str
    loan_id: str
    bucket: Bucket
    placed_on: date
    ended_on: date | None = None

    def counts(self, day: date, grace_days: int) -> bool:
        """From the day after placing (what came on the day itself was on its way) to the end and its grace."""
        last = None if self.ended_on is None else self.ended_on + timedelta(days=grace_days)
        return self.placed_on < day and (last is None or day <= last)


@dataclass(frozen=True, slots=True)
class Received:
    """A payment (positive), or what took back a part of one (negative, naming it in `reverses`)."""

    entry_id: str
    loan_id: str
    on: date
    amount_fen: int
    reverses: str = ""

    def __post_init__(self) -> None:
        if (self.amount_fen < 0) != bool(self.reverses):
            raise BadInput(f"Entry {self.entry_id} is neither a payment nor a reversal of one. Correct its sign.")


@dataclass(frozen=True, slots=True)
class CommissionLine:
    """What one payment earns, or one reversal takes back (negative)."""

    entry_id: str
    placement_id: str
    case_no: str
    loan_id: str
    bucket: Bucket
    on: date
    amount_fen: int
    rate_bp: int
    commission_fen: int


def commission_fen(amount_fen: int, rate_bp: int) -> int:
    """Half a fen up; `amount_fen` >= 0."""
    return (amount_fen * rate_bp + WHOLE_BP // 2) // WHOLE_BP


def commission_lines(
    scheme_of: Mapping[str, Scheme], debts: Iterable[PlacedDebt], received: Iterable[Received]
) -> tuple[CommissionLine, ...]:
    """By day and entry. `scheme_of` is by placement; where placements follow each other the later one has it."""
    by_loan: dict[str, list[PlacedDebt]] = defaultdict(list)
    for debt in debts:
        by_loan[debt.loan_id].append(debt)
    earned: dict[str, tuple[CommissionLine, int]] = {}  # a payment's line, and what is left of it
    lines = []
    ordered = sorted(received, key=lambda one: (one.amount_fen < 0, one.on, one.entry_id))
    for one in ordered:
        line = _given_back(one, earned) if one.reverses else _earned(one, by_loan[one.loan_id], scheme_of)
        if line is not None:
            lines.append(line)
            if not one.reverses:
                earned[one.entry_id] = (line, one.amount_fen)
    return tuple(sorted(lines, key=lambda line: (line.on, line.entry_id)))


def _earned(one: Received, debts: list[PlacedDebt], scheme_of: Mapping[str, Scheme]) -> CommissionLine | None:
    fitting = [debt for debt in debts if debt.counts(one.on, scheme_of[debt.placement_id].grace_days)]
    if not fitting:
        return None
    debt = max(fitting, key=lambda each: (each.placed_on, each.placement_id))
    rate = scheme_of[debt.placement_id].rates_bp.get(debt.bucket, 0)
    return CommissionLine(
        entry_id=one.entry_id,
        placement_id=debt.placement_id,
        case_no=debt.case_no,
        loan_id=one.loan_id,
        bucket=debt.bucket,
        on=one.on,
        amount_fen=one.amount_fen,
        rate_bp=rate,
        commission_fen=commission_fen(one.amount_fen, rate),
    )


def _given_back(one: Received, earned: dict[str, tuple[CommissionLine, int]]) -> CommissionLine | None:
    """Never more than the payment was; a reversal of what earned nothing gives nothing back."""
    if one.reverses not in earned:
        return None
    line, left = earned[one.reverses]
    rest = max(0, left + one.amount_fen)
    earned[one.reverses] = (line, rest)
    return CommissionLine(
        entry_id=one.entry_id,
        placement_id=line.placement_id,
        case_no=line.case_no,
        loan_id=line.loan_id,
        bucket=line.bucket,
        on=one.on,
        amount_fen=rest - left,
        rate_bp=line.rate_bp,
        commission_fen=commission_fen(rest, line.rate_bp) - commission_fen(left, line.rate_bp),
    )
