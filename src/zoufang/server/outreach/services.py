"""Record contacts on every channel but the visit."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zoufang.core.errors import BadInput
from zoufang.core.values import Channel, PartyRole
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.book.models import Party, Phone
from zoufang.server.outreach.models import Contact
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require


@transaction.atomic
def record_contact(
    *,
    id: UUID,  # noqa: A002 - made where the fact is made
    debtor: Party,
    channel: Channel,
    reached: bool,
    result: str,
    by: User,
    at: datetime,
    phone: Phone | None = None,
    reached_role: PartyRole = PartyRole.DEBTOR,
    target: Party | None = None,
    note: str = "",
    may: str = "record_contact",
    visits: bool = False,
) -> Contact:
    """Append one attempt; a success also marks the number as working. `target`: who it was, if not the debtor.

    `may`: the action that the caller needs; a call-back is made by those who record no other contacts.
    `visits`: of an agency, whose visits are told as contacts; the bank's own are recorded by their events.
    """
    require(by, may, debtor)
    if channel is Channel.VISIT and not visits:
        raise BadInput("Visits are recorded by their own events. Use the visit page.")
    contact, made = Contact.objects.get_or_create(
        id=id,
        defaults={
            "debtor": debtor,
            "reached_role": reached_role,
            "target": target,
            "channel": channel,
            "phone": phone,
            "at": at,
            "reached": reached,
            "result": result,
            "sealed_note": vault.seal(debtor.key, note, "note") if note else None,
            "by": by,
        },
    )
    if made:
        if phone is not None and reached:
            Phone.objects.filter(pk=phone.pk).update(last_success_at=at)
        audit.record(
            at=at,
            actor=by.employee_no,
            action="record_contact",
            subject_kind="party",
            subject_id=debtor.id,
            branch_code=debtor.branch.code,
            details={"channel": channel, "reached": reached},
        )
    return contact
