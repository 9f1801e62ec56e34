"""Promises whose grace has run out are judged, also where nobody has run the day since they were entered."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from zoufang.core.errors import NotFound
from zoufang.server.agreements.matching import match_loans
from zoufang.server.agreements.models import Promise
from zoufang.server.jobs.ticks import Tick, add_tick
from zoufang.server.staff.clock import business_date


def register() -> None:
    add_tick(Tick("due_promises", timedelta(minutes=1), judge_due))


def judge_due(at: datetime) -> int:
    """Judge by the bank's own date; how many loans were looked at. A bank not founded yet has none."""
    try:
        today = business_date()
    except NotFound:
        return 0
    loans = _past_grace(today)
    if loans:
        match_loans(loan_ids=loans, today=today)
    return len(loans)


def _past_grace(today: date) -> set[UUID]:
    """Loans with an open promise whose last day is over."""
    rows = Promise.objects.filter(status=Promise.Status.OPEN, due__lt=today)
    known = rows.values_list("loan", "due", "grace_days")
    return {loan for loan, due, grace in known if due + timedelta(days=grace) < today}
