"""The bank's own key pairs for outboxes, wrapped by the installation key as the data keys of people are."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zoufang.core.errors import BadInput, NotFound
from zoufang.server.book import vault
from zoufang.server.field.models import OutboxKey
from zoufang.server.field.sealing import new_pair, open_with
from zoufang.server.staff.ids import new_id


def current_key(at: datetime) -> OutboxKey:
    """The key that phones seal to now; the first call makes it."""
    return OutboxKey.objects.filter(retired_at=None).order_by("made_at").last() or new_key(at)


@transaction.atomic
def new_key(at: datetime) -> OutboxKey:
    """A fresh key from now on; what was sealed to the earlier ones can still be opened."""
    private, public = new_pair()
    name = new_id().hex[-16:]
    OutboxKey.objects.filter(retired_at=None).update(retired_at=at)
    return OutboxKey.objects.create(
        id=name, public=public, wrapped_private=vault.wrap(private, _owner(name)), made_at=at
    )


def open_sealed(key_id: str, sealed: bytes, *, purpose: str, bound_to: bytes) -> bytes:
    """NotFound for a key that this bank never had; BadInput where it does not open."""
    key = OutboxKey.objects.filter(pk=key_id).first()
    if key is None:
        raise NotFound("This was sealed to a key that the bank doesn't have. Update the app and register again.")
    if not sealed:
        raise BadInput("There is nothing in this envelope. Ask the phone to send it again.")
    return open_with(vault.unwrap(key.wrapped_private, _owner(key.pk)), sealed, purpose=purpose, bound_to=bound_to)


def _owner(name: str) -> str:
    return f"outbox {name}"
