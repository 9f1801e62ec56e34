"""What happens at the door, carried to every register that it concerns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import QuerySet

from zoufang.core.compliance import ClearedVisit, ContactRequest, Refusal, Vulnerability, review
from zoufang.core.errors import Conflict
from zoufang.core.values import BANK_ZONE, Channel, Message, PartyRole, Purpose, gettext_noop
from zoufang.core.visits import (
    AnyVisitEvent,
    DisputeRaised,
    Outcome,
    OutcomeRecorded,
    PromiseGiven,
    VisitRecord,
    VulnerabilityChecked,
)
from zoufang.server.agreements.promises import give_promise
from zoufang.server.book.models import Loan, LoanParty
from zoufang.server.daily.crew_by_risk import enough_are_there
from zoufang.server.daily.facts import facts_of, read_registers
from zoufang.server.daily.gate import overrides_of
from zoufang.server.daily.policies import compliance_policy
from zoufang.server.daily.targets import target_of
from zoufang.server.oversight import services as oversight
from zoufang.server.oversight.models import Stop
from zoufang.server.safety import crisis
from zoufang.server.safety.rest import resting
from zoufang.server.staff.models import User
from zoufang.server.staff.zone import local_day
from zoufang.server.visiting import events as visiting
from zoufang.server.visiting.models import Visit

STOP_NAMESPACE = UUID("6f1c0a52-5a0e-4c1b-9d43-0a5c5d1f7a10")


@transaction.atomic
def accept(
    *,
    visit: Visit,
    events: Sequence[AnyVisitEvent],
    officers: Sequence[User],
    at: datetime,
    simulated: bool = False,
    late: bool = False,
    in_spite: bool = False,
) -> VisitRecord:
    """Accept a visit's events; the first check-in is reviewed again, for much may have changed since the plan.

    `late`, `in_spite`: as in `visiting.events.accept_events`; what is taken for a fact is not reviewed.
    """
    begins = next((event for event in events if event.kind == "checked_in"), None)
    if begins is not None and not in_spite and not visit.events.filter(kind="checked_in").exists():
        _rested(begins, at)
        _still_allowed(visit, begins.at)
    if not in_spite:
        enough_are_there(visit, events)
    record = visiting.accept_events(
        visit=visit, events=events, officers=officers, at=at, simulated=simulated, late=late, in_spite=in_spite
    )
    by_id = {str(officer.pk): officer for officer in officers}
    for event in events:
        carry(visit, event, by_id[event.by], at)
    return record


def _rested(begins: AnyVisitEvent, at: datetime) -> None:
    """After an incident nobody begins another visit before it was talked over, or the days of rest are past."""
    rests = resting(at.astimezone(BANK_ZONE).date()).filter(officer=int(begins.by))
    if rests.exclude(visit=UUID(begins.visit_id)).exists():
        text = gettext_noop("After an incident you rest: no new visit before somebody has talked it over.")
        raise Conflict(Message(text))


def said_at(visit: Visit, at: datetime) -> ClearedVisit | Refusal:
    """May this visit begin at this time, by what is known now?"""
    day = local_day(at)
    minutes = visit.stop.service_min if visit.stop else 20
    target = target_of(visit)
    request = ContactRequest(
        customer_id=str(visit.party_id),
        channel=Channel.VISIT,
        purpose=Purpose(visit.purpose),
        target_id=str(visit.whom.id),
        target_role=PartyRole(visit.target_role),
        starts=at,
        ends=at + timedelta(minutes=minutes),
    )
    registers = read_registers([visit.party], day, [target.party] if target else ())
    facts = facts_of(visit.party, visit.address, registers, target=target, channel=Channel.VISIT)
    overrides = overrides_of({visit.party_id}, day).get((visit.party_id, visit.whom.id), ())
    return review(request, facts, compliance_policy(day), day, overrides)


def _still_allowed(visit: Visit, at: datetime) -> None:
    said = said_at(visit, at)
    if isinstance(said, Refusal):
        why = Message.joined(reason.message for reason in said.reasons)
        raise Conflict(Message(gettext_noop("This visit may not begin: %(why)s"), {"why": why}))


def carry(visit: Visit, event: AnyVisitEvent, by: User, at: datetime) -> None:
    """Disputes, deaths and signs of vulnerability stop further contact at once; a promise is kept as one."""
    if isinstance(event, PromiseGiven):
        _promise(visit, event, by, at)
    elif isinstance(event, DisputeRaised):
        _stop(visit, event, Stop.Kind.DISPUTE, event.text, by, at)
    elif isinstance(event, OutcomeRecorded) and event.outcome is Outcome.DECEASED:
        _stop(visit, event, Stop.Kind.DECEASED, "", by, at)
    elif isinstance(event, VulnerabilityChecked) and event.signs:
        if Vulnerability.SELF_HARM_RISK in event.signs:
            key = uuid5(STOP_NAMESPACE, event.id)
            crisis.report(id=key, party=visit.party, whom=visit.whom, visit=visit, by=by, at=at)
        else:
            _stop(visit, event, Stop.Kind.VULNERABLE, "", by, at)


def _promise(visit: Visit, event: PromiseGiven, by: User, at: datetime) -> None:
    loan = promised_loan(visit)
    if loan is None:
        text = gettext_noop("Nothing is overdue any more, so there is nothing to promise. Record a note instead.")
        raise Conflict(Message(text))
    give_promise(
        id=UUID(event.id),
        loan=loan,
        amount_fen=event.amount_fen,
        due=event.due,
        made_on=visit.day,
        visit=visit,
        by=by,
        at=at,
    )


def promised_loan(visit: Visit) -> Loan | None:
    """The loan that a talk is about: the one longest overdue, then the largest arrears, then by key."""
    return loans_spoken_of(visit).first()


def loans_spoken_of(visit: Visit) -> QuerySet[Loan]:
    """Overdue loans, the most pressing first; to others than the debtor only those in which they stand."""
    loans = Loan.objects.filter(debtor_id=visit.party_id, state__open=True, state__arrears_fen__gt=0)
    if visit.target_id is not None:
        mine = LoanParty.objects.filter(party=visit.target_id, role=visit.target_role)
        loans = loans.filter(pk__in=mine.values("loan"))
    return loans.select_related("state").order_by("-state__dpd", "-state__arrears_fen", "source_key")


def _stop(visit: Visit, event: AnyVisitEvent, kind: Stop.Kind, note: str, by: User, at: datetime) -> None:
    oversight.set_stop(
        id=uuid5(STOP_NAMESPACE, event.id),
        party=visit.whom,
        kind=kind,
        since=visit.day,
        by=by,
        at=at,
        note=note,
    )
