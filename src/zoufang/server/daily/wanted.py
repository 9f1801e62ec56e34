"""Whom one might visit today, and who is left alone before the planner is even asked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Sum

from zoufang.core.evaluation import Arm, SetAside
from zoufang.core.strategy import NextVisitPolicy, VisitHistory, next_visit
from zoufang.core.values import Message, PartyRole, Purpose, gettext_noop
from zoufang.server.agreements.models import Promise, RepaymentPlan
from zoufang.server.book.models import LoanState, Party
from zoufang.server.staff.models import Branch
from zoufang.server.studies import queries as studies
from zoufang.server.studies.models import Assignment
from zoufang.server.visiting.models import Visit
from zoufang.server.visiting.plans import NotGoing

PERFORMING = (RepaymentPlan.Status.PERFORMING, RepaymentPlan.Status.AWAITING_APPROVAL)
HELD_OUT = Message(gettext_noop("Held out by chance, so that the effect of visits can be measured"))
PAID_UP = Message(gettext_noop("Nothing is overdue any more"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A customer for whom a visit is due."""

    party: Party
    purpose: Purpose
    required: bool
    arrears_fen: int
    dpd: int
    attempts: int


def wanted_on(branch: Branch, day: date) -> tuple[list[Wanted], list[NotGoing]]:
    """The study's customers of this branch for whom a visit is due, and the others with the reason."""
    study = studies.study_on(day, branch)
    if study is None:
        return [], []
    rows = study.assignments.filter(party__branch__path__startswith=branch.path).select_related("party__branch")
    assigned = list(rows.order_by("party__source_system", "party__source_key"))
    overdue = _overdue([row.party_id for row in assigned])
    histories = histories_of([row.party_id for row in assigned], day)
    wanted: list[Wanted] = []
    left: list[NotGoing] = []
    for row in assigned:
        owed = overdue.get(row.party_id, (0, 0))
        answer = _want(row, owed, histories[row.party_id], day)
        if isinstance(answer, Wanted):
            wanted.append(answer)
        else:
            left.append(answer)
    return wanted, left


def _want(row: Assignment, owed: tuple[int, int], history: VisitHistory, day: date) -> Wanted | NotGoing:
    if row.arm == Arm.HOLD_OUT:
        return NotGoing(row.party_id, "held_out", (HELD_OUT,))
    arrears_fen, dpd = owed
    if arrears_fen <= 0:
        return NotGoing(row.party_id, "not_due", (PAID_UP,))
    due = next_visit(history, day, NextVisitPolicy())
    if due.purpose is None:
        return NotGoing(row.party_id, "not_due", (due.reason,))
    required = row.arm == Arm.MUST_VISIT and history.attempts == 0
    return Wanted(row.party, _purpose(row, due.purpose), required, arrears_fen, dpd, history.attempts)


def _purpose(row: Assignment, purpose: Purpose) -> Purpose:
    """Where limitation is about to end, the first visit serves a demand: it alone keeps the right (CN-S2)."""
    if row.reason == SetAside.LIMITATION and purpose is Purpose.FIRST_TALK:
        return Purpose.SERVE_DEMAND
    return purpose


def _overdue(party_ids: list[UUID]) -> dict[UUID, tuple[int, int]]:
    """Arrears in fen and days past due by debtor, over all open loans."""
    states = LoanState.objects.filter(loan__debtor__in=party_ids, open=True)
    rows = states.values("loan__debtor").annotate(owed=Sum("arrears_fen")).values_list("loan__debtor", "owed")
    worst: dict[UUID, int] = {}
    for party_id, dpd in states.values_list("loan__debtor", "dpd"):
        worst[party_id] = max(dpd, worst.get(party_id, 0))
    return {party_id: (owed, worst[party_id]) for party_id, owed in rows}


def histories_of(party_ids: list[UUID], day: date) -> dict[UUID, VisitHistory]:
    """What has been tried with each of these customers before `day`, in four queries."""
    visits: dict[UUID, list[Visit]] = defaultdict(list)
    for visit in Visit.objects.filter(party__in=party_ids, day__lt=day, ended_at__isnull=False).order_by("day"):
        visits[visit.party_id].append(visit)
    promises: dict[UUID, list[Promise]] = defaultdict(list)
    for promise in Promise.objects.filter(party__in=party_ids, made_on__lte=day).order_by("due"):
        promises[promise.party_id].append(promise)
    performing = set(
        RepaymentPlan.objects.filter(party__in=party_ids, status__in=PERFORMING).values_list("party_id", flat=True)
    )
    return {i: _history(visits[i], promises[i], i in performing) for i in party_ids}


def _history(visits: list[Visit], promises: list[Promise], performing: bool) -> VisitHistory:
    met = [v for v in visits if v.met_role in (PartyRole.DEBTOR, PartyRole.CO_DEBTOR)]
    running = [p.due + timedelta(days=p.grace_days) for p in promises if p.status == Promise.Status.OPEN]
    broken = [
        p.due for p in promises if p.status in (Promise.Status.BROKEN, Promise.Status.PARTLY_KEPT) and p.judged_on
    ]
    return VisitHistory(
        attempts=len(visits),
        met=len(met),
        last_attempt=visits[-1].day if visits else None,
        promise_open_until=max(running, default=None),
        promise_broken_on=max(broken, default=None),
        hardship=bool(met and met[-1].hardship),
        plan_performing=performing,
    )
