"""For the desk: phones and their last contact, what is held, what was lost by order."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, Q, QuerySet

from zoufang.server.field.inbox import HELD
from zoufang.server.field.models import Blob, Device, Envelope, WipeOrder
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require, scope


def devices(user: User) -> QuerySet[Device]:
    """Phones of the user's branch and below: those in use, and ended ones that may still hold something."""
    require(user, "see_field")
    rows = Device.objects.filter(scope(user)).filter(Q(ended_at=None) | Q(unsent__gt=0) | Q(day_wiped_at=None))
    held = Count("envelopes", filter=Q(envelopes__state__in=HELD))
    return rows.select_related("user", "branch").annotate(held=held).order_by("ended_at", "-last_contact_at")


def device(user: User, key: UUID) -> Device | None:
    return Device.objects.filter(scope(user), pk=key).select_related("user", "branch").first()


def held(user: User) -> QuerySet[Envelope]:
    """Entries that wait for a decision, the oldest first."""
    require(user, "see_field")
    return _entries(user).filter(state__in=HELD).order_by("received_at", "pk")


def decided(user: User) -> QuerySet[Envelope]:
    require(user, "see_field")
    return _entries(user).filter(decided_at__isnull=False).order_by("-decided_at")


def entry(user: User, key: int) -> Envelope | None:
    require(user, "see_field")
    return _entries(user).filter(pk=key).first()


def wipe_orders(user: User) -> QuerySet[WipeOrder]:
    """Open ones first; then those that were carried out, with what was lost."""
    require(user, "see_field")
    rows = WipeOrder.objects.filter(scope(user, "device__branch"))
    return rows.select_related("device__user", "asked_by", "confirmed_by").order_by("-done_at", "-asked_at")


def refused_files(user: User) -> QuerySet[Blob]:
    require(user, "see_field")
    return Blob.objects.filter(scope(user, "device__branch"), reason__isnull=False).select_related("device__user")


def _entries(user: User) -> QuerySet[Envelope]:
    rows = Envelope.objects.filter(scope(user, "visit__branch") | Q(visit=None) & scope(user, "device__branch"))
    return rows.select_related("device__user", "device__branch", "visit__party", "visit__crew", "decided_by")
