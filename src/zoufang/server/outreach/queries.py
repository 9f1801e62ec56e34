"""Who was called or written to, when, by whom, and how it ended."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from zoufang.core.values import BANK_ZONE
from zoufang.server.outreach.models import Contact
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require, scope


def contacts(
    user: User, *, day: date | None = None, channel: str = "", reached: bool | None = None
) -> QuerySet[Contact]:
    """With debtor and caller, of the reader's branches; `day` is the bank's own."""
    require(user, "record_contact")
    rows = Contact.objects.filter(scope(user, "debtor__branch")).select_related("debtor__branch", "by")
    if day is not None:
        start = datetime.combine(day, time(), BANK_ZONE)
        rows = rows.filter(at__gte=start, at__lt=start + timedelta(days=1))
    if channel:
        rows = rows.filter(channel=channel)
    if reached is not None:
        rows = rows.filter(reached=reached)
    return rows.order_by("-at", "-pk")
