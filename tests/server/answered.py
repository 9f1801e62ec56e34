"""An answer that went out: without one no complaint is closed."""

from __future__ import annotations

from tests.server.staffing import NOW, a_member
from zoufang.server.oversight import complaints
from zoufang.server.oversight.models import ComplaintStep
from zoufang.server.staff.ids import new_id


def answered(
    complaint, *, by="compliance", on=None, kind=ComplaintStep.Kind.ANSWERED, via="letter", note="已书面答复"
):
    """By letter, on the day of the complaint unless told otherwise."""
    day = on or complaint.opened_on
    complaints.take_step(
        id=new_id(),
        complaint=complaint,
        kind=kind,
        note=note,
        by=a_member(by),
        on=day,
        at=NOW,
        via=via,
        sent_on=day,
    )
    return complaint
