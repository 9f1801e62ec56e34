"""A file that tells far fewer loans than the one whose place it takes waits for a person's word."""

from __future__ import annotations

from zoufang.core.errors import BadInput
from zoufang.core.values import Message, gettext_noop
from zoufang.server.book.landing.switch import earlier_version, landed_before
from zoufang.server.book.models import GivenFigure, ImportBatch

LEAST_PERCENT = 90  # of the loans told before
LEAST_MISSING = 20  # a handful fewer is a small book's ordinary day
FAR_FEWER = gettext_noop(
    "This file tells %(now)s loans, %(file)s of %(day)s told %(before)s. Nothing was taken in. If the loans are"
    " really gone, import it again and confirm it (--accept-smaller, or the box beside Import)."
)


def refuse_much_smaller(batch: ImportBatch, loans: int) -> None:
    """BadInput names both counts. A delta is compared only with what it corrects."""
    before = earlier_version(batch)
    if before is None and batch.mode == "full":
        earlier = landed_before(batch).filter(mode="full", branch=batch.branch, as_of__lt=batch.as_of)
        before = earlier.order_by("-as_of", "-at").first()
    if before is None:
        return
    told = GivenFigure.objects.filter(batch=before).count()
    if told - loans >= LEAST_MISSING and 100 * loans < LEAST_PERCENT * told:
        names = {"now": loans, "file": before.file_name, "day": before.as_of, "before": told}
        raise BadInput(Message(FAR_FEWER, names))
