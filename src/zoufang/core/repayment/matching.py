"""Which promise, instalment and visit a payment answers: three ledgers, each fen at most once in each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from zoufang.core.errors import BadInput
from zoufang.core.repayment.payments import PaymentEntry, net_payments
from zoufang.core.repayment.promises import Promise
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
    loan_id: str
    plan_starts: date
    instalment: Instalment


@dataclass(frozen=True, slots=True)
class VisitMade:
    visit_id: str
    loan_id: str
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
    payments: Sequence[PaymentEntry],
    promises: Sequence[Promise],
    instalments: Sequence[PlannedInstalment],
    visits: Sequence[VisitMade],
    *,
    today: date,
    windows: tuple[int, ...] = WINDOWS,
    attribution: Attribution = Attribution.LAST_VISIT,
) -> tuple[Match, ...]:
    """Match payments up to `today`, reversals taken off; the earliest due promise or instalment is served first.

    The answer depends on the entries alone, not on their order, so a back-dated payment re-derives everything.
    """
    if not windows or min(windows) < 0:
        raise BadInput(f"Visit windows {windows} are days after the visit, 0 or more. Correct them.")
    paid, promised, planned, visited = (_by_loan(items) for items in (payments, promises, instalments, visits))
    matches: list[Match] = []
    for loan_id in sorted(paid):
        net = net_payments(paid[loan_id], loan_id, today)
        matches += _serve(net, _promise_claims(promised[loan_id]), Ledger.PROMISE)
        matches += _serve(net, _plan_claims(planned[loan_id]), Ledger.PLAN)
        matches += _attribute(net, visited[loan_id], tuple(sorted(windows)), attribution)
    return tuple(matches)


def _by_loan(items: Sequence[Any]) -> defaultdict[str, list[Any]]:
    grouped: defaultdict[str, list[Any]] = defaultdict(list)
    for item in items:
        grouped[item.loan_id].append(item)
    return grouped


def _promise_claims(promises: list[Promise]) -> list[_Claim]:
    promises.sort(key=lambda p: (p.due, p.made_on, p.promise_id))
    return [_Claim(p.promise_id, p.amount_fen, p.counts) for p in promises]


def _plan_claims(planned: list[PlannedInstalment]) -> list[_Claim]:
    planned.sort(key=lambda p: (p.instalment.due, p.instalment_id))
    return [_Claim(p.instalment_id, p.instalment.amount_fen, _from(p.plan_starts)) for p in planned]


def _from(start: date) -> Callable[[date], bool]:
    return lambda paid_on: paid_on >= start


def _serve(net: list[tuple[str, date, int]], claims: list[_Claim], ledger: Ledger) -> list[Match]:
    matches = []
    for payment_id, paid_on, fen in net:
        left = fen
        for claim in claims:
            taken = min(left, claim.left_fen) if claim.counts(paid_on) else 0
            if taken:
                claim.left_fen -= taken
                left -= taken
                matches.append(Match(payment_id, ledger, claim.target_id, paid_on, taken))
    return matches


def _attribute(
    net: list[tuple[str, date, int]], visits: list[VisitMade], windows: tuple[int, ...], rule: Attribution
) -> list[Match]:
    """Each payment goes whole to one visit: the last one (that met someone, by the rule) within the window."""
    usable = [visit for visit in visits if visit.met or rule is Attribution.LAST_VISIT]
    usable.sort(key=lambda visit: (visit.day, visit.visit_id))
    matches = []
    for payment_id, paid_on, fen in net:
        before = [visit for visit in usable if 0 <= (paid_on - visit.day).days <= windows[-1]]
        if before:
            days = (paid_on - before[-1].day).days
            window = next(w for w in windows if days <= w)
            matches.append(Match(payment_id, Ledger.VISIT, before[-1].visit_id, paid_on, fen, window))
    return matches
