"""Accept what happens at the door, once each, and keep the visit's columns folded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction

from zoufang.core.compliance import Obligation, RecordCode
from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.core.values import Datum, Message, PartyRole, gettext_noop
from zoufang.core.visits import AnyVisitEvent, Outcome, VisitRecord, fold, problems, with_event
from zoufang.files.visit_events import event_from_json, event_to_json
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import Visit, VisitEvent
from zoufang.server.visiting.recusals import recused_from

# Free text may name people and their troubles: it is sealed with the customer's key.
TEXTS = ("note", "text", "words_used", "next_step")
NOT_HERE = (Outcome.MOVED, Outcome.WRONG_ADDRESS)


@transaction.atomic
def accept_events(
    *,
    visit: Visit,
    events: Sequence[AnyVisitEvent],
    officers: Sequence[User],
    at: datetime,
    simulated: bool = False,
    late: bool = False,
    in_spite: bool = False,
) -> VisitRecord:
    """Append events of one visit in their order and answer the record. An event known already changes nothing.

    `officers` are those whose devices made the events. All or nothing: Conflict when an id came before with
    another body, or when an event cannot come now. `late`: from a phone without signal, so that each may also
    stand at its own time. `in_spite`: a supervisor takes it for a fact, whatever was decided meanwhile.
    """
    for officer in officers if not in_spite else ():
        require(officer, "conduct_visit", visit)
    visit = Visit.objects.select_for_update().select_related("party", "branch", "crew", "address").get(pk=visit.pk)
    makers = _makers(visit, officers, in_spite)
    record, fresh = record_of(visit), []
    for event in events:
        if event.by not in makers:
            raise BadInput(f"Event {event.id} names another officer. Each officer's device makes its own events.")
        if not _seen(visit, record, event):
            _may_come(visit, record, event, late, in_spite)
            _append(visit, event, makers[event.by], at, simulated)
            record = with_event(record, event)
            fresh.append(event)
    if fresh:
        _keep_folded(visit, record)
        _learn_address(visit, record)
        _audit(visit, fresh, officers, at)
    return record


def _makers(visit: Visit, officers: Sequence[User], in_spite: bool) -> dict[str, User]:
    crew = set(visit.crew.members.values_list("pk", flat=True))
    for officer in officers:
        if officer.pk not in crew and not in_spite:
            raise NotPermitted(f"{officer} is not of the crew of this visit. Ask the planner to change the crew.")
    return {str(officer.pk): officer for officer in officers}


def _seen(visit: Visit, record: VisitRecord, event: AnyVisitEvent) -> bool:
    if any(earlier.id == event.id for earlier in record.events):
        stored = VisitEvent.objects.get(pk=event.id)
        if stored.body_hash != event_hash(event):
            text = gettext_noop(
                "Entry %(id)s came before with another body. Open the page again and enter it anew."
            )
            raise Conflict(Message(text, {"id": event.id}))
        return True
    if VisitEvent.objects.filter(pk=event.id).exists():
        raise Conflict(f"Event {event.id} belongs to another visit. Give the new event a new id.")
    return False


def _may_come(
    visit: Visit, record: VisitRecord, event: AnyVisitEvent, late: bool = False, in_spite: bool = False
) -> None:
    if in_spite and event.kind != "closed":
        return
    if visit.withdrawn_reason is not None and event.kind == "checked_in":
        raise Conflict(
            Message(gettext_noop("This visit has been withdrawn. Look at the reason on the day's list."))
        )
    if event.kind == "checked_in" and event.by in _recused(visit):
        raise Conflict(
            Message(
                gettext_noop(
                    "You are recused from this customer. Leave, and tell the planner: nobody holds it against you."
                )
            )
        )
    wrong = problems(record, event, obligations_of(visit))
    if wrong and not (late and _fits_then(visit, record, event)):
        raise Conflict(Message.joined(wrong))


def _fits_then(visit: Visit, record: VisitRecord, event: AnyVisitEvent) -> bool:
    """Could the event come after those that happened before it? The mate's phone may have told more since."""
    before = [one for one in record.events if (one.at, one.id) < (event.at, event.id)]
    return not problems(fold(record.visit_id, before, record.target_role), event, obligations_of(visit))


def _recused(visit: Visit) -> frozenset[str]:
    return frozenset().union(*recused_from({visit.party_id, visit.whom.pk}).values())


def record_of(visit: Visit) -> VisitRecord:
    """The visit's record, folded from its stored events."""
    events = [_opened(visit, row) for row in visit.events.all()]
    return fold(str(visit.id), events, PartyRole(visit.target_role))


