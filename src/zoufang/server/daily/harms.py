"""What followed earlier visits, and what customers can bear: the sources of a visit's worth beside the debt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db.models.functions import Coalesce

from zoufang.core.planning import Aftermath, Deadline, DeadlineKind, Harm, HarmModel, learn_harm
from zoufang.core.values import Purpose
from zoufang.core.visits import Outcome
from zoufang.server.agreements.models import Statement
from zoufang.server.book.models import Party
from zoufang.server.daily.facts import Registers
from zoufang.server.oversight.models import Complaint
from zoufang.server.safety.models import NOTHING, Incident
from zoufang.server.visiting.models import Visit

AFTER_DAYS = 30  # a complaint within it is laid to the visit, even where it does not name one
UNSAFE = (Outcome.UNSAFE, Outcome.LEFT_FOR_SAFETY)
OLDEST_STATEMENT = timedelta(days=365)


def segment_of(party: Party) -> str:
    """Country or town, where known: the trait that every bank has on file."""
    return {True: "rural", False: "urban", None: "unknown"}[party.rural]


def harms_until(day: date) -> HarmModel:
    """Rates as learnt from every finished visit before `day`; three queries. Each harm counts once a visit."""
    complained: dict[UUID, list[date]] = defaultdict(list)
    for party, on in Complaint.objects.filter(opened_on__lt=day).values_list("party_id", "opened_on"):
        complained[party].append(on)
    reported = set(Incident.objects.exclude(kind=NOTHING).values_list("visit_id", flat=True))
    rows = Visit.objects.filter(day__lt=day, ended_at__isnull=False, started_at__isnull=False)
    found = []
    for visit in rows.annotate(whose=Coalesce("target_id", "party_id")).select_related("party").iterator():
        harms = set()
        if any(0 <= (on - visit.day).days <= AFTER_DAYS for on in complained[visit.whose]):
            harms.add(Harm.COMPLAINT)
        if visit.outcome in UNSAFE or visit.pk in reported:
            harms.add(Harm.INCIDENT)
        if visit.hardship:
            harms.add(Harm.HARDSHIP)
        found.append(Aftermath(segment_of(visit.party), frozenset(harms)))
    return learn_harm(found)


def affordable_by(party_ids: Iterable[UUID], day: date) -> dict[UUID, int]:
    """The most that each can bear a month, by the newest statement of the last year; nobody without one.

    The uplift counts what comes within 28 days, thus one instalment.
    """
    rows = Statement.objects.filter(
        party__in=list(party_ids), taken_on__lte=day, taken_on__gt=day - OLDEST_STATEMENT
    )
    newest: dict[UUID, int | None] = {}
    for party, high in rows.order_by("taken_on", "id").values_list("party_id", "high_fen"):
        newest[party] = high
    return {party: max(0, high) for party, high in newest.items() if high is not None}


def deadline_of(party_id: UUID, purpose: Purpose, registers: Registers) -> Deadline | None:
    """The right that a visit of this purpose keeps, by its earliest end from the day on."""
    if purpose is Purpose.GUARANTOR_DEMAND:
        ends = [
            g.period_ends
            for g in registers.guarantees.get(party_id, [])
            if g.demanded_on is None and g.period_ends >= registers.day
        ]
        return Deadline(DeadlineKind.GUARANTEE, min(ends)) if ends else None
    end = registers.limitation.get(party_id)
    return Deadline(DeadlineKind.LIMITATION, end) if end is not None else None
