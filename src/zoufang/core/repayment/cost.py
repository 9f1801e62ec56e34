"""What a schedule costs the customer and is worth to the bank."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate

from zoufang.core.errors import BadInput
from zoufang.core.repayment.due_dates import months_begun
from zoufang.core.values import Instalment, Rhythm, round_fen

HIGHEST_RATE_BP = 1_000_000


@dataclass(frozen=True, slots=True)
class Valuation:
    """How the bank values a plan: yearly discount, how likely a plan lives on from month to month, and the share
    of the principal still open that it expects back after a break (percent)."""

    discount_bp: int = 400
    keep_monthly_percent: Decimal = Decimal("98.5")
    recovery_if_broken_percent: Decimal = Decimal(30)

    def __post_init__(self) -> None:
        shares = (self.keep_monthly_percent, self.recovery_if_broken_percent)
        if self.discount_bp < 0 or not all(0 <= share <= 100 for share in shares):
            raise BadInput("Valuation needs a discount of 0 or more and percentages from 0 to 100. Correct them.")


def all_in_rate_bp(advance_fen: int, schedule: Sequence[Instalment], start: date) -> int:
    """Effective yearly cost in basis points, rounded up: the rate at which the instalments are worth the advance.

    Days are actual/365 whatever the contract counts, so that plans can be compared. 0 where nothing is charged.
    """
    if sum(part.amount_fen for part in schedule) <= advance_fen:
        return 0
    flows = [((part.due - start).days / 365, part.amount_fen) for part in schedule]

    def worth_no_more(bp: int) -> bool:
        worth: float = sum(fen / (1 + bp / 10_000) ** years for years, fen in flows)
        return worth <= advance_fen

    return bisect_left(range(HIGHEST_RATE_BP), True, key=worth_no_more)


def present_value_fen(schedule: Sequence[Instalment], today: date, valuation: Valuation) -> int:
    """Expected worth today: each instalment weighted by the plan's survival, the rest recovered in part."""
    paid = accumulate(part.principal_fen for part in schedule)
    principal = sum(part.principal_fen for part in schedule)
    keep = valuation.keep_monthly_percent / 100
    worth, alive_before = Decimal(0), Decimal(1)
    for part, paid_then in zip(schedule, paid, strict=True):
        alive = keep ** months_begun(today, part.due)
        open_before = principal - paid_then + part.principal_fen
        rescued = (alive_before - alive) * open_before * valuation.recovery_if_broken_percent / 100
        worth += (alive * part.amount_fen + rescued) * _discount(today, part.due, valuation.discount_bp)
        alive_before = alive
    return round_fen(worth)


def heaviest_month_fen(schedule: Sequence[Instalment], rhythm: Rhythm) -> int:
    """The largest instalment as a monthly load: a weekly one weighs 52/12 of itself, rounded up."""
    return max(monthly_load_fen(part.amount_fen, rhythm) for part in schedule)


def monthly_load_fen(amount_fen: int, rhythm: Rhythm) -> int:
    return -(-amount_fen * rhythm.per_year // 12)


def _discount(today: date, due: date, discount_bp: int) -> Decimal:
    years = Decimal((due - today).days) / 365
    return (1 + Decimal(discount_bp) / 10_000) ** -years
