"""A visitor's phone as the server sees it: seals what it records, sends it, and forgets what was answered."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from tests.server.visit_world import TEN
from zoufang.core.visits import (
    CheckedIn,
    CheckedOut,
    Outcome,
    OutcomeRecorded,
    PersonMet,
    VisitClosed,
    WhoMet,
)
from zoufang.files.visit_events import event_to_json
from zoufang.server.field import devices
from zoufang.server.field.base import base_of
from zoufang.server.field.bundle import take_day
from zoufang.server.field.entries import Head, Sent
from zoufang.server.field.inbox import Answer, deliver
from zoufang.server.field.keys import current_key
from zoufang.server.field.models import Device
from zoufang.server.field.sealing import new_pair, open_with, seal_to
from zoufang.server.pages.words import WORDS


@dataclass
class APhone:
    """`outbox`: what it has not been told of; `bases`: what it knew of each visit when it last heard."""

    user: object
    clock_off: timedelta = timedelta(0)
    id: UUID = field(default_factory=uuid4)
    outbox: list[Sent] = field(default_factory=list)
    bases: dict[UUID, str] = field(default_factory=dict)
    seq: int = 0

    def __post_init__(self):
        self.private, public = new_pair()
        self.device, self.token = devices.register(
            id=self.id, day_public=public, name="测试手机", by=self.user, at=TEN
        )

    def take_day(self, day, at=TEN):
        given = take_day(device=self.device, by=self.user, day=day, at=at, words=WORDS)
        sealed = b64decode(given["sealed"])
        bound = f"{self.id} {given['id']}".encode()
        parcel = json.loads(open_with(self.private, sealed, purpose="day", bound_to=bound))
        self.bases = {UUID(stop["id"]): stop["base"] for stop in parcel["visits"]}
        return parcel

    def hear_of(self, visit):
        self.bases[visit.pk] = base_of(visit, self.user)

    def seal(self, event, *, base=None) -> Sent:
        key, self.seq = current_key(TEN), self.seq + 1
        known = self.bases.get(UUID(event.visit_id), "") if base is None else base
        head = Head(UUID(event.id), UUID(event.visit_id), self.id, self.seq, known, key.pk)
        body = {"event": event_to_json(event), "device_at": (event.at + self.clock_off).isoformat(), "skew_ms": 0}
        sealed = seal_to(bytes(key.public), json.dumps(body).encode(), purpose="outbox", bound_to=head.bound())
        return Sent(head, sealed)

    def record(self, event) -> Sent:
        sent = self.seal(event)
        self.outbox.append(sent)
        return sent

    def sync(self, at=TEN, *, answer_lost=False) -> list[Answer]:
        answers = deliver(device=Device.objects.get(pk=self.id), sent=self.outbox, at=at)
        if not answer_lost:
            told = {answer.id for answer in answers}
            self.outbox = [sent for sent in self.outbox if sent.head.id not in told]
        return answers


def made(kind, visit, user, minute, **said):
    at: datetime = TEN + timedelta(minutes=minute)
    return kind(id=str(uuid4()), visit_id=str(visit.pk), at=at, by=str(user.pk), **said)


def nobody_home(visit, first, mate):
    """The two phones' entries of a visit where nobody opened: (whose, event)."""
    return [
        (first, made(CheckedIn, visit, first, 1)),
        (mate, made(CheckedIn, visit, mate, 2)),
        (first, made(PersonMet, visit, first, 3, who=WhoMet.NOBODY)),
        (first, made(OutcomeRecorded, visit, first, 5, outcome=Outcome.NOT_HOME)),
        (mate, made(CheckedOut, visit, mate, 7)),
        (first, made(CheckedOut, visit, first, 8)),
        (first, made(VisitClosed, visit, first, 9)),
    ]