def obligations_of(visit: Visit) -> tuple[Obligation, ...]:
    """What the verdict that cleared this visit asks to be recorded."""
    body = visit.stop.verdict.body if visit.stop else {"obligations": []}
    return tuple(Obligation(RecordCode(o["code"]), o["rule_id"]) for o in body["obligations"])


def event_hash(event: AnyVisitEvent) -> str:
    """SHA-256 in hex of all that the event says, its free texts too."""
    return sha256(json.dumps(event_to_json(event), ensure_ascii=False).encode()).hexdigest()


def _append(
    visit: Visit, event: AnyVisitEvent, by: User, at: datetime, simulated: bool, *, from_paper: bool = False
) -> None:
    body = event_to_json(event)
    texts = {name: body.pop(name) for name in TEXTS if body.get(name)}
    position = getattr(event, "position", None)
    if position is not None and position.datum is not Datum.WGS84:
        raise BadInput(f"Event {event.id}: positions are stored in WGS-84. Convert before sending.")
    VisitEvent.objects.create(
        id=UUID(event.id),
        visit=visit,
        kind=event.kind,
        body=body,
        sealed_note=vault.seal(visit.party.key, texts, "visit_note") if texts else None,
        body_hash=event_hash(event),
        device_at=event.at,
        server_at=at,
        lat=position.lat if position else None,
        lon=position.lon if position else None,
        accuracy_m=getattr(event, "accuracy_m", None),
        by=by,
        simulated=simulated,
        from_paper=from_paper,
    )


def _opened(visit: Visit, row: VisitEvent) -> AnyVisitEvent:
    texts = vault.unseal(visit.party.key, row.sealed_note, "visit_note") if row.sealed_note else {}
    return event_from_json(row.body | texts)


def _keep_folded(visit: Visit, record: VisitRecord) -> None:
    visit.state = record.state
    visit.outcome = record.outcome or ""
    visit.met_role = record.who_met or ""
    visit.ability, visit.willingness, visit.reason = record.ability, record.willingness, record.reason
    visit.hardship = [kind.value for kind in record.hardships]
    visit.started_at = min((event.at for event in record.check_ins), default=None)
    visit.ended_at = record.ended_at
    visit.save(
        update_fields=[
            "state",
            "outcome",
            "met_role",
            "ability",
            "willingness",
            "reason",
            "hardship",
            "started_at",
            "ended_at",
        ]
    )


def _learn_address(visit: Visit, record: VisitRecord) -> None:
    address = visit.address
    if record.outcome in NOT_HERE and address.not_here_since is None:
        address.not_here_since = visit.day
        address.save(update_fields=["not_here_since"])
    elif record.amount_unlocked and visit.started_at is not None:
        address.last_success_at = visit.started_at
        address.save(update_fields=["last_success_at"])


@transaction.atomic
def withdraw(*, visit: Visit, reason: dict[str, Any], actor: str, at: datetime) -> None:
    """Take a visit off the day's list (paid, complaint, stop); nothing that has begun is withdrawn."""
    visit = Visit.objects.select_for_update().select_related("branch").get(pk=visit.pk)
    if visit.started_at is not None or visit.withdrawn_reason is not None:
        return
    visit.withdrawn_reason = reason
    visit.save(update_fields=["withdrawn_reason"])
    audit.record(
        at=at,
        actor=actor,
        action="withdraw_visit",
        subject_kind="visit",
        subject_id=visit.id,
        branch_code=visit.branch.code,
    )


def _audit(
    visit: Visit,
    fresh: list[AnyVisitEvent],
    officers: Sequence[User],
    at: datetime,
    action: str = "visit_events",
) -> None:
    audit.record(
        at=at,
        actor=officers[0].employee_no,
        action=action,
        subject_kind="visit",
        subject_id=visit.id,
        branch_code=visit.branch.code,
        details={
            "events": {event.id: event.kind for event in fresh},
            "hashes": {event.id: event_hash(event) for event in fresh},
        },
    )


@transaction.atomic
def append_from_paper(
    *, visit: Visit, events: Sequence[AnyVisitEvent], record: VisitRecord, by: User, at: datetime
) -> None:
    """Events of a form that the order of the door lets in (`sift`); `record` is the visit with them.

    `at` is when they were keyed in, the events' own time what stands on the paper.
    """
    require(by, "key_in_paper_visit", visit)
    makers = {str(member.pk): member for member in visit.crew.members.all()}
    for event in events:
        _append(visit, event, makers[event.by], at, simulated=False, from_paper=True)
    if events:
        _keep_folded(visit, record)
        _learn_address(visit, record)
        _audit(visit, list(events), [by], at, "paper_visit_events")
