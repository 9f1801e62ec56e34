"""Phones in the field of the demo: two in use, and an entry that tells another outcome than the mate's."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from zoufang.core.simulation import SimulatedBank
from zoufang.core.visits import Outcome, OutcomeRecorded
from zoufang.files.visit_events import event_to_json
from zoufang.server.demo.found import ids
from zoufang.server.field import devices
from zoufang.server.field.entries import Head, Sent
from zoufang.server.field.inbox import deliver
from zoufang.server.field.keys import current_key
from zoufang.server.field.models import Device
from zoufang.server.field.sealing import new_pair, seal_to
from zoufang.server.staff.models import User
from zoufang.server.visiting.models import Visit

CLOCK_OFF = timedelta(seconds=95)


def phones_in_the_field(bank: SimulatedBank, at: datetime) -> None:
    """The crew of the last visit to somebody who was not at home; nothing where there was none."""
    visit = Visit.objects.filter(state="closed", outcome="not_home").order_by("-day", "id").first()
    told = visit.events.filter(kind="outcome_recorded").first() if visit is not None else None
    if visit is None or told is None:
        return
    crew = visit.crew.members.filter(is_active=True).order_by("pk")
    phones = {officer.pk: _phone(bank, officer, at) for officer in crew}
    mate = next((officer for officer in crew if officer.pk != told.by_id), None)
    if mate is not None:
        _says_otherwise(bank, visit, phones[mate.pk], mate, at)


def _phone(bank: SimulatedBank, officer: User, at: datetime) -> Device:
    key, point = next(ids(bank, "phone", officer.pk)), new_pair()[1]
    device, _token = devices.register(id=key, day_public=point, name="Android (模拟)", by=officer, at=at)
    said = devices.Told(device_at=at + CLOCK_OFF, app_version="1", persistent=True)
    return devices.hear(device, said, at)


def _says_otherwise(bank: SimulatedBank, visit: Visit, phone: Device, mate: User, at: datetime) -> None:
    made = visit.ended_at or at
    event = OutcomeRecorded(
        id=str(next(ids(bank, "other outcome", visit.pk))),
        visit_id=str(visit.pk),
        at=made,
        by=str(mate.pk),
        outcome=Outcome.MOVED,
    )
    key, knew_nothing = current_key(at), ""
    head = Head(next(ids(bank, "other outcome", visit.pk)), visit.pk, phone.pk, 1, knew_nothing, key.pk)
    body = {
        "event": event_to_json(event),
        "device_at": (made + CLOCK_OFF).isoformat(),
        "skew_ms": 95_000,
        "app": "1",
    }
    sealed = seal_to(bytes(key.public), json.dumps(body).encode(), purpose="outbox", bound_to=head.bound())
    deliver(device=phone, sent=[Sent(head, sealed)], at=at)
