"""Payments as entries: appended, never edited; a reversal is an entry of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zoufang.core.errors import BadInput


@dataclass(frozen=True, slots=True)
class PaymentEntry:
    """Money received on `paid_on` (the value date); negative only where it `reverses` an earlier entry."""

    payment_id: str
    loan_id: str
    paid_on: date
    amount_fen: int
    reverses: str | None = None

    def __post_init__(self) -> None:
        if (self.amount_fen < 0) != (self.reverses is not None) or self.amount_fen == 0:
            raise BadInput(
                f"Payment {self.payment_id} of {self.amount_fen} fen: payments are positive, and a negative entry "
                "names the payment that it reverses. Correct it."
            )


def net_payments(payments: Sequence[PaymentEntry], loan_id: str, until: date) -> list[tuple[str, date, int]]:
    """(id, day, fen) of the loan's payments up to `until`, each less its reversals, by day and id."""
    mine = {entry.payment_id: entry for entry in payments if entry.loan_id == loan_id and entry.paid_on <= until}
    taken_back: defaultdict[str, int] = defaultdict(int)
    for entry in mine.values():
        if entry.reverses is not None:
            taken_back[entry.reverses] -= entry.amount_fen
    received = [entry for entry in mine.values() if entry.amount_fen > 0]
    received.sort(key=lambda entry: (entry.paid_on, entry.payment_id))
    net = [(e.payment_id, e.paid_on, e.amount_fen - taken_back[e.payment_id]) for e in received]
    return [row for row in net if row[2] > 0]
