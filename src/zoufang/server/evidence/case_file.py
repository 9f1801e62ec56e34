"""What stands for one loan before a court or a write-off committee. Nothing is stored, nothing opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from zoufang.core.disposal import (
    CaseFacts,
    Evidence,
    FilePart,
    Held,
    PursuitRule,
    PursuitStep,
    StageKind,
    StageRule,
    missing_parts,
    parts_of,
    pursuit_gaps,
)
from zoufang.core.portfolio import Statement, statement
from zoufang.core.values import Message, PartyRole, gettext_noop
from zoufang.core.visits import PaperKind
from zoufang.files.disposal_stages import shipped_stages
from zoufang.server.book.ageing import to_core
from zoufang.server.book.models import Collateral, Loan, LoanEntry, LoanParty
from zoufang.server.daily.disposal_facts import SECURING
from zoufang.server.daily.disposing import facts_for
from zoufang.server.disposal.models import DisposalStage, StageStep
from zoufang.server.evidence.pursuit import pursuit_of
from zoufang.server.papers.models import Paper
from zoufang.server.visiting.models import Visit


@dataclass(frozen=True)
class CaseFile:
    """`sheet`: the arrears from entries; None where the book has no instalments of this loan."""

    loan: Loan
    rule: StageRule
    facts: CaseFacts
    sheet: Statement | None
    papers: tuple[Paper, ...]
    visits: tuple[Visit, ...]
    guarantors: tuple[LoanParty, ...]
    collateral: tuple[Collateral, ...]
    stages: tuple[DisposalStage, ...]
    pursuit: tuple[PursuitStep, ...]

    @cached_property
    def parts(self) -> tuple[FilePart, ...]:
        return parts_of(self.rule.evidence, _found(self))

    @cached_property
    def lacking(self) -> tuple[FilePart, ...]:
        return missing_parts(self.parts)

    @cached_property
    def gaps(self) -> tuple[Message, ...]:
        """Of the pursuit, by what the write-off asks; only where the stage asks for it."""
        if Evidence.PURSUIT not in self.rule.evidence:
            return ()
        policy = shipped_stages()
        asked = next((one.numbers for one in self.rule.checks if one.check == "pursued"), {})
        rule = PursuitRule(policy.pursuit_gap_days, asked.get("steps", 1), asked.get("days", 0))
        since = self.loan.state.as_of - timedelta(days=self.loan.state.dpd) if self.loan.state.dpd else None
        return pursuit_gaps(self.pursuit, since, self.facts.today, rule)


def case_file_of(loan: Loan, kind: StageKind, today: date, *, default_rate_bp: int | None = None) -> CaseFile:
    """The loan carries its state, debtor and branch; whoever calls has asked whether the reader may look."""
    papers = Paper.objects.filter(loan=loan, kind__in=(PaperKind.DEMAND, PaperKind.PROMISE))
    visits = Visit.objects.filter(party=loan.debtor_id, ended_at__isnull=False)
    guarantors = LoanParty.objects.filter(loan=loan, role=PartyRole.GUARANTOR)
    stages = DisposalStage.objects.filter(loan=loan).prefetch_related("steps__by", "money")
    return CaseFile(
        loan=loan,
        rule=shipped_stages().stage(kind, today),
        facts=facts_for(loan, today),
        sheet=sheet_of(loan, today, default_rate_bp),
        papers=tuple(papers.select_related("party", "branch", "visit").prefetch_related("steps__by")),
        visits=tuple(visits.select_related("crew", "target").order_by("day", "pk")),
        guarantors=tuple(guarantors.select_related("party").order_by("guarantee_until", "pk")),
        collateral=tuple(Collateral.objects.filter(loan=loan).order_by("number")),
        stages=tuple(stages.order_by("proposed_at")),
        pursuit=pursuit_of(loan, today),
    )


def sheet_of(loan: Loan, today: date, default_rate_bp: int | None = None) -> Statement | None:
    entries = list(LoanEntry.objects.filter(loan=loan).order_by("on", "id"))
    if not any(entry.kind == LoanEntry.Kind.DUE for entry in entries):
        return None
    return statement(to_core(loan, entries), today, default_rate_bp=default_rate_bp)


Part = tuple[Held, Message]


def _found(file: CaseFile) -> dict[Evidence, Part]:
    """What is seen of each part, in one sentence; a part that is not named here is missing."""
    found = {
        Evidence.CONTRACT: _contract(file.loan),
        Evidence.DISBURSEMENT: _payout(file.loan),
        Evidence.ARREARS: _arrears(file),
        Evidence.DEMAND: _demand(file),
        Evidence.VISITS: _count(len(file.visits), gettext_noop("%(n)s visits on record")),
        Evidence.ADDRESS: _dated(file.facts.address_confirmed_on, gettext_noop("Met at the address on %(on)s")),
        Evidence.LIMITATION: _limitation(file.facts),
        Evidence.GUARANTEES: _guarantees(file),
        Evidence.COLLATERAL: _collateral(file),
        Evidence.CONTACTS: _count(
            sum(one.kind in ("call", "message", "letter") for one in file.pursuit),
            gettext_noop("%(n)s calls, messages and letters on record"),
        ),
        Evidence.EFFECTIVE_PAPER: _effective(file),
        Evidence.PURSUIT: _pursuit(file),
    }
    return {part: seen for part, seen in found.items() if seen is not None}


def _contract(loan: Loan) -> Part | None:
    if not loan.contract_no:
        return None
    return Held.THERE, Message(gettext_noop("Contract %(number)s"), {"number": loan.contract_no})


def _payout(loan: Loan) -> Part | None:
    if loan.opened_on is None or loan.amount_fen is None:
        return None
    text = gettext_noop("Paid out on %(on)s; the voucher itself is in the paper file")
    return Held.WEAK, Message(text, {"on": loan.opened_on.isoformat()})


def _arrears(file: CaseFile) -> Part:
    if file.sheet is None:
        return Held.WEAK, Message(
            gettext_noop("Only the bank's own figures: there are no entries to compute from")
        )
    if file.sheet.left.total_fen != file.loan.state.arrears_fen:
        text = gettext_noop("Computed from entries, and not equal to the figure of the book: clear the difference")
        return Held.WEAK, Message(text)
    return Held.THERE, Message(gettext_noop("Computed from entries to the fen, equal to the book"))


def _demand(file: CaseFile) -> Part | None:
    demands = [paper for paper in file.papers if paper.kind == PaperKind.DEMAND]
    if not demands:
        return None
    best = min(paper.grade for paper in demands)
    text = gettext_noop("%(n)s demand notices, the best of evidence grade %(grade)s")
    params = {"n": len(demands), "grade": str(best)}
    return Held.THERE if best.restarts_limitation else Held.WEAK, Message(text, params)


def _count(n: int, text: str) -> Part | None:
    return (Held.THERE, Message(text, {"n": n})) if n else None


def _dated(on: date | None, text: str) -> Part | None:
    return (Held.THERE, Message(text, {"on": on.isoformat()})) if on else None


def _limitation(facts: CaseFacts) -> Part | None:
    ends = facts.limitation_ends
    if not isinstance(ends, date):
        return None
    held = Held.THERE if ends >= facts.today else Held.WEAK
    return held, Message(gettext_noop("Limitation ends on %(ends)s"), {"ends": ends.isoformat()})


def _guarantees(file: CaseFile) -> Part | None:
    if not file.guarantors:
        return Held.THERE, Message(gettext_noop("The loan has no guarantor"))
    if any(not one.guarantee or one.guarantee_until is None for one in file.guarantors):
        return None
    return Held.THERE, Message(gettext_noop("%(n)s guarantees with kind and period"), {"n": len(file.guarantors)})


def _collateral(file: CaseFile) -> Part | None:
    if file.collateral:
        return Held.THERE, Message(gettext_noop("%(n)s things of collateral"), {"n": len(file.collateral)})
    if file.loan.security in SECURING:
        return None
    return Held.THERE, Message(gettext_noop("The loan has no collateral"))


def _effective(file: CaseFile) -> Part | None:
    steps = [step for stage in file.stages for step in stage.steps.all() if step.kind == StageStep.Kind.ORDERED]
    text = gettext_noop("Decided on %(on)s; the paper itself is in the paper file")
    return (Held.WEAK, Message(text, {"on": max(s.on for s in steps).isoformat()})) if steps else None


def _pursuit(file: CaseFile) -> Part | None:
    if not file.pursuit:
        return None
    text = gettext_noop("%(n)s steps of pursuit, %(gaps)s gaps")
    params = {"n": len(file.pursuit), "gaps": len(file.gaps)}
    return Held.WEAK if file.gaps else Held.THERE, Message(text, params)
