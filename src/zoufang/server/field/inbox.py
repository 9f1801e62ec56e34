"""What phones deliver: each envelope opened, judged and answered in a transaction of its own; never one lost.

Four answers, and each means that the bank has it: accepted, duplicate, conflict (others have changed the visit),
quarantined (it cannot come, and why). What is held is tried again when another entry of the visit arrives.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid5

from django.db import transaction

from zoufang.core.compliance import Vulnerability
from zoufang.core.errors import BadInput, NotPermitted, ZoufangError
from zoufang.core.values import Message, gettext_noop
from zoufang.core.visits import AnyVisitEvent, VulnerabilityChecked
from zoufang.files.visit_events import event_from_json, event_to_json
from zoufang.server.book import vault
from zoufang.server.daily.field import STOP_NAMESPACE, accept
from zoufang.server.field.base import base_of
from zoufang.server.field.blobs import keep_of_visit
from zoufang.server.field.clashes import clashes
from zoufang.server.field.entries import MALFORMED, Opened, Sent, opened
from zoufang.server.field.models import DayTaken, Device, Envelope
from zoufang.server.safety import crisis
from zoufang.server.staff.models import User
from zoufang.server.visiting.events import event_hash, record_of
from zoufang.server.visiting.models import Visit, VisitEvent

State = Envelope.State
Form = Envelope.Form
MOST_AT_ONCE = 200
HELD = (State.CONFLICT, State.QUARANTINED)
SEALED_FIELD = "field_entry"

NOT_YOURS = Message(gettext_noop("No such visit among those of this phone's owner."))
OTHER_BODY = Message(gettext_noop("An entry with this id came before and says something else. Both are kept."))
ANOTHER_SAYS = Message(gettext_noop("The other phone of the crew has recorded something else. Both are kept."))


@dataclass(frozen=True, slots=True)
class Answer:
    """`state`: where the entry is now, also when it came before; `reason`: why it is held."""

    id: UUID
    answer: str
    state: str
    reason: Message | None = None


def deliver(*, device: Device, sent: Sequence[Sent], at: datetime) -> list[Answer]:
    """Take each envelope in the phone's order and answer for each. Safe to repeat, in any order, by any phone."""
    answers = [_deliver_one(device, one, at) for one in sorted(sent, key=lambda one: one.head.seq)]
    for visit_id in dict.fromkeys(one.head.visit for one in sent):
        try_again(visit_id, at)
        keep_of_visit(visit_id, at)
    return [_now(answer) for answer in answers]


@transaction.atomic
def _deliver_one(device: Device, sent: Sent, at: datetime) -> Answer:
    digest = sha256(sent.sealed).hexdigest()
    # One at a time for each phone: a batch that is sent again while the first is at work waits for it.
    Device.objects.select_for_update().get(pk=device.pk)
    known = Envelope.objects.filter(event_id=sent.head.id, sealed_hash=digest).first()
    if known is not None:
        return _answer(known, "duplicate")
    row = Envelope(
        event_id=sent.head.id, device=device, head=sent.head.as_json(), sealed_hash=digest, received_at=at
    )
    said = opened(sent)
    visit = Visit.objects.select_related("party", "branch", "crew", "stop").filter(pk=sent.head.visit).first()
    if visit is not None and _was_given(visit, device):
        row.visit = visit
    if not isinstance(said, Opened):
        return _hold(row, sent.sealed, Form.ENVELOPE, said)
    _describe(row, said, device)
    if row.visit is None:
        return _hold(row, sent.sealed, Form.ENVELOPE, NOT_YOURS)
    return _judge(row, row.visit, said.event, device.user, at)


def _was_given(visit: Visit, device: Device) -> bool:
    """A visit of the owner's crew, or one that was taken along before another crew got it."""
    days = DayTaken.objects.filter(device__user=device.user_id, day=visit.day).values_list("visits", flat=True)
    mine = visit.crew.members.filter(pk=device.user_id).exists()
    return mine or any(str(visit.pk) in given for given in days)


def _describe(row: Envelope, said: Opened, device: Device) -> None:
    row.kind, row.skew_ms = said.event.kind, said.skew_ms
    if said.device_at is not None and said.device_at.tzinfo is not None:
        row.device_at = said.device_at
    if said.skew_ms is not None and device.skew_ms is not None:
        row.drift_ms = device.skew_ms - said.skew_ms


def _judge(row: Envelope, visit: Visit, event: AnyVisitEvent, by: User, at: datetime) -> Answer:
    stored = VisitEvent.objects.filter(pk=event.id).first()
    if stored is not None and stored.visit_id == visit.pk and stored.body_hash == event_hash(event):
        row.state = State.ACCEPTED
        row.save()
        return _answer(row, "duplicate")
    if stored is not None:
        return _hold_for_customer(row, visit, event, OTHER_BODY, State.QUARANTINED)
    if event.by != str(by.pk):
        return _hold_for_customer(row, visit, event, MALFORMED, State.QUARANTINED)
    moved = row.head["base"] != base_of(visit, by)
    if moved and clashes(record_of(visit), event):
        return _hold_for_customer(row, visit, event, ANOTHER_SAYS, State.CONFLICT)
    refused = _refused(visit, event, by, at)
    if refused is None:
        row.state = State.ACCEPTED
        row.save()
        return _answer(row, "accepted")
    row.again = True
    _act_on_danger(visit, event, by, at)
    state = State.CONFLICT if moved or _one_waits(visit, row) else State.QUARANTINED
    return _hold_for_customer(row, visit, event, refused, state)


