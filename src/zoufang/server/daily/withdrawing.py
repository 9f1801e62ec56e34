"""Planned visits that may not be made any more: withdrawn with the reason, by each day's run or at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from zoufang.core.compliance import Refusal
from zoufang.core.values import Message, Purpose, gettext_noop
from zoufang.server.book.models import LoanState
from zoufang.server.daily.facts import read_registers
from zoufang.server.daily.gate import Door, review_doors
from zoufang.server.daily.policies import compliance_policy
from zoufang.server.daily.targets import target_of
from zoufang.server.visiting.events import withdraw
from zoufang.server.visiting.models import Visit

PAID_UP = Message(gettext_noop("Nothing is overdue any more"))
CLOSED_SINCE = Message(gettext_noop("Compliance no longer allows this visit"))


def withdraw_visits(day: date, actor: str, at: datetime, about: Collection[UUID] | None = None) -> int:
    """Visits from `day` on that have not begun: nobody goes where nothing is owed or compliance refuses by now.

    `about`: only those about these debtors, for a decision that takes effect within the day.
    """
    waiting = Visit.objects.filter(day__gte=day, started_at__isnull=True, withdrawn_reason__isnull=True)
    if about is not None:
        waiting = waiting.filter(party__in=list(about))
    rows = waiting.select_related("party__branch", "target__branch", "address")
    visits = list(rows.order_by("day", "id"))
    for visit in visits:
        visit.opened(visit.address)
    owing = _owing([visit.party_id for visit in visits])
    reasons = {visit.id: PAID_UP for visit in visits if visit.party_id not in owing}
    for on in sorted({visit.day for visit in visits}):
        asked = [visit for visit in visits if visit.day == on and visit.id not in reasons]
        reasons |= _refused(asked, on, at)
    for visit in visits:
        if visit.id in reasons:
            withdraw(visit=visit, reason=reasons[visit.id].as_json(), actor=actor, at=at)
    return len(reasons)


def _owing(party_ids: list[UUID]) -> set[UUID]:
    owed = LoanState.objects.filter(loan__debtor__in=party_ids, open=True, arrears_fen__gt=0)
    return set(owed.values_list("loan__debtor", flat=True))


def _refused(visits: list[Visit], day: date, at: datetime) -> dict[UUID, Message]:
    others = [visit.target for visit in visits if visit.target is not None]
    registers = read_registers([visit.party for visit in visits], day, others)
    doors = [Door(visit.party, visit.address, Purpose(visit.purpose), target_of(visit)) for visit in visits]
    answers = review_doors(doors, registers, compliance_policy(day), day=day, at=at)
    said = zip(visits, (answer.said for answer in answers), strict=True)
    return {
        visit.id: answer.reasons[0].message if answer.reasons else CLOSED_SINCE
        for visit, answer in said
        if isinstance(answer, Refusal)
    }
