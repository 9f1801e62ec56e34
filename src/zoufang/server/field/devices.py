"""A visitor's phone: registered by its signed-in owner, known by its token, told to forget when it must."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction

from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.core.values import BANK_ZONE, Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.field.models import Device, WipeOrder
from zoufang.server.field.sealing import checked_point
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require

SEEN_MOST_MS = 10 * 366 * 86_400_000
ANOTHER_PHONE = "another phone was registered"


@dataclass(frozen=True, slots=True)
class Told:
    """What a phone says of itself at each contact."""

    device_at: datetime
    unsent: int = 0
    unsent_since: datetime | None = None
    app_version: str = ""
    persistent: bool | None = None
    day_wiped: bool = False
    outbox_wiped: int | None = None  # entries that were deleted unsent, after an order

    def __post_init__(self) -> None:
        if self.device_at.tzinfo is None or self.unsent < 0 or (self.outbox_wiped or 0) < 0:
            raise BadInput("A contact tells the device's time with its zone, and counts from 0. Update the app.")


@transaction.atomic
def register(
    *,
    id: UUID,  # noqa: A002 - made on the phone
    day_public: bytes,
    name: str,
    by: User,
    at: datetime,
) -> tuple[Device, str]:
    """The device and its token, told once. An earlier phone of the same person ends; its outbox is still taken."""
    require(by, "conduct_visit")
    if by.branch is None:
        raise NotPermitted("A visitor without a branch has no day to take along. Ask the administrator.")
    checked_point(day_public)
    known = Device.objects.select_for_update().filter(pk=id).first()
    if known is not None and (known.user_id != by.pk or known.ended_why not in ("", ANOTHER_PHONE)):
        raise Conflict(Message(gettext_noop("This phone was registered before. Start the app anew.")))
    for earlier in Device.objects.select_for_update().filter(user=by, ended_at=None).exclude(pk=id):
        _end(earlier, by, at, ANOTHER_PHONE)
    token = secrets.token_urlsafe(32)
    given = {
        "user": by,
        "branch": by.branch,
        "name": name[:120],
        "token_hash": _hash(token),
        "day_public": day_public,
        "registered_at": at,
        "last_contact_at": at,
        "day_wiped_at": None,
        "ended_at": None,
        "ended_by": None,
        "ended_why": "",
    }
    device, _made = Device.objects.update_or_create(pk=id, defaults=given)
    _audit(device, by, at, "register_device")
    return device, token


def known_device(device_id: UUID, token: str) -> Device:
    """The device that shows this token; also one that was ended, for what it recorded is still taken."""
    device = Device.objects.select_related("user__branch", "branch").filter(pk=device_id).first()
    if device is None or not hmac.compare_digest(device.token_hash, _hash(token)):
        raise NotPermitted("This phone isn't known here. Sign in and register it.")
    return device


def may_hold_day(device: Device) -> bool:
    return device.ended_at is None and device.user.is_active and device.user.branch_id is not None


@transaction.atomic
def end_device(*, device: Device, by: User, at: datetime, why: str) -> None:
    """Lost, stolen or handed back: the day is wiped at the next contact, and no other is given."""
    require(by, "end_field_device", device)
    if not why.strip():
        raise BadInput(Message(gettext_noop("Say why this phone is ended.")))
    device = Device.objects.select_for_update().get(pk=device.pk)
    if device.ended_at is None:
        _end(device, by, at, why.strip()[:200])
        _audit(device, by, at, "end_device")


def _end(device: Device, by: User, at: datetime, why: str) -> None:
    device.ended_at, device.ended_by, device.ended_why, device.lease_until = at, by, why, None
    device.save(update_fields=["ended_at", "ended_by", "ended_why", "lease_until"])


def lease_until(at: datetime) -> datetime:
    """How long a day may lie on a phone without contact: so many hours, and never into the next day."""
    local = at.astimezone(BANK_ZONE)
    midnight = datetime.combine(local.date() + timedelta(days=1), time(0), BANK_ZONE)
    return min(at + timedelta(hours=settings.ZOUFANG_FIELD_LEASE_HOURS), midnight)


@transaction.atomic
def hear(device: Device, told: Told, at: datetime) -> Device:
    """Keep what the phone tells, measure its clock, and prolong its lease if it may still hold the day."""
    device = (
        Device.objects.select_for_update(of=("self",)).select_related("user__branch", "branch").get(pk=device.pk)
    )
    skew = round((told.device_at - at).total_seconds() * 1000)
    device.skew_ms = max(-SEEN_MOST_MS, min(SEEN_MOST_MS, skew))
    device.last_contact_at, device.app_version = at, told.app_version[:40]
    device.unsent, device.unsent_since, device.persistent = told.unsent, told.unsent_since, told.persistent
    device.lease_until = lease_until(at) if may_hold_day(device) and _took_day(device, at) else None
    if told.day_wiped and device.day_wiped_at is None:
        device.day_wiped_at = at
    device.save()
    if told.outbox_wiped is not None:
        _count_lost(device, told.outbox_wiped, at)
    return device


def _took_day(device: Device, at: datetime) -> bool:
    """A day that was taken along yesterday isn't prolonged."""
    local = at.astimezone(BANK_ZONE)
    return device.days.filter(at__gte=datetime.combine(local.date(), time(0), BANK_ZONE)).exists()


