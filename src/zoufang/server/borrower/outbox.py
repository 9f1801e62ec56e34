"""Messages to borrowers: kept in a table, and handed to the bank's own SMS gate where its address is set.

Zoufang sends no SMS itself. Without a gate the table is all there is, and nothing leaves the bank.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from urllib.request import Request, urlopen
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from zoufang.core.errors import NotFound
from zoufang.server.book import vault
from zoufang.server.book.models import Phone
from zoufang.server.borrower.models import Outgoing
from zoufang.server.jobs.ticks import Tick, add_tick
from zoufang.server.staff.clock import now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Branch

logger = logging.getLogger(__name__)
FIELD = "outgoing"
TIMEOUT_S, MOST_TRIES = 5.0, 6
TRY_AGAIN = timedelta(seconds=20)
FORGET_AFTER = timedelta(days=1)  # after its end a message's text is of use to nobody
EVERY = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as an adapter gets it: to whom, and what it says."""

    id: UUID
    kind: str
    number: str
    text: str
    expires_at: datetime


class Sender(Protocol):
    """How a message leaves. False: it stays where it is; OSError: it is tried again."""

    def send(self, letter: Letter) -> bool: ...


@dataclass(frozen=True, slots=True)
class KeptHere:
    """The default: nothing is sent, the table holds the message."""

    def send(self, letter: Letter) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class SignedPost:
    """A POST to the bank's own SMS gate, signed with HMAC-SHA256. The id stays the same on each try."""

    url: str
    secret: str

    def request_for(self, letter: Letter) -> Request:
        body = json.dumps(
            {
                "id": str(letter.id),
                "kind": letter.kind,
                "to": letter.number,
                "text": letter.text,
                "expires_at": letter.expires_at.isoformat(),
            },
            ensure_ascii=False,
        ).encode()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": str(letter.id),
            "X-Zoufang-Signature": "sha256=" + hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest(),
        }
        return Request(self.url, data=body, headers=headers, method="POST")  # noqa: S310

    def send(self, letter: Letter) -> bool:
        with urlopen(self.request_for(letter), timeout=TIMEOUT_S) as answer:  # noqa: S310  # from the settings
            answer.read(1)
        return True


def sender() -> Sender:
    if settings.ZOUFANG_SMS_WEBHOOK_URL:
        return SignedPost(settings.ZOUFANG_SMS_WEBHOOK_URL, settings.ZOUFANG_SMS_WEBHOOK_SECRET)
    return KeptHere()


def queue(
    *, kind: Outgoing.Kind, phone: Phone, branch: Branch, text: str, expires_at: datetime, at: datetime
) -> Outgoing:
    """Kept sealed; the ticker hands it on within seconds."""
    message_id, key = new_id(), vault.new_key()
    return Outgoing.objects.create(
        id=message_id,
        kind=kind,
        phone=phone,
        branch=branch,
        wrapped_key=vault.wrap(key, f"outgoing {message_id}"),
        sealed=vault.seal(key, text, FIELD),
        at=at,
        expires_at=expires_at,
    )


def text_of(message: Outgoing) -> str:
    """What it says; "" once forgotten."""
    if message.sealed is None:
        return ""
    key = vault.unwrap(message.wrapped_key, f"outgoing {message.pk}")
    return str(vault.unseal(key, message.sealed, FIELD))


def send_waiting(at: datetime, by: Sender | None = None) -> int:
    """Hand on what waits and has not lapsed; a failure is tried again. How many were taken."""
    by = by or sender()
    if isinstance(by, KeptHere):
        return 0
    ready = Q(next_try_at__isnull=True) | Q(next_try_at__lte=at) | Q(next_try_at__gt=at + TRY_AGAIN * MOST_TRIES)
    rows = Outgoing.objects.filter(
        ready, sent_at__isnull=True, sealed__isnull=False, phone__isnull=False, expires_at__gt=at
    )
    waiting = rows.filter(tries__lt=MOST_TRIES).select_related("phone__party").order_by("at", "id")
    return sum(_send(row, by, at) for row in waiting[:200])


def _send(row: Outgoing, by: Sender, at: datetime) -> bool:
    # Claimed before it is sent: a second ticker beside this one leaves it alone.
    mine = Outgoing.objects.filter(pk=row.pk, tries=row.tries, sent_at__isnull=True)
    wait = at + TRY_AGAIN * (row.tries + 1)
    if row.phone is None or not mine.update(tries=row.tries + 1, next_try_at=wait):
        return False
    try:
        taken = by.send(Letter(row.pk, row.kind, row.phone.number, text_of(row), row.expires_at))
    except OSError as failure:
        logger.warning("Message %s was not taken: %s", row.pk, type(failure).__name__)
        return False
    if taken:
        Outgoing.objects.filter(pk=row.pk).update(sent_at=at)
    return taken


def forget_texts(at: datetime) -> int:
    """A day after its end a message keeps its time and kind; the text is gone."""
    old = Outgoing.objects.filter(expires_at__lt=at - FORGET_AFTER, sealed__isnull=False)
    return old.update(sealed=None)


def register() -> None:
    add_tick(Tick("messages_to_borrowers", EVERY, _tick))


def _tick(_machine: datetime) -> int:
    try:
        at = now()
    except NotFound:  # a bank not founded yet
        return 0
    forget_texts(at)
    return send_waiting(at)
