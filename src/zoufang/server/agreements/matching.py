"""Set payments beside promises, plans and visits. Everything is derived anew from the entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from zoufang.core.portfolio import Payment, Reversal
from zoufang.core.repayment import (
    Ledger,
    Match,
    PlannedInstalment,
    PromiseStatus,
    VisitMade,
    judge_all,
    match_payments,
)
from zoufang.core.repayment import Promise as GivenPromise
from zoufang.core.values import Instalment, PartyRole
from zoufang.server.agreements.means import tables
from zoufang.server.agreements.models import PaymentMatch, PlanInstalment, Promise, RepaymentPlan
from zoufang.server.book.models import Loan, LoanEntry
from zoufang.server.visiting.models import Visit

RUNNING = (RepaymentPlan.Status.PERFORMING, RepaymentPlan.Status.COMPLETED, RepaymentPlan.Status.BROKEN)


@transaction.atomic
def match_loans(*, loan_ids: Iterable[UUID], today: date) -> int:
    """Match every payment of these loans again and judge their promises and plans; returns the matches kept."""
    kept = 0
    for loan in Loan.objects.filter(id__in=set(loan_ids)).order_by("source_system", "source_key"):
        kept += _match_loan(loan, today)
    return kept


def _match_loan(loan: Loan, today: date) -> int:
    entries = {str(e.id): e for e in loan.entries.filter(kind__in=("payment", "reversal"), on__lte=today)}
    promises = list(loan.promises.all())
    given = [_given(promise) for promise in promises]
    plans = loan.repayment_plans.filter(status__in=RUNNING)
    instalments = list(PlanInstalment.objects.filter(plan__in=plans).select_related("plan"))
    matches = match_payments(
        [Payment(i, e.on, e.amount_fen) for i, e in entries.items() if e.kind == LoanEntry.Kind.PAYMENT],
        given,
        [_planned(row) for row in instalments],
        _visits(loan),
        today=today,
        reversals=_reversals(entries),
    )
    PaymentMatch.objects.filter(entry__loan=loan).delete()
    PaymentMatch.objects.bulk_create([_row(match) for match in matches])
    _judge_promises(promises, given, matches, today)
    _judge_plans(list(plans), instalments, matches, today)
    return len(matches)


def _given(promise: Promise) -> GivenPromise:
    return GivenPromise(
        promise_id=str(promise.id),
        made_on=promise.made_on,
        due=promise.due,
        amount_fen=promise.amount_fen,
        grace_days=promise.grace_days,
        visit_id=str(promise.visit_id) if promise.visit_id else None,
    )


def _planned(row: PlanInstalment) -> PlannedInstalment:
    part = Instalment(row.due, row.principal_fen, row.interest_fen, row.fees_fen)
    return PlannedInstalment(str(row.pk), row.plan.starts_on, part)


def _visits(loan: Loan) -> list[VisitMade]:
    rows = Visit.objects.filter(party_id=loan.debtor_id, ended_at__isnull=False)
    met = (PartyRole.DEBTOR, PartyRole.CO_DEBTOR)
    return [VisitMade(str(v.id), v.day, v.met_role in met) for v in rows]


def _reversals(entries: dict[str, LoanEntry]) -> list[Reversal]:
    by_reference = {e.reference: i for i, e in entries.items()}
    return [
        Reversal(i, by_reference[e.reverses], e.on)
        for i, e in entries.items()
        if e.kind == LoanEntry.Kind.REVERSAL and e.reverses in by_reference
    ]


def _row(match: Match) -> PaymentMatch:
    row = PaymentMatch(entry_id=UUID(match.payment_id), ledger=match.ledger, amount_fen=match.amount_fen)
    if match.ledger is Ledger.PROMISE:
        row.promise_id = UUID(match.target_id)
    elif match.ledger is Ledger.PLAN:
        row.instalment_id = int(match.target_id)
    else:
        row.visit_id = UUID(match.target_id)
    return row


def _judge_promises(
    promises: list[Promise], given: list[GivenPromise], matches: tuple[Match, ...], today: date
) -> None:
    verdicts = {verdict.promise_id: verdict for verdict in judge_all(given, matches, today)}
    for promise in promises:
        verdict = verdicts[str(promise.id)]
        judged_anew = verdict.status is not PromiseStatus.OPEN and promise.status != verdict.status
        promise.status = Promise.Status(verdict.status)
        promise.received_fen = verdict.received_fen
        if verdict.status is PromiseStatus.OPEN:
            promise.judged_on = None
        elif judged_anew or promise.judged_on is None:  # a later payment changes no day of judgement
            promise.judged_on = today
    Promise.objects.bulk_update(promises, ["status", "received_fen", "judged_on"])


def _judge_plans(
    plans: list[RepaymentPlan], instalments: list[PlanInstalment], matches: tuple[Match, ...], today: date
) -> None:
    """A plan is completed when all is paid, and broken when an instalment is late beyond what the bank bears."""
    paid: dict[str, int] = defaultdict(int)
    for match in matches:
        if match.ledger is Ledger.PLAN:
            paid[match.target_id] += match.amount_fen
    late_after = timedelta(days=tables().policy.break_after_days)
    for plan in plans:
        mine = [row for row in instalments if row.plan_id == plan.id]
        open_dues = [row.due for row in mine if paid[str(row.pk)] < row.amount_fen]
        if not open_dues:
            plan.status = RepaymentPlan.Status.COMPLETED
        elif min(open_dues) + late_after < today:
            plan.status = RepaymentPlan.Status.BROKEN
        else:
            plan.status = RepaymentPlan.Status.PERFORMING
    RepaymentPlan.objects.bulk_update(plans, ["status"])
