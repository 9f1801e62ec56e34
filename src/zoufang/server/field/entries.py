"""What a phone delivers, as it lies on the wire: a head that is not hidden, bound to a sealed body."""

from __future__ import annotations

import json
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from zoufang.core.errors import BadInput, ZoufangError
from zoufang.core.values import Message, gettext_noop
from zoufang.core.visits import AnyVisitEvent
from zoufang.files.visit_events import event_from_json
from zoufang.server.field.keys import open_sealed
from zoufang.server.field.models import Device

MOST_BYTES = 1024 * 1024
NO_VISIT = UUID(int=0)
UNREADABLE = Message(
    gettext_noop("The entry cannot be opened: it was sealed to another key, or changed on the way.")
)
MALFORMED = Message(gettext_noop("The entry is not in a form that this version of the server knows."))


@dataclass(frozen=True, slots=True)
class Head:
    """What is not hidden of an envelope; bound to its body, so that nobody can change it."""

    id: UUID
    visit: UUID
    device: UUID
    seq: int
    base: str
    key: str

    def bound(self) -> bytes:
        parts = ("1", self.id, self.visit, self.device, self.seq, self.base, self.key)
        return "\n".join(map(str, parts)).encode()

    def as_json(self) -> dict[str, Any]:
        return {"visit": str(self.visit), "seq": self.seq, "base": self.base, "key": self.key}


@dataclass(frozen=True, slots=True)
class Sent:
    """One envelope as it came."""

    head: Head
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    event: AnyVisitEvent
    device_at: datetime | None
    skew_ms: int | None


def sent_of(body: Any, device: Device) -> Sent:
    """An envelope out of JSON. One with an id that is else broken is kept as it came, or it would wait for ever.

    BadInput for what has no id, or is too large: such a thing was not made by the app.
    """
    raw = json.dumps(body).encode()
    if len(raw) > MOST_BYTES:
        raise BadInput(f"An entry has up to {MOST_BYTES} bytes; files go as files. Update the app.")
    try:
        key = UUID(body["id"])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BadInput("This is no envelope of the field app. Update the app; nothing was taken.") from None
    try:
        head = Head(
            id=key,
            visit=UUID(body["visit"]),
            device=device.pk,
            seq=int(body["seq"]),
            base=str(body["base"])[:24],
            key=str(body["key"])[:16],
        )
        return Sent(head, b64decode(body["sealed"], validate=True) or raw)
    except (KeyError, TypeError, ValueError, AttributeError, NotBase64):
        return Sent(Head(key, NO_VISIT, device.pk, 0, "", ""), raw)


def opened(sent: Sent) -> Opened | Message:
    """What it says, or why that cannot be known."""
    try:
        text = open_sealed(sent.head.key, sent.sealed, purpose="outbox", bound_to=sent.head.bound())
    except ZoufangError:
        return UNREADABLE
    try:
        body = json.loads(text)
        event = event_from_json(body["event"])
        raw, skew = body.get("device_at"), body.get("skew_ms")
        device_at = datetime.fromisoformat(raw) if raw else None
        skew_ms = int(skew) if skew is not None else None
    except (KeyError, TypeError, ValueError, AttributeError, BadInput):
        return MALFORMED
    right = event.id == str(sent.head.id) and event.visit_id == str(sent.head.visit)
    return Opened(event, device_at, skew_ms) if right else MALFORMED
