"""Papers of a visit: what each must say, how it goes from print to proof, and what it proves (regulation §4).

A paper is its kind and what happened to it, in order. Nothing is overwritten: a mistake is voided and made anew.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import Message, gettext_noop


class PaperKind(StrEnum):
    DEMAND = "demand"  # 催收通知书
    CREDIT_NOTICE = "credit_notice"  # 征信不良告知
    AUTHORITY = "authority"  # 授权委托书、介绍信
    VISIT_RECORD = "visit_record"  # 走访记录表
    SERVICE_RECEIPT = "service_receipt"  # 送达回证
    PROMISE = "promise"  # 还款承诺书


class PaperStep(StrEnum):
    MADE = "made"
    SEAL_ASKED = "seal_asked"  # 用印申请
    SEALED = "sealed"  # 已用印
    PRINTED = "printed"
    SIGNED = "signed"  # 签收
    REFUSED = "refused"  # 拒签
    LEFT_SEALED = "left_sealed"  # 封口留置，经同意
    POSTED = "posted"  # 邮寄
    ARRIVED = "arrived"  # 邮件签收回执
    CAME_BACK = "came_back"  # 退件
    SCANNED = "scanned"  # 签字件扫描归档
    VOIDED = "voided"  # 作废


class Signer(StrEnum):
    """Who signed; only some of them count (诉讼时效规定 8)."""

    DEBTOR = "debtor"
    GUARANTOR = "guarantor"
    AUTHORISED = "authorised"  # 授权主体
    CO_RESIDENT_ADULT = "co_resident_adult"  # 同住的具有完全行为能力的亲属
    VISITORS = "visitors"  # both, on their own record
    OTHER = "other"


class PaperGrade(StrEnum):
    """A to D of regulation §4; only A and B start limitation anew."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"

    @property
    def restarts_limitation(self) -> bool:
        return self in (PaperGrade.A, PaperGrade.B)


SIGNER_COUNTS = frozenset({Signer.DEBTOR, Signer.GUARANTOR, Signer.AUTHORISED, Signer.CO_RESIDENT_ADULT})
IDENTIFIED = frozenset({Signer.AUTHORISED, Signer.CO_RESIDENT_ADULT})  # whose identity and relation are recorded
BEARS_SEAL = frozenset({PaperKind.DEMAND, PaperKind.CREDIT_NOTICE, PaperKind.AUTHORITY})
IS_SERVED = frozenset({PaperKind.DEMAND, PaperKind.CREDIT_NOTICE})
DEMANDS = frozenset({PaperKind.DEMAND, PaperKind.PROMISE})  # whose service or signature interrupts limitation

# CN-K4 and the law's demand: creditor, debtor, debt, amount, the demand itself, and how to answer it.
CONTENTS: dict[PaperKind, tuple[str, ...]] = {
    PaperKind.DEMAND: (
        "creditor", "debtor", "contract", "principal_fen", "interest_fen", "fees_fen", "total_fen", "as_of",
        "reason_and_law", "asks_for_payment", "ways_to_pay", "ways_to_dispute", "contact",
    ),
    PaperKind.CREDIT_NOTICE: (
        "creditor", "debtor", "contract", "bad_since", "amount_fen", "law", "ways_to_object",
    ),
    PaperKind.AUTHORITY: ("creditor", "officers", "case", "purpose", "valid_on", "ways_to_verify"),
    PaperKind.VISIT_RECORD: ("officers", "case", "begun", "ended", "place", "who_met", "outcome"),
    PaperKind.SERVICE_RECEIPT: ("creditor", "debtor", "paper_number", "served_on", "way"),
    PaperKind.PROMISE: ("creditor", "debtor", "contract", "amount_fen", "pay_on", "channel"),
}  # fmt: skip

S = PaperStep
NEXT: dict[PaperStep | None, frozenset[PaperStep]] = {
    None: frozenset({S.MADE}),
    S.MADE: frozenset({S.SEAL_ASKED, S.PRINTED, S.VOIDED}),
    S.SEAL_ASKED: frozenset({S.SEALED, S.VOIDED}),
    S.SEALED: frozenset({S.PRINTED, S.VOIDED}),
    S.PRINTED: frozenset({S.SIGNED, S.REFUSED, S.LEFT_SEALED, S.POSTED, S.VOIDED}),
    S.REFUSED: frozenset({S.LEFT_SEALED, S.POSTED, S.SIGNED}),
    S.LEFT_SEALED: frozenset({S.POSTED}),
    S.POSTED: frozenset({S.ARRIVED, S.CAME_BACK}),
    S.CAME_BACK: frozenset({S.POSTED, S.SIGNED}),
    S.SIGNED: frozenset({S.SCANNED}),
    S.ARRIVED: frozenset({S.SCANNED}),
    S.SCANNED: frozenset(),
    S.VOIDED: frozenset(),
}
CANNOT_COME = gettext_noop("The paper is %(now)s: %(step)s cannot come next. Look at its course.")
NO_SEAL = gettext_noop("This paper bears the bank's seal. Ask for the seal before it is printed.")


