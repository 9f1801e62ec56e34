"""Which promise, instalment and visit a payment answers: three ledgers, each fen at most once in each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zoufang.core.errors import BadInput
from zoufang.core.portfolio import Payment, Reversal
from zoufang.core.repayment.promises import Promise, PromiseVerdict, verdict_on
from zoufang.core.repayment.receipts import standing_payments
from zoufang.core.values import Instalment

WINDOWS = (7, 14, 30)


class Ledger(StrEnum):
    PROMISE = "promise"
    PLAN = "plan"
    VISIT = "visit"


class Attribution(StrEnum):
    """Which of several visits within the window a payment is set beside (A9). It proves no effect: that is
    the hold-out's to tell."""

    LAST_VISIT = "last_visit"
    LAST_MET = "last_met"  # the last visit on which the customer was met


@dataclass(frozen=True, slots=True)
class PlannedInstalment:
    instalment_id: str
    plan_starts: date
    instalment: Instalment


@dataclass(frozen=True, slots=True)
class VisitMade:
    visit_id: str
    day: date
    met: bool


@dataclass(frozen=True, slots=True)
class Match:
    """`window_days`: the narrowest of the windows in which the payment followed the visit; None elsewhere."""

    payment_id: str
    ledger: Ledger
    target_id: str
    paid_on: date
    amount_fen: int
    window_days: int | None = None


@dataclass(slots=True)
class _Claim:
    """What one promise or instalment may still take."""

    target_id: str
    left_fen: int
    counts: Callable[[date], bool]


def match_payments(
    payments: Sequence[Payment],
    promises: Sequence[Promise],
    instalments: Sequence[PlannedInstalment],
    visits: Sequence[VisitMade],
    *,
    today: date,
    reversals: Sequence[Reversal] = (),
    windows: tuple[int, ...] = WINDOWS,
    attribution: Attribution = Attribution.LAST_VISIT,
) -> tuple[Match, ...]:
    """Match one loan's payments up to `today`; the earliest due promise or instalment is served first.

    The answer depends on the entries alone, not on their order, so a back-dated payment or a reversal
    re-derives everything.
    """
    if not windows or min(windows) < 0:
        raise BadInput(f"Visit windows {windows} are days after the visit, 0 or more. Correct them.")
    standing = standing_payments(payments, reversals, today)
    return (
        *_serve(standing, _promise_claims(promises), Ledger.PROMISE),
        *_serve(standing, _plan_claims(instalments), Ledger.PLAN),
        *_attribute(standing, visits, tuple(sorted(windows)), attribution),
    )


def judge_all(promises: Sequence[Promise], matches: Sequence[Match], today: date) -> tuple[PromiseVerdict, ...]:
    """What became of each promise by what was matched to it, so that no fen keeps two promises."""
    verdicts = []
    for promise in promises:
        mine = [m for m in matches if m.ledger is Ledger.PROMISE and m.target_id == promise.promise_id]
        verdicts.append(verdict_on(promise, sum(m.amount_fen for m in mine), today))
    return tuple(verdicts)


def _promise_claims(promises: Sequence[Promise]) -> list[_Claim]:
    by_due = sorted(promises, key=lambda p: (p.due, p.made_on, p.promise_id))
    return [_Claim(p.promise_id, p.amount_fen, p.counts) for p in by_due]


def _plan_claims(planned: Sequence[PlannedInstalment]) -> list[_Claim]:
    by_due = sorted(planned, key=lambda p: (p.instalment.due, p.instalment_id))
    return [_Claim(p.instalment_id, p.instalment.amount_fen, _from(p.plan_starts)) for p in by_due]


def _from(start: date) -> Callable[[date], bool]:
    return lambda paid_on: paid_on >= start


def _serve(standing: list[Payment], claims: list[_Claim], ledger: Ledger) -> list[Match]:
    matches = []
    for payment in standing:
        left = payment.amount_fen
        for claim in claims:
            taken = min(left, claim.left_fen) if claim.counts(payment.received) else 0
            if taken:
                claim.left_fen -= taken
                left -= taken
                matches.append(Match(payment.id, ledger, claim.target_id, payment.received, taken))
    return matches


def _attribute(
    standing: list[Payment], visits: Sequence[VisitMade], windows: tuple[int, ...], rule: Attribution
) -> list[Match]:
    """Each payment goes whole to one visit: the last one (that met someone, by the rule) within the window."""
    usable = [visit for visit in visits if visit.met or rule is Attribution.LAST_VISIT]
    usable.sort(key=lambda visit: (visit.day, visit.visit_id))
    matches = []
    for payment in standing:
        before = [visit for visit in usable if 0 <= (payment.received - visit.day).days <= windows[-1]]
        if before:
            days = (payment.received - before[-1].day).days
            window = next(w for w in windows if days <= w)
            matches.append(
                Match(payment.id, Ledger.VISIT, before[-1].visit_id, payment.received, payment.amount_fen, window)
            )
    return matches
