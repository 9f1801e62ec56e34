"""Promises to pay, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from zoufang.core.errors import BadInput
from zoufang.core.repayment.payments import PaymentEntry, net_payments


class PromiseStatus(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    PARTLY_KEPT = "partly_kept"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Promise:
    """`amount_fen` by `due`; money counts until `grace_days` after it (banks book a day or two late)."""

    promise_id: str
    loan_id: str
    made_on: date
    due: date
    amount_fen: int
    grace_days: int = 3
    visit_id: str | None = None

    def __post_init__(self) -> None:
        if self.amount_fen <= 0 or self.grace_days < 0 or self.due < self.made_on:
            raise BadInput(
                f"Promise {self.promise_id} needs a positive amount, a due day not before {self.made_on} "
                "and grace of 0 days or more. Correct it."
            )

    @property
    def last_day(self) -> date:
        return self.due + timedelta(days=self.grace_days)

    def counts(self, paid_on: date) -> bool:
        return self.made_on <= paid_on <= self.last_day


@dataclass(frozen=True, slots=True)
class PromiseVerdict:
    """`received_fen` in time; `late_fen` came after grace and does not turn a broken promise into a kept one."""

    promise_id: str
    status: PromiseStatus
    promised_fen: int
    received_fen: int
    late_fen: int

    @property
    def missing_fen(self) -> int:
        return max(0, self.promised_fen - self.received_fen)


def judge(promise: Promise, payments: Sequence[PaymentEntry], today: date) -> PromiseVerdict:
    """What became of one promise by the payments of its loan up to `today`, reversals taken off.

    Where promises of one loan overlap, pass each only what `match_payments` gave it.
    """
    net = [(paid_on, fen) for _, paid_on, fen in net_payments(payments, promise.loan_id, today)]
    received = sum(fen for paid_on, fen in net if promise.counts(paid_on))
    late = sum(fen for paid_on, fen in net if paid_on > promise.last_day)
    status = _status(promise, received, today)
    return PromiseVerdict(promise.promise_id, status, promise.amount_fen, received, late)


def _status(promise: Promise, received_fen: int, today: date) -> PromiseStatus:
    if received_fen >= promise.amount_fen:
        return PromiseStatus.KEPT
    if today <= promise.last_day:
        return PromiseStatus.OPEN
    return PromiseStatus.PARTLY_KEPT if received_fen > 0 else PromiseStatus.BROKEN
