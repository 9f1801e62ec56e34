"""What happened around a business day: runs, files, plans."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db.models import QuerySet

from zoufang.core.values import BANK_ZONE
from zoufang.server.audit.models import AuditLine
from zoufang.server.book.models import ImportBatch
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import scope
from zoufang.server.staff.queries import branches_of
from zoufang.server.visiting.models import DayPlan


def runs(user: User) -> QuerySet[AuditLine]:
    """The day's runs as the audit trail keeps them, the newest first."""
    codes = [branch.code for branch in branches_of(user)]
    return AuditLine.objects.filter(action="run_day", day__branch_code__in=codes).order_by("-at", "-pk")


def imports_on(user: User, day: date) -> list[ImportBatch]:
    """Files that came in on this day, by the server's clock."""
    midnight = datetime.combine(day, time(), BANK_ZONE)
    return list(
        ImportBatch.objects.filter(scope(user), at__gte=midnight).select_related("by").order_by("-at", "-pk")
    )


def plans_from(user: User, day: date) -> list[DayPlan]:
    """Plans of this day and of days to come."""
    return list(
        DayPlan.objects.filter(scope(user), day__gte=day).select_related("branch").order_by("day", "branch__path")
    )