@dataclass(frozen=True, slots=True)
class PaperEvent:
    """What happened on a day. `proof`: hash of the scan or number of the postal receipt."""

    step: PaperStep
    on: date
    signer: Signer | None = None
    signer_identified: bool = False
    proof: str = ""

    def __post_init__(self) -> None:
        if (self.step is PaperStep.SIGNED) != (self.signer is not None):
            raise BadInput("A signature names who signed, and nothing else does. Correct the step.")
        if self.step in (PaperStep.SCANNED, PaperStep.ARRIVED, PaperStep.POSTED) and not self.proof.strip():
            raise BadInput(f"{self.step} needs a proof: the scan's hash or the number of the postal receipt.")


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper with its course so far."""

    number: str
    kind: PaperKind
    events: tuple[PaperEvent, ...] = ()

    @property
    def now(self) -> PaperStep | None:
        return self.events[-1].step if self.events else None


def with_step(paper: Paper, event: PaperEvent) -> Paper:
    """The paper one step on. Conflict: this can't come now; BadInput: it comes before what came last."""
    if event.step not in NEXT[paper.now]:
        raise Conflict(Message(CANNOT_COME, {"now": paper.now or "-", "step": event.step}))
    if paper.kind in BEARS_SEAL and event.step is S.PRINTED and S.SEALED not in {e.step for e in paper.events}:
        raise Conflict(Message(NO_SEAL))
    if paper.events and event.on < paper.events[-1].on:
        raise BadInput(f"Paper {paper.number}: {event.on} lies before its last step. Correct the day.")
    return Paper(paper.number, paper.kind, (*paper.events, event))


def may_come(paper: Paper) -> tuple[PaperStep, ...]:
    """Steps that may come next, in the order of their names' list."""
    sealed = S.SEALED in {event.step for event in paper.events}
    wants_seal = paper.kind in BEARS_SEAL and not sealed
    return tuple(
        step
        for step in PaperStep
        if step in NEXT[paper.now]
        and not (step is S.PRINTED and wants_seal)
        and not (step is S.SEAL_ASKED and paper.kind not in BEARS_SEAL)
    )


def missing_contents(kind: PaperKind, given: Collection[str]) -> tuple[str, ...]:
    """What the paper must say and does not, in the order in which it stands there (CN-K4, CN-S2, CN-R1)."""
    return tuple(name for name in CONTENTS[kind] if name not in given)


def grade_of(paper: Paper) -> PaperGrade:
    """What the paper proves today.

    A: signed by somebody who counts, identified where the law asks, and the signed paper scanned. B: a letter
    with named content and a receipt. C: shows the effort only. D: voided, or never left the house.
    """
    steps = [event.step for event in paper.events]
    signature = next((event for event in reversed(paper.events) if event.step is S.SIGNED), None)
    if S.VOIDED in steps or not {S.SIGNED, S.REFUSED, S.LEFT_SEALED, S.POSTED} & set(steps):
        return PaperGrade.D
    if signature is not None and S.SCANNED in steps and _counts(signature):
        return PaperGrade.A
    if S.ARRIVED in steps:
        return PaperGrade.B
    return PaperGrade.C


def _counts(signature: PaperEvent) -> bool:
    return signature.signer in SIGNER_COUNTS and (
        signature.signer not in IDENTIFIED or signature.signer_identified
    )


def limitation_restarts_on(papers: Sequence[Paper]) -> date | None:
    """The latest day from which three years run anew (民法典 195, 诉讼时效规定 8); None: no paper did it.

    It is the day of signing or of arrival, not of the scan.
    """
    return max((day for paper in papers if (day := _interrupts_on(paper)) is not None), default=None)


def _interrupts_on(paper: Paper) -> date | None:
    grade = grade_of(paper)
    if paper.kind not in DEMANDS or not grade.restarts_limitation:
        return None
    served = S.SIGNED if grade is PaperGrade.A else S.ARRIVED
    return next(event.on for event in reversed(paper.events) if event.step is served)


def served(paper: Paper) -> bool:
    """Whether the person has been told (CN-R1 asks it before the first negative report)."""
    return paper.kind in IS_SERVED and grade_of(paper).restarts_limitation
