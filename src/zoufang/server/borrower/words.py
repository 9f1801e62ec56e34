"""A word to the bank from the door: wrong person, another time, difficulties, a complaint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from zoufang.core.errors import BadInput
from zoufang.core.values import BANK_ZONE, Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.borrower.models import DoorWord
from zoufang.server.borrower.registers import enter
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import Visit

LATELY = timedelta(hours=2)
NEAR = timedelta(days=7)
FIELD = "door_word"


@dataclass(frozen=True, slots=True)
class Told:
    text: str
    phone: str
    channel: str = ""


@transaction.atomic
def tell_bank(
    *,
    id: UUID,  # noqa: A002 - made where the fact is made
    kind: DoorWord.Kind,
    officer: User,
    text: str,
    phone: str,
    on: date,
    at: datetime,
    channel: str = "",
) -> DoorWord:
    """Kept sealed, beside the visit that this officer makes just then. Sent twice it is kept once.

    Difficulties and complaints beside a visit stand in the gate's registers at once.
    """
    if officer.branch is None:
        raise BadInput(Message(gettext_noop("This visitor belongs to no branch.")))
    key, told = vault.new_key(), {"text": text.strip(), "phone": phone.strip(), "channel": channel}
    word, made = DoorWord.objects.get_or_create(
        id=id,
        defaults={
            "kind": kind,
            "officer": officer,
            "branch": officer.branch,
            "visit": _visit_of(officer, at),
            "wrapped_key": vault.wrap(key, f"door_word {id}"),
            "sealed": vault.seal(key, told, FIELD),
            "at": at,
        },
    )
    if made:
        enter(word, told=told["text"], channel=channel, on=on, at=at)
    return word


def _visit_of(officer: User, at: datetime) -> Visit | None:
    """The visit that the officer makes or has just made."""
    begun = Visit.objects.filter(crew__members=officer, started_at__lte=at, started_at__gt=at - LATELY)
    return begun.order_by("-started_at").first()


def opened(word: DoorWord) -> Told:
    key = vault.unwrap(word.wrapped_key, f"door_word {word.pk}")
    return Told(**vault.unseal(key, word.sealed, FIELD))


def visits_near(word: DoorWord) -> list[Visit]:
    """The visits that this officer had about then: one of them may be the word's."""
    near = Visit.objects.filter(crew__members=word.officer, day__lte=word.at.date(), day__gt=word.at.date() - NEAR)
    return list(near.select_related("party__branch", "target__branch").order_by("-day", "stop__number", "id")[:30])


@transaction.atomic
def match(*, word: DoorWord, visit: Visit, by: User, on: date, at: datetime) -> DoorWord:
    """Somebody says which visit an unmatched word was about; what it sets in motion follows. Once only.

    A complaint's clock runs from the day on which the word came, not from the day on which it was matched (CN-O5).
    """
    require(by, "handle_door_words", word)
    if word.visit_id is not None:
        return word
    if visit not in visits_near(word):
        raise BadInput(
            Message(gettext_noop("This visitor made no such visit about then. Choose one of the list."))
        )
    word.visit = visit
    word.save(update_fields=["visit"])
    _audit(word, "match_door_word", by, at, {"visit": str(visit.pk)})
    told, received = opened(word), min(on, word.at.astimezone(BANK_ZONE).date())
    enter(word, told=told.text, channel=told.channel, on=received, at=at)
    return word


@transaction.atomic
def handle(*, word: DoorWord, note: str, by: User, at: datetime) -> DoorWord:
    """Somebody has seen to it, and says how."""
    require(by, "handle_door_words", word)
    if not note.strip():
        raise BadInput(Message(gettext_noop("Say what was done.")))
    if word.handled_at is None:
        word.handled_by, word.handled_at, word.handled_note = by, at, note.strip()
        word.save(update_fields=["handled_by", "handled_at", "handled_note"])
        _audit(word, "handle_door_word", by, at, {})
    return word


def _audit(word: DoorWord, action: str, by: User, at: datetime, details: dict[str, str]) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="door_word",
        subject_id=str(word.pk),
        branch_code=word.branch.code,
        details={"kind": word.kind} | details,
    )
