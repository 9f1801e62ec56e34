"""What a supervisor decides about entries that are held: take them into the record as facts, or set them aside."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.field.inbox import HELD, take_in_spite
from zoufang.server.field.models import Envelope
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require


@transaction.atomic
def take(*, row: Envelope, by: User, at: datetime, why: str) -> None:
    """It happened while the phone knew nothing of what was decided: a fact, with the decider's name and reason."""
    row = _mine(row, by, why)
    take_in_spite(row, by, at)
    _decided(row, by, at, why, "take_field_entry")


@transaction.atomic
def set_aside(*, row: Envelope, by: User, at: datetime, why: str) -> None:
    """Not part of the record; kept and shown all the same, with who decided and why."""
    row = _mine(row, by, why)
    row.state, row.again = Envelope.State.SET_ASIDE, False
    row.save(update_fields=["state", "again"])
    _decided(row, by, at, why, "set_aside_field_entry")


def _mine(row: Envelope, by: User, why: str) -> Envelope:
    row = Envelope.objects.select_for_update(of=("self",)).get(pk=row.pk)
    row = Envelope.objects.select_related("device__user", "device__branch", "visit__party", "visit__branch").get(
        pk=row.pk
    )
    require(by, "settle_field_entry", row.visit or row.device)
    if not why.strip():
        raise BadInput(Message(gettext_noop("Say why you decide so: the crew will read it.")))
    if row.state not in HELD:
        raise Conflict(Message(gettext_noop("This was done already.")))
    return row


def _decided(row: Envelope, by: User, at: datetime, why: str, action: str) -> None:
    row.decided_by, row.decided_at, row.decided_why = by, at, why.strip()[:300]
    row.save(update_fields=["decided_by", "decided_at", "decided_why"])
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="visit" if row.visit else "field_device",
        subject_id=row.visit_id or row.device_id,
        branch_code=row.visit.branch.code if row.visit else row.device.branch.code,
        details={"event": str(row.event_id), "hash": row.sealed_hash},
    )
