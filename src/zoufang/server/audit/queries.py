"""Reading the trail: who did what to whom, when."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from zoufang.server.audit.models import AuditLine


def lines(
    branch_codes: list[str] | None,
    *,
    day: date | None = None,
    actor: str = "",
    action: str = "",
    subject: str = "",
) -> QuerySet[AuditLine]:
    """The newest first. `branch_codes` None: every chain, also those of no branch. `subject`: a kind or an id."""
    found = AuditLine.objects.select_related("day").order_by("-at", "-pk")
    if branch_codes is not None:
        found = found.filter(day__branch_code__in=branch_codes)
    if day is not None:
        found = found.filter(day__day=day)
    if actor:
        found = found.filter(actor=actor)
    if action:
        found = found.filter(action=action)
    if subject:
        found = found.filter(subject_id=subject) | found.filter(subject_kind=subject)
    return found


def actions() -> list[str]:
    """Every action that the trail holds."""
    return list(AuditLine.objects.values_list("action", flat=True).distinct().order_by("action"))
