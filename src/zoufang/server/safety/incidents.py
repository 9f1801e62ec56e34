"""Report what happened on a visit; refuse a visit; what earlier incidents say of a place or a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.core.safety import DutyKind, IncidentKind, PastIncident, SafetyPolicy
from zoufang.core.values import BANK_ZONE, Message, gettext_noop
from zoufang.core.visits import CalledOff, Outcome, VisitCalledOff
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.book.models import Address, RevealPurpose
from zoufang.server.book.reveals import note_reveal
from zoufang.server.safety.incident_models import NOTHING
from zoufang.server.safety.models import Crisis, Duty, Escalation, Incident, RefusedStop
from zoufang.server.safety.rest import rest_after
from zoufang.server.safety.watches import POLICY
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.events import accept_events
from zoufang.server.visiting.models import Visit

FIELD = "incident"


@dataclass(frozen=True, slots=True)
class Told:
    """What the reporter says. `kind`: an IncidentKind, or NOTHING for a false alarm."""

    kind: str
    where: Incident.Where
    happened_at: datetime
    hurt: Incident.Hurt
    police: bool
    text: str


@transaction.atomic
def report(
    *,
    id: UUID,  # noqa: A002 - made where the fact is made
    visit: Visit,
    told: Told,
    by: User,
    at: datetime,
    policy: SafetyPolicy = POLICY,
) -> Incident:
    """Keep the report, end the duty to make one, and give the crew its rest; sent twice it counts once."""
    require(by, "report_incident", visit)
    if by.role == "visitor" and not visit.crew.members.filter(pk=by.pk).exists():
        raise NotPermitted(f"{by} is not of the crew of this visit. Ask one of the crew to report.")
    if told.happened_at > at:
        raise BadInput(Message(gettext_noop("An incident cannot lie in the future. Correct the time.")))
    if not told.text.strip():
        raise BadInput(Message(gettext_noop("Say what happened, in a sentence or two.")))
    Visit.objects.select_for_update().get(pk=visit.pk)
    first = {
        "visit": visit,
        "branch": visit.branch,
        "kind": told.kind,
        "where": told.where,
        "at": told.happened_at,
        "hurt": told.hurt,
        "police": told.police,
        "sealed_text": vault.seal(visit.party.key, told.text.strip(), FIELD),
        "reported_by": by,
        "reported_at": at,
    }
    row, made = Incident.objects.get_or_create(id=id, defaults=first)
    if made:
        _end_duties(visit, by, at)
        if told.kind != NOTHING:
            rest_after(visit, told.happened_at.astimezone(BANK_ZONE).date(), policy)
        audit.record(
            at=at,
            actor=by.employee_no,
            action="report_incident",
            subject_kind="visit",
            subject_id=visit.pk,
            branch_code=visit.branch.code,
            details={"incident": str(id), "kind": told.kind, "hurt": told.hurt, "police": told.police},
        )
    return row


def _end_duties(visit: Visit, by: User, at: datetime) -> None:
    owed = Duty.objects.filter(visit=visit, kind=DutyKind.REPORT, done_at=None)
    Escalation.objects.filter(duty__in=owed, settled_at=None).update(settled_at=at)
    owed.update(done_at=at, done_by=by)


@transaction.atomic
def text_of(incident: Incident, by: User, at: datetime) -> str:
    """What was written, opened on record."""
    require(by, "see_incidents", incident)
    audit.record(
        at=at,
        actor=by.employee_no,
        action="open_incident",
        subject_kind="visit",
        subject_id=incident.visit_id,
        branch_code=incident.branch.code,
        details={"incident": str(incident.pk)},
    )
    note_reveal(
        party=incident.visit.whom,
        what="incident",
        purpose=RevealPurpose.SAFETY,
        by=by,
        at=at,
        subject=str(incident.pk),
        branch=incident.branch,
    )
    opened: str = vault.unseal(incident.visit.party.key, incident.sealed_text, FIELD)
    return opened


@transaction.atomic
def refuse_visit(
    *,
    id: UUID,  # noqa: A002
    visit: Visit,
    reason: RefusedStop.Reason,
    by: User,
    at: datetime,
) -> RefusedStop:
    """A visitor will not make this visit, and need not: it is called off, counted, and held against nobody."""
    require(by, "conduct_visit", visit)
    if not visit.crew.members.filter(pk=by.pk).exists():
        raise NotPermitted(f"{by} is not of the crew of this visit. Ask the planner to change the crew.")
    if (known := RefusedStop.objects.filter(pk=id).first()) is not None:
        return known
    if visit.started_at is not None:
        raise Conflict(
            Message(gettext_noop("This visit has begun. Feel unsafe? Leave now: that is always right."))
        )
    event = VisitCalledOff(
        id=str(uuid5(id, "called_off")),
        visit_id=str(visit.pk),
        by=str(by.pk),
        at=at,
        reason=CalledOff.SAFETY,
    )
    accept_events(visit=visit, events=[event], officers=[by], at=at)
    return RefusedStop.objects.create(id=id, visit=visit, branch=visit.branch, reason=reason, by=by, at=at)


@dataclass(frozen=True, slots=True)
class History:
    """Incidents by person and by place; a place is the same wherever its address reads the same."""

    by_person: dict[UUID, tuple[PastIncident, ...]]
    by_place: dict[bytes, tuple[PastIncident, ...]]
    fled: frozenset[UUID]  # people from whom a crew left for safety

    def at(self, address: Address, whom: UUID) -> tuple[PastIncident, ...]:
        """What is on record of this door and this person, each once, the newest first."""
        found = {*self.by_person.get(whom, ()), *self.by_place.get(bytes(address.text_index), ())}
        return tuple(sorted(found, key=lambda one: (one.on, one.kind), reverse=True))


def history_of(addresses: Iterable[Address], people: Iterable[UUID], day: date) -> History:
    """Three queries, whatever their number. What befell a crew on the way says nothing of a door."""
    people, places = set(people), {bytes(address.text_index) for address in addresses}
    persons: dict[UUID, set[PastIncident]] = defaultdict(set)
    doors: dict[bytes, set[PastIncident]] = defaultdict(set)
    rows = Incident.objects.filter(where=Incident.Where.AT_THE_DOOR, at__date__lte=day).exclude(kind=NOTHING)
    near = Q(visit__party__in=people) | Q(visit__target__in=people) | Q(visit__address__text_index__in=places)
    for row in rows.filter(near).select_related("visit__address"):
        one = PastIncident(IncidentKind(row.kind), row.at.astimezone(BANK_ZONE).date())
        persons[row.visit.target_id or row.visit.party_id].add(one)
        doors[bytes(row.visit.address.text_index)].add(one)
    for whom, at in Crisis.objects.filter(whom__in=people, at__date__lte=day).values_list("whom_id", "at"):
        sign = PastIncident(IncidentKind.SELF_HARM_SIGN, at.astimezone(BANK_ZONE).date())
        persons[whom].add(sign)
    return History(
        {whom: tuple(found) for whom, found in persons.items()},
        {place: tuple(found) for place, found in doors.items()},
        _fled(people, day),
    )


def _fled(people: set[UUID], day: date) -> frozenset[UUID]:
    rows = Visit.objects.annotate(whose=Coalesce("target_id", "party_id"))
    found = rows.filter(whose__in=people, day__lte=day, outcome__in=[Outcome.UNSAFE, Outcome.LEFT_FOR_SAFETY])
    return frozenset(found.values_list("whose", flat=True))
