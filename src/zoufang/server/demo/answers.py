"""Complaints of the demo are answered by letter before they are closed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid5

from zoufang.server.oversight.complaints import take_step
from zoufang.server.oversight.models import Complaint, ComplaintStep
from zoufang.server.oversight.services import close_complaint
from zoufang.server.staff.models import User


def answer_and_close(complaint: Complaint, *, by: User, on: date, at: datetime) -> Complaint:
    """Sent and closed on one day."""
    take_step(
        id=uuid5(complaint.pk, "answer"),
        complaint=complaint,
        kind=ComplaintStep.Kind.ANSWERED,
        note="已书面答复客户（模拟）",
        by=by,
        on=on,
        at=at,
        via=ComplaintStep.Via.LETTER,
        sent_on=on,
    )
    return close_complaint(complaint=complaint, finding="answered", on=on, by=by, at=at)
