"""Two score alone; where they differ a third decides; what all this comes to."""

from __future__ import annotations

from collections.abc import Mapping

from zoufang.core.errors import BadInput
from zoufang.core.review.form import Mark, ReviewForm
from zoufang.core.values import Message, gettext_noop

Marks = Mapping[str, Mark]


def check_marks(form: ReviewForm, marks: Marks, reasons: Mapping[str, str], asked: frozenset[str]) -> None:
    """Each asked item has its mark, and each no its reason. BadInput: what is missing, or belongs elsewhere."""
    if set(marks) != asked:
        raise BadInput(Message(gettext_noop("Mark each item of the form: yes, no, or not seen.")))
    bare = [
        item for item in form.items if marks.get(item.code) is Mark.NO and not reasons.get(item.code, "").strip()
    ]
    if bare:
        raise BadInput(Message(gettext_noop("Each no needs its reason: write what was seen, and where.")))


def disputed(first: Marks, second: Marks) -> frozenset[str]:
    """Items on which two reviewers differ, whatever the marks."""
    return frozenset(code for code in first if first[code] is not second.get(code))


def settled(first: Marks, second: Marks, third: Marks | None = None) -> dict[str, Mark]:
    """What stands for each item. BadInput: a disputed one on which no third has decided."""
    open_ones = disputed(first, second)
    decided = third or {}
    if not open_ones <= set(decided):
        raise BadInput(Message(gettext_noop("The reviewers differ, and no third has decided yet.")))
    return {code: decided[code] if code in open_ones else mark for code, mark in first.items()}


def kept_score(marks: Marks) -> int | None:
    """Items kept of those seen, in whole points of 100, rounded down; None: nothing was seen."""
    seen = [mark for mark in marks.values() if mark is not Mark.NOT_SEEN]
    return 100 * seen.count(Mark.YES) // len(seen) if seen else None