def wipe_due(device: Device) -> str:
    """ "" nothing, "day" at once, or "all": the outbox too, by a confirmed order."""
    if device.wipe_orders.filter(confirmed_at__isnull=False, done_at=None).exists():
        return "all"
    return "" if may_hold_day(device) else "day"


def _count_lost(device: Device, lost: int, at: datetime) -> None:
    order = device.wipe_orders.filter(confirmed_at__isnull=False, done_at=None).first()
    if order is not None:
        order.done_at, order.lost = at, lost
        order.save(update_fields=["done_at", "lost"])
        _audit(device, device.user, at, "outbox_wiped", lost=lost)


@transaction.atomic
def ask_wipe(*, device: Device, by: User, at: datetime, why: str) -> WipeOrder:
    """The first of two: the outbox of this phone shall be deleted although it was not delivered."""
    require(by, "order_field_wipe", device)
    if not why.strip():
        raise BadInput(Message(gettext_noop("Say why what was recorded shall be deleted unsent.")))
    Device.objects.select_for_update().get(pk=device.pk)
    if device.wipe_orders.filter(done_at=None).exists():
        raise Conflict(Message(gettext_noop("An order for this phone is open already.")))
    order = WipeOrder.objects.create(device=device, why=why.strip()[:300], asked_by=by, asked_at=at)
    _audit(device, by, at, "ask_wipe", order=order.pk)
    return order


@transaction.atomic
def confirm_wipe(*, order: WipeOrder, by: User, at: datetime) -> WipeOrder:
    """The second, who is another person: from now on the phone deletes its outbox at the next contact."""
    require(by, "order_field_wipe", order.device)
    order = WipeOrder.objects.select_for_update().select_related("device__branch").get(pk=order.pk)
    if by.pk in (order.asked_by_id, order.device.user_id):
        text = gettext_noop("Another person confirms: neither who asked, nor whose phone it is.")
        raise NotPermitted(Message(text))
    if order.confirmed_at is None:
        order.confirmed_by, order.confirmed_at = by, at
        order.save(update_fields=["confirmed_by", "confirmed_at"])
        _audit(order.device, by, at, "confirm_wipe", order=order.pk)
    return order


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _audit(device: Device, by: User, at: datetime, action: str, **details: object) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="field_device",
        subject_id=device.pk,
        branch_code=device.branch.code,
        details={"of": device.user.employee_no, **details},
    )
