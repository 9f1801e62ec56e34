"""What an agency did about its cases, kept among the bank's own contacts, so that every count holds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zoufang.core.errors import BadInput
from zoufang.core.values import Channel, Message, gettext_noop
from zoufang.server.agencies.models import AgencyContact, Batch, ContactSheet, Person, Placement
from zoufang.server.book.models import Phone
from zoufang.server.outreach.models import Contact
from zoufang.server.outreach.services import record_contact
from zoufang.server.staff.models import User

# What may come of a contact, by channel: codes of core's ContactOutcome.
RESULTS: dict[str, tuple[str, ...]] = {
    "call": ("reached", "unanswered", "number_invalid"),
    "sms": ("sent", "delivered", "failed"),
    "letter": ("sent", "delivered", "failed"),
    "visit": ("reached", "not_met"),
}


@dataclass(frozen=True, slots=True)
class Made:
    """One contact that an agency made for a case."""

    id: UUID
    placement: Placement
    channel: Channel
    result: str
    at: datetime
    phone: Phone | None = None
    note: str = ""
    person: Person | None = None
    against: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.result not in RESULTS[self.channel]:
            raise BadInput(Message(gettext_noop("This result does not fit the channel. Choose another.")))
        if self.channel is Channel.VISIT and self.placement.batch.purpose != Batch.Purpose.VISITS:
            raise BadInput(Message(gettext_noop("This case was placed for calls, messages and letters only.")))


@transaction.atomic
def record_agency_contact(*, made: Made, by: User, sheet: ContactSheet | None = None) -> Contact:
    """Kept also where the gate would have said no (`against` names its rules). Sent twice it counts once."""
    contact = record_contact(
        id=made.id,
        debtor=made.placement.party,
        channel=made.channel,
        reached=made.result == "reached",
        result=made.result,
        by=by,
        at=made.at,
        phone=made.phone,
        note=made.note,
        may="record_agency_contact",
        visits=True,
    )
    AgencyContact.objects.get_or_create(
        contact=contact,
        defaults={
            "agency": made.placement.agency,
            "placement": made.placement,
            "person": made.person,
            "sheet": sheet,
            "against": list(made.against),
        },
    )
    return contact


def known_among(ids: Sequence[UUID]) -> set[UUID]:
    """Which of these contacts stand in the register already."""
    return set(Contact.objects.filter(pk__in=ids).values_list("pk", flat=True))
