"""How a plan stands on a day, folded from its entries: nothing is carried on, so nothing has to be corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zoufang.core.errors import BadInput
from zoufang.core.portfolio import CIVIL_CODE, Part, Payment, Reversal
from zoufang.core.repayment.day_count import DayCount
from zoufang.core.repayment.receipts import standing_payments
from zoufang.core.repayment.rounding import Rounding, divided_fen
from zoufang.core.values import Instalment


@dataclass(frozen=True, slots=True)
class LateTerms:
    """What an instalment costs that is paid late: `rate_bp` a year on its unpaid principal from its due day."""

    rate_bp: int = 0
    day_count: DayCount = DayCount.ACTUAL_360
    rounding: Rounding = Rounding.HALF_UP
    order: tuple[Part, Part, Part] = CIVIL_CODE.parts

    def __post_init__(self) -> None:
        if self.rate_bp < 0 or self.day_count not in (DayCount.ACTUAL_360, DayCount.ACTUAL_365):
            raise BadInput("Late interest counts actual days at a rate of 0 or more. Correct its terms.")


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One instalment. `settled_on`: the value date of the money that completed it; None while it is open."""

    instalment: Instalment
    paid_fen: int
    settled_on: date | None
    late_fen: int

    @property
    def open_fen(self) -> int:
        return self.instalment.amount_fen - self.paid_fen


@dataclass(frozen=True, slots=True)
class PlanAccount:
    """`over_fen`: received beyond the whole plan; it is the customer's."""

    as_of: date
    lines: tuple[PlanLine, ...]
    received_fen: int
    over_fen: int

    @property
    def arrears_fen(self) -> int:
        """Due before today and not paid; late interest is apart."""
        return sum(line.open_fen for line in self.lines if line.instalment.due < self.as_of)

    @property
    def late_fen(self) -> int:
        return sum(line.late_fen for line in self.lines)

    @property
    def days_late(self) -> int:
        """Of the oldest instalment that is open."""
        late = (line.instalment.due for line in self.lines if line.open_fen and line.instalment.due < self.as_of)
        return max(((self.as_of - due).days for due in late), default=0)


def plan_account(
    schedule: Sequence[Instalment],
    payments: Sequence[Payment],
    today: date,
    *,
    reversals: Sequence[Reversal] = (),
    late: LateTerms | None = None,
) -> PlanAccount:
    """Every payment that stands on `today`, by value date, to the oldest open instalment first.

    The order in which entries arrive does not matter, so a reversal or a back-dated payment changes all that
    follows from it and nothing else.
    """
    terms = late or LateTerms()
    standing = standing_payments(payments, reversals, today)
    ordered = sorted(schedule, key=lambda part: part.due)
    pots = [_Pot(part, terms) for part in ordered]
    over = 0
    for payment in standing:
        left = payment.amount_fen
        for pot in pots:
            left = pot.take(left, payment.received)
        over += left
    lines = tuple(pot.line(today) for pot in pots)
    return PlanAccount(today, lines, sum(p.amount_fen for p in standing), over)


class _Pot:
    """One instalment while it is being filled; `fen_days` is late principal times its days late."""

    __slots__ = ("fen_days", "left", "part", "settled_on", "terms")

    def __init__(self, part: Instalment, terms: LateTerms) -> None:
        self.part, self.terms = part, terms
        self.left = {
            Part.FEES: part.fees_fen,
            Part.INTEREST: part.interest_fen,
            Part.PRINCIPAL: part.principal_fen,
        }
        self.settled_on: date | None = None
        self.fen_days = 0

    def take(self, amount_fen: int, on: date) -> int:
        """Fill the parts in the contract's order; what is not needed comes back."""
        if self.settled_on is not None or not amount_fen:
            return amount_fen
        for kind in self.terms.order:
            taken = min(amount_fen, self.left[kind])
            self.left[kind] -= taken
            amount_fen -= taken
            if kind is Part.PRINCIPAL:
                self.fen_days += taken * max(0, (on - self.part.due).days)
        if not any(self.left.values()):
            self.settled_on = on
        return amount_fen

    def line(self, today: date) -> PlanLine:
        fen_days = self.fen_days + self.left[Part.PRINCIPAL] * max(0, (today - self.part.due).days)
        late = divided_fen(
            fen_days * self.terms.rate_bp, 10_000 * self.terms.day_count.year_days, self.terms.rounding
        )
        return PlanLine(self.part, self.part.amount_fen - sum(self.left.values()), self.settled_on, late)
