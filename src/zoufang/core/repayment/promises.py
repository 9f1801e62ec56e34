"""Promises to pay, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from zoufang.core.errors import BadInput
from zoufang.core.portfolio import Payment, Reversal
from zoufang.core.repayment.receipts import standing_payments


class PromiseStatus(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    PARTLY_KEPT = "partly_kept"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Promise:
    """`amount_fen` by `due`; money counts until `grace_days` after it (banks book a day or two late)."""

    promise_id: str
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
    """`received_fen` came in time; money after grace does not turn a broken promise into a kept one."""

    promise_id: str
    status: PromiseStatus
    promised_fen: int
    received_fen: int

    @property
    def missing_fen(self) -> int:
        return max(0, self.promised_fen - self.received_fen)


def judge(
    promise: Promise, payments: Sequence[Payment], today: date, reversals: Sequence[Reversal] = ()
) -> PromiseVerdict:
    """What became of one promise by its loan's payments up to `today`; a reversed payment never counted.

    Where promises of one loan overlap, judge them by `matching.judge_all`, which counts each fen once.
    """
    standing = standing_payments(payments, reversals, today)
    received = sum(p.amount_fen for p in standing if promise.counts(p.received))
    return verdict_on(promise, received, today)


def verdict_on(promise: Promise, received_fen: int, today: date) -> PromiseVerdict:
    status = _status(promise, received_fen, today)
    return PromiseVerdict(promise.promise_id, status, promise.amount_fen, received_fen)


def _status(promise: Promise, received_fen: int, today: date) -> PromiseStatus:
    if received_fen >= promise.amount_fen:
        return PromiseStatus.KEPT
    if today <= promise.last_day:
        return PromiseStatus.OPEN
    return PromiseStatus.PARTLY_KEPT if received_fen > 0 else PromiseStatus.BROKEN
