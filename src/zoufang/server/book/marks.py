"""A loan leaves the balance sheet, or the bank: the day is kept on the loan, and the claim's history stays."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from zoufang.server.audit import services as audit
from zoufang.server.book.models import Loan
from zoufang.server.staff.models import User


@transaction.atomic
def mark_transferred(*, loan: Loan, on: date | None, by: User, at: datetime) -> None:
    """From `on` it is no longer the bank's to collect (CN-X7); None: the sale did not come about."""
    loan.transferred_on = on
    loan.save(update_fields=["transferred_on"])
    _record(loan, "mark_transferred", on, by, at)


@transaction.atomic
def mark_written_off(*, loan: Loan, on: date, by: User, at: datetime) -> None:
    """Off the balance sheet and still owed (账销案存)."""
    loan.written_off_on = loan.written_off_on or on
    loan.save(update_fields=["written_off_on"])
    _record(loan, "mark_written_off", on, by, at)


def _record(loan: Loan, action: str, on: date | None, by: User, at: datetime) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="party",
        subject_id=loan.debtor_id,
        branch_code=loan.branch.code,
        details={"loan": str(loan.pk), "on": on.isoformat() if on else ""},
    )
