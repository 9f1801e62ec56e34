"""Whom one might visit today, and who is left alone before the planner is even asked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Sum

from zoufang.core.evaluation import Arm, SetAside
from zoufang.core.strategy import NextVisitPolicy, VisitHistory, next_visit
from zoufang.core.values import Message, PartyRole, Purpose, gettext_noop
from zoufang.server.agencies.queries import placed_with
from zoufang.server.agreements.models import Promise, RepaymentPlan
from zoufang.server.book.models import LoanState, Party
from zoufang.server.borrower.models import ChannelWish
from zoufang.server.borrower.wishes import other_ways
from zoufang.server.daily.others import Turn, turns_on
from zoufang.server.daily.targets import Target, target_of
from zoufang.server.staff.models import Branch
from zoufang.server.studies import queries as studies
from zoufang.server.studies.models import Assignment
from zoufang.server.visiting.models import PlannerOrder, Visit
from zoufang.server.visiting.plans import NotGoing

PERFORMING = (RepaymentPlan.Status.PERFORMING, RepaymentPlan.Status.AWAITING_APPROVAL)
HELD_OUT = Message(gettext_noop("Held out by chance, so that the effect of visits can be measured"))
ORDERED = Message(gettext_noop("Ordered by the planner"))
APPOINTED = Message(gettext_noop("Appointment: the customer chose this hour"))
OTHER_WAY = gettext_noop("The customer asked to be reached otherwise than by a visit until %(until)s")
PAID_UP = Message(gettext_noop("Nothing is overdue any more"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A customer about whose debt a visit is due, to them or to somebody else who stands in it (`target`)."""

    party: Party
    purpose: Purpose
    required: bool
    arrears_fen: int
    dpd: int
    attempts: int
    target: Target | None = None
    reason: Message | None = None  # why it is somebody else's turn, or that a planner ordered it
    begins: int | None = None  # the minute after midnight that the customer chose

    @property
    def ordered(self) -> bool:
        return self.reason is ORDERED or self.reason is APPOINTED


def wanted_on(branch: Branch, day: date) -> tuple[list[Wanted], list[NotGoing]]:
    """The study's customers of this branch for whom a visit is due, and the others with the reason.

    A planner's order brings in who is in no study; it never undoes the draw of a hold-out.
    """
    assigned, ordered = _assigned(branch, day), orders_on(branch, day)
    parties = [row.party for row in assigned]
    parties += [order.party for party_id, order in ordered.items() if party_id not in {p.id for p in parties}]
    overdue = _overdue([party.id for party in parties])
    histories = histories_of([party.id for party in parties], day)
    turns, wishes = turns_on(parties, histories, day), other_ways(overdue, day)
    away = placed_with([party.id for party in parties])
    arms = {row.party_id: row for row in assigned}
    wanted: list[Wanted] = []
    left: list[NotGoing] = []
    for party in parties:
        turn, wish = turns.get(party.id), wishes.get(party.id)
        case = _Case(party, *overdue.get(party.id, (0, 0)), histories[party.id], turn, wish, away.get(party.id))
        answer = _want(case, arms.get(party.id), ordered.get(party.id), day)
        if isinstance(answer, Wanted):
            wanted.append(answer)
        else:
            left.append(answer)
    return wanted, left


def _assigned(branch: Branch, day: date) -> list[Assignment]:
    study = studies.study_on(day, branch)
    if study is None:
        return []
    rows = study.assignments.filter(party__branch__path__startswith=branch.path).select_related("party__branch")
    return list(rows.order_by("party__source_system", "party__source_key"))


def orders_on(branch: Branch, day: date) -> dict[UUID, PlannerOrder]:
    """Visits that a planner ordered for the day, by debtor; a later pin to a crew keeps the order's target."""
    rows = PlannerOrder.objects.filter(day=day, branch__path__startswith=branch.path).exclude(purpose="")
    given = rows.exclude(kind=PlannerOrder.Kind.DROP).select_related("party__branch", "target__branch")
    return {order.party_id: order for order in given.order_by("party__source_system", "party__source_key")}


@dataclass(frozen=True, slots=True)
class _Case:
    party: Party
    arrears_fen: int
    dpd: int
    history: VisitHistory
    turn: Turn | None
    wish: ChannelWish | None = None
    away: Message | None = None  # with an agency


def _want(case: _Case, row: Assignment | None, order: PlannerOrder | None, day: date) -> Wanted | NotGoing:
    """Held out stands above all, then nothing owed, an agency, orders, others' turn, a wish, the debtor's turn."""
    if row is not None and row.arm == Arm.HOLD_OUT:
        return NotGoing(case.party.id, "held_out", (HELD_OUT,))
    if case.arrears_fen <= 0:
        return NotGoing(case.party.id, "not_due", (PAID_UP,))
    if case.away is not None:
        return NotGoing(case.party.id, "not_due", (case.away,))
    if order is not None:
        return _ordered(case, order)
    if case.turn is not None:
        why = case.turn.why
        return _wanted(case, why.purpose, required=why.required, target=case.turn.target, reason=why.reason)
    if case.wish is not None and not (row is not None and row.reason == SetAside.LIMITATION):
        return NotGoing(case.party.id, "not_due", (Message(OTHER_WAY, {"until": case.wish.until}),))
    due = next_visit(case.history, day, NextVisitPolicy())
    if due.purpose is None or row is None:
        return NotGoing(case.party.id, "not_due", (due.reason,))
    required = row.arm == Arm.MUST_VISIT and case.history.attempts == 0
    return _wanted(case, _purpose(row, due.purpose), required=required)


def _ordered(case: _Case, order: PlannerOrder) -> Wanted:
    """An order with an hour and no crew is an appointment: any crew may keep it."""
    appointed = order.arrive is not None and order.crew_id is None
    reason = APPOINTED if appointed else ORDERED
    made = _wanted(case, Purpose(order.purpose), required=True, target=target_of(order), reason=reason)
    return replace(made, begins=order.arrive) if appointed else made


def _wanted(
    case: _Case,
    purpose: Purpose,
    *,
    required: bool,
    target: Target | None = None,
    reason: Message | None = None,
) -> Wanted:
    attempts = case.history.attempts
    return Wanted(case.party, purpose, required, case.arrears_fen, case.dpd, attempts, target, reason)


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
    """What has been tried with each of these customers themselves before `day`, in four queries."""
    visits: dict[UUID, list[Visit]] = defaultdict(list)
    made = Visit.objects.filter(party__in=party_ids, target__isnull=True, day__lt=day, ended_at__isnull=False)
    for visit in made.order_by("day"):
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