def _refused(visit: Visit, event: AnyVisitEvent, by: User, at: datetime) -> Message | None:
    """Accept the event, or say why it can't come."""
    try:
        accept(visit=_whole(visit), events=[event], officers=[by], at=at, late=True)
    except ZoufangError as error:
        said = error.args[0] if error.args else ""
        return said if isinstance(said, Message) else Message(str(said).replace("%", "%%"))
    return None


def _whole(visit: Visit) -> Visit:
    """As the pages read it: the address opens with its party's key."""
    visit.opened(visit.address)
    return visit


def _one_waits(visit: Visit, row: Envelope) -> bool:
    return Envelope.objects.filter(visit=visit, device=row.device, state=State.CONFLICT).exists()


def _act_on_danger(visit: Visit, event: AnyVisitEvent, by: User, at: datetime) -> None:
    """A sign of self-harm holds all collection at once, whatever becomes of the entry that tells of it."""
    if isinstance(event, VulnerabilityChecked) and Vulnerability.SELF_HARM_RISK in event.signs and by.is_active:
        crisis.report(
            id=uuid5(STOP_NAMESPACE, event.id), party=visit.party, whom=visit.whom, visit=visit, by=by, at=at
        )


def _hold(row: Envelope, body: bytes, form: Form, reason: Message, state: State = State.QUARANTINED) -> Answer:
    row.body, row.form, row.reason, row.state = body, form, reason.as_json(), state
    row.save()
    return _answer(row, str(state))


def _hold_for_customer(row: Envelope, visit: Visit, event: AnyVisitEvent, reason: Message, state: State) -> Answer:
    """Kept under the customer's key: else destroying that key would leave a copy."""
    body = vault.seal(visit.party.key, event_to_json(event), SEALED_FIELD)
    return _hold(row, body, Form.CUSTOMER, reason, state)


def entry_of(row: Envelope) -> AnyVisitEvent:
    """What a held entry says. BadInput where only its phone could have known, or nothing is kept."""
    if row.form != Form.CUSTOMER or row.visit is None or row.body is None:
        raise BadInput("This entry cannot be read here. Ask the crew what it was about.")
    return event_from_json(vault.unseal(row.visit.party.key, row.body, SEALED_FIELD))


def try_again(visit_id: UUID, at: datetime) -> int:
    """Take what was held for want of another entry, until nothing more fits; how many were taken."""
    taken = 0
    while fitting := [row for row in _waiting(visit_id) if _taken_now(row.pk, at)]:
        taken += len(fitting)
    return taken


def _waiting(visit_id: UUID) -> Iterable[Envelope]:
    return Envelope.objects.filter(visit=visit_id, again=True, state__in=HELD).order_by("device_at", "event_id")


@transaction.atomic
def _taken_now(pk: int, at: datetime) -> bool:
    row = (
        Envelope.objects.select_for_update(of=("self",)).select_related("visit__party", "device__user").get(pk=pk)
    )
    if row.state not in HELD or row.visit is None:
        return False
    event, by = entry_of(row), row.device.user
    moved = row.head["base"] != base_of(row.visit, by)
    if moved and clashes(record_of(row.visit), event):
        row.again, row.state, row.reason = False, State.CONFLICT, ANOTHER_SAYS.as_json()
        row.save(update_fields=["again", "state", "reason"])
        return False
    if _refused(row.visit, event, by, at) is not None:
        return False
    _into_record(row)
    return True


def _into_record(row: Envelope) -> None:
    row.state, row.body, row.form, row.again, row.reason = State.ACCEPTED, None, Form.NONE, False, None
    row.save(update_fields=["state", "body", "form", "again", "reason"])


def take_in_spite(row: Envelope, by: User, at: datetime) -> None:
    """The event becomes part of the record as a fact; NotPermitted where its maker was never of the crew."""
    if row.visit is None:
        raise NotPermitted("This entry belongs to no visit of its maker, so that it can only be set aside.")
    accept(visit=_whole(row.visit), events=[entry_of(row)], officers=[row.device.user], at=at, in_spite=True)
    _into_record(row)
    try_again(row.visit.pk, at)


def _answer(row: Envelope, answer: str) -> Answer:
    reason = Message.from_json(row.reason) if row.reason else None
    return Answer(row.event_id, answer, str(row.state), reason)


def _now(answer: Answer) -> Answer:
    """Another entry of the same batch may have made room for it."""
    if answer.state not in HELD:
        return answer
    rows = Envelope.objects.filter(event_id=answer.id)
    if rows.filter(state=State.ACCEPTED).exists() and not rows.filter(state__in=HELD).exists():
        changed = "accepted" if answer.answer != "duplicate" else "duplicate"
        return replace(answer, answer=changed, state=str(State.ACCEPTED), reason=None)
    return answer
