"""Keep that a person refuses a way of contact, at once for every channel; lift it by the person's own word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from zoufang.core.errors import BadInput, Conflict, NotFound
from zoufang.core.values import BANK_ZONE, Channel, Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.book.models import Address, Party, Phone
from zoufang.server.oversight.models import ContactRefusal
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require, scope

FIELD = "refusal"
BY_PHONE = (Channel.CALL, Channel.SMS)
TO_A_PLACE = (Channel.VISIT, Channel.LETTER)


@dataclass(frozen=True, slots=True)
class Refused:
    """What the person said: `channel` None is every way; `phone` and `address` narrow it."""

    channel: Channel | None
    source: ContactRefusal.Source
    since: date
    until: date | None = None
    phone: Phone | None = None
    address: Address | None = None
    words: str = ""

    def __post_init__(self) -> None:
        if self.until is not None and self.until < self.since:
            raise BadInput(Message(gettext_noop("The refusal ends before it begins. Correct the days.")))
        if self.phone is not None and self.address is not None:
            raise BadInput(Message(gettext_noop("Choose a number or an address, not both.")))
        if self.phone is not None and self.channel in TO_A_PLACE:
            raise BadInput(
                Message(gettext_noop("A number is refused for calls and messages. Choose the channel."))
            )
        if self.address is not None and self.channel in BY_PHONE:
            raise BadInput(
                Message(gettext_noop("An address is refused for visits and letters. Choose the channel."))
            )


@transaction.atomic
def keep_refusal(
    *,
    id: UUID,  # noqa: A002 - made where the fact is made
    party: Party,
    said: Refused,
    by: User,
    at: datetime,
) -> ContactRefusal:
    """In force from its first day on; a second sending changes nothing."""
    require(by, "record_refusal", party)
    if said.phone is not None and said.phone.party_id != party.pk:
        raise BadInput(Message(gettext_noop("This number belongs to someone else.")))
    if said.address is not None and said.address.party_id != party.pk:
        raise BadInput(Message(gettext_noop("This address belongs to someone else.")))
    first = {
        "party": party,
        "branch": party.branch,
        "channel": said.channel or "",
        "phone": said.phone,
        "address": said.address,
        "since": said.since,
        "until": said.until,
        "source": said.source,
        "sealed_words": vault.seal(party.key, said.words.strip(), FIELD) if said.words.strip() else None,
        "by": by,
        "at": at,
    }
    row, made = ContactRefusal.objects.get_or_create(id=id, defaults=first)
    if made:
        _record(row, "record_refusal", by, at, {"channel": row.channel or "all", "source": row.source})
    return row


@transaction.atomic
def lift_refusal(
    *, row: ContactRefusal, on: date, source: ContactRefusal.Source, words: str, by: User, at: datetime
) -> ContactRefusal:
    """By what the person said, on which day, and how: nobody else's interest lifts it."""
    require(by, "lift_refusal", row)
    held = ContactRefusal.objects.select_for_update(of=("self",)).select_related("party", "branch").get(pk=row.pk)
    if held.lifted_at is not None:
        raise Conflict(Message(gettext_noop("This refusal has been lifted already.")))
    if not words.strip():
        raise BadInput(Message(gettext_noop("Write down what the person said.")))
    if on < held.since or on > at.astimezone(BANK_ZONE).date():
        raise BadInput(
            Message(gettext_noop("The person's word is of a day after the refusal, and not of tomorrow."))
        )
    held.lifted_on, held.lifted_source = on, source
    held.sealed_lifting = vault.seal(held.party.key, words.strip(), FIELD)
    held.lifted_by, held.lifted_at = by, at
    held.save(update_fields=["lifted_on", "lifted_source", "sealed_lifting", "lifted_by", "lifted_at"])
    _record(held, "lift_refusal", by, at, {"refusal": str(held.pk), "source": source})
    return held


def refusals_of(party: Party, by: User) -> QuerySet[ContactRefusal]:
    """The newest first, those that were lifted too."""
    require(by, "see_customer", party)
    rows = ContactRefusal.objects.filter(scope(by), party=party).select_related(
        "by", "lifted_by", "phone", "address"
    )
    return rows.order_by("-at")


def refusal_of(refusal_id: UUID, by: User) -> ContactRefusal:
    require(by, "lift_refusal")
    rows = ContactRefusal.objects.filter(scope(by), pk=refusal_id).select_related("party__branch", "branch")
    found = rows.first()
    if found is None:
        raise NotFound(Message(gettext_noop("No such refusal among yours.")))
    return found


def in_force(party_ids: Iterable[UUID], day: date) -> dict[UUID, list[ContactRefusal]]:
    """By person, in one query."""
    rows = ContactRefusal.objects.filter(
        Q(until__isnull=True) | Q(until__gte=day), party__in=set(party_ids), since__lte=day, lifted_at__isnull=True
    )
    found: dict[UUID, list[ContactRefusal]] = defaultdict(list)
    for row in rows.order_by("at", "pk"):
        found[row.party_id].append(row)
    return found


def refused_channels(
    rows: Iterable[ContactRefusal], address: Address | None, phone: Phone | None
) -> tuple[Channel, ...]:
    """Which channels are refused at this address and number, in the order of channels."""
    at = address.pk if address is not None else None
    by = phone.pk if phone is not None else None
    refused = {channel for row in rows for channel in _channels(row) if _here(row, channel, at, by)}
    return tuple(channel for channel in Channel if channel in refused)


def _channels(row: ContactRefusal) -> tuple[Channel, ...]:
    if row.channel:
        return (Channel(row.channel),)
    if row.phone_id is not None:
        return BY_PHONE
    return TO_A_PLACE if row.address_id is not None else tuple(Channel)


def _here(row: ContactRefusal, channel: Channel, address_id: UUID | None, phone_id: int | None) -> bool:
    if channel in BY_PHONE:
        return row.address_id is None and row.phone_id in (None, phone_id)
    return row.phone_id is None and row.address_id in (None, address_id)


def _record(row: ContactRefusal, action: str, by: User, at: datetime, details: dict[str, str]) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="party",
        subject_id=row.party_id,
        branch_code=row.branch.code,
        details=details,
    )
