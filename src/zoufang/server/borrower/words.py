"""A word to the bank from the door: wrong person, another time, difficulties, a complaint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zoufang.core.errors import BadInput
from zoufang.core.values import Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.borrower.models import DoorWord
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import Visit

LATELY = timedelta(hours=2)
FIELD = "door_word"


@dataclass(frozen=True, slots=True)
class Told:
    text: str
    phone: str


@transaction.atomic
def tell_bank(
    *,
    id: UUID,  # noqa: A002 - made where the fact is made
    kind: DoorWord.Kind,
    officer: User,
    text: str,
    phone: str,
    at: datetime,
) -> DoorWord:
    """Kept sealed, beside the visit that this officer makes just then. Sent twice it is kept once."""
    if officer.branch is None:
        raise BadInput(Message(gettext_noop("This visitor belongs to no branch.")))
    key = vault.new_key()
    word, _made = DoorWord.objects.get_or_create(
        id=id,
        defaults={
            "kind": kind,
            "officer": officer,
            "branch": officer.branch,
            "visit": _visit_of(officer, at),
            "wrapped_key": vault.wrap(key, f"door_word {id}"),
            "sealed": vault.seal(key, {"text": text.strip(), "phone": phone.strip()}, FIELD),
            "at": at,
        },
    )
    return word


def _visit_of(officer: User, at: datetime) -> Visit | None:
    """The visit that the officer makes or has just made."""
    begun = Visit.objects.filter(crew__members=officer, started_at__lte=at, started_at__gt=at - LATELY)
    return begun.order_by("-started_at").first()


def opened(word: DoorWord) -> Told:
    key = vault.unwrap(word.wrapped_key, f"door_word {word.pk}")
    return Told(**vault.unseal(key, word.sealed, FIELD))


@transaction.atomic
def handle(*, word: DoorWord, note: str, by: User, at: datetime) -> DoorWord:
    """Somebody has seen to it, and says how."""
    require(by, "handle_door_words", word)
    if not note.strip():
        raise BadInput(Message(gettext_noop("Say what was done.")))
    if word.handled_at is None:
        word.handled_by, word.handled_at, word.handled_note = by, at, note.strip()
        word.save(update_fields=["handled_by", "handled_at", "handled_note"])
        audit.record(
            at=at,
            actor=by.employee_no,
            action="handle_door_word",
            subject_kind="door_word",
            subject_id=str(word.pk),
            branch_code=word.branch.code,
            details={"kind": word.kind},
        )
    return word
