"""The evidence grade of a visit for limitation, A to D of regulation §4, and why it is no better.

The clock itself goes by papers alone; this grade tells counsel what the whole visit is worth.
"""

from __future__ import annotations

from dataclasses import dataclass

from zoufang.core.evidence.proof import SPOKEN, Original, VisitProof
from zoufang.core.values import Message, gettext_noop
from zoufang.core.visits import PaperGrade, grade_of, limitation_restarts_on

REASONS = {
    "signed": gettext_noop(
        "Paper %(number)s asks for payment, is signed by somebody who counts, and its scan is here"
    ),
    "arrived": gettext_noop("Paper %(number)s went out by post with its content named, and the receipt is here"),
    "recorded": gettext_noop(
        "The announced recording is whole, the person was identified and the claim was stated"
    ),
    "effort": gettext_noop("Visit log, place or photo show the effort; nobody who counts was reached provably"),
    "covert": gettext_noop(
        "A recording without a word of it at the door is not counted, and may itself be a breach"
    ),
    "changed": gettext_noop("A file no longer has the hash of its capture: it is not counted"),
    "on_paper": gettext_noop(
        "Written on paper and keyed in later, without the device's time and place: a recording does not lift it"
    ),
    "typed": gettext_noop("Only typed notes: no place, no file, no paper"),
    "not_begun": gettext_noop("The visit never began"),
}


@dataclass(frozen=True, slots=True)
class Graded:
    """`restarts`: limitation may begin anew by it; by a B only after counsel looked, before the last 90 days."""

    grade: PaperGrade
    reasons: tuple[Message, ...]

    @property
    def restarts(self) -> bool:
        return self.grade.restarts_limitation


def grade_visit(proof: VisitProof) -> Graded:
    """The best that papers, recording and log carry; what is not counted is named beside it."""
    against = tuple(Message(REASONS[name]) for name, holds in _AGAINST if holds(proof))
    for paper in proof.papers:
        if limitation_restarts_on([paper]) is not None and grade_of(paper) is PaperGrade.A:
            return Graded(PaperGrade.A, (Message(REASONS["signed"], {"number": paper.number}), *against))
    for paper in proof.papers:
        if limitation_restarts_on([paper]) is not None:
            return Graded(PaperGrade.B, (Message(REASONS["arrived"], {"number": paper.number}), *against))
    if speaks(proof) and not proof.from_paper:
        return Graded(PaperGrade.B, (Message(REASONS["recorded"]), *against))
    if not proof.begun:
        return Graded(PaperGrade.D, (Message(REASONS["not_begun"]),))
    if proof.positions or proof.kept() or proof.papers:
        return Graded(PaperGrade.C, (Message(REASONS["effort"]), *against))
    return Graded(PaperGrade.D, (Message(REASONS["typed"]), *against))


def speaks(proof: VisitProof) -> bool:
    """An announced full recording in which the debtor is identified and the claim is stated (grade B)."""
    record = proof.record
    return record.recording_started and proof.announced and record.amount_unlocked and bool(proof.kept(SPOKEN))


def covert(proof: VisitProof) -> bool:
    """Something was recorded while somebody was there, and nobody was told."""
    spoken = any(one.evidence in SPOKEN for one in proof.record.evidence)
    return spoken and proof.record.somebody_met and not proof.announced


_AGAINST = (
    ("covert", covert),
    ("changed", lambda proof: Original.CHANGED in proof.originals.values()),
    ("on_paper", lambda proof: proof.from_paper),
)
