"""Promises to pay: given, and judged by what was paid."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from zoufang.core.repayment import Promise as GivenPromise
from zoufang.server.agreements.models import Promise
from zoufang.server.audit import services as audit
from zoufang.server.book.models import Loan
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import Visit


@transaction.atomic
def give_promise(
    *,
    id: UUID,  # noqa: A002 - made where the fact is made
    loan: Loan,
    amount_fen: int,
    due: date,
    made_on: date,
    visit: Visit | None,
    by: User,
    at: datetime,
) -> Promise:
    """Record a promise; the second arrival of the same id changes nothing."""
    require(by, "propose_plan", loan)
    GivenPromise(str(id), made_on, due, amount_fen)  # checks amount and day
    promise, made = Promise.objects.get_or_create(
        id=id,
        defaults={
            "loan": loan,
            "party_id": loan.debtor_id,
            "branch": loan.branch,
            "visit": visit,
            "amount_fen": amount_fen,
            "due": due,
            "made_on": made_on,
        },
    )
    if made:
        audit.record(
            at=at,
            actor=by.employee_no,
            action="give_promise",
            subject_kind="promise",
            subject_id=promise.id,
            branch_code=loan.branch.code,
            details={"amount_fen": amount_fen, "due": due.isoformat()},
        )
    return promise
