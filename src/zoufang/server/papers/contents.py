"""What a paper says, from the visit, the loan and the record. What nobody knows is left out, never zero."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings

from zoufang.core.values import BANK_ZONE
from zoufang.core.visits import PaperKind
from zoufang.server.book.models import GivenFigure, ImportBatch, Loan
from zoufang.server.papers.models import Paper
from zoufang.server.visiting.events import record_of
from zoufang.server.visiting.models import Visit

# What the template says in fixed words, so that no paper lacks it.
WORDED: dict[PaperKind, frozenset[str]] = {
    PaperKind.DEMAND: frozenset({"reason_and_law", "asks_for_payment", "ways_to_pay", "ways_to_dispute"}),
    PaperKind.CREDIT_NOTICE: frozenset({"law", "ways_to_object"}),
    PaperKind.AUTHORITY: frozenset({"purpose", "ways_to_verify"}),
}
ABOUT_A_LOAN = frozenset({PaperKind.DEMAND, PaperKind.CREDIT_NOTICE, PaperKind.PROMISE})


def contents_of(kind: PaperKind, visit: Visit, loan: Loan | None, about: Paper | None) -> dict[str, Any]:
    """The contents that are known; `contact` stands on each paper."""
    found: dict[str, Any] = {"contact": settings.ZOUFANG_HOTLINE, "case": str(visit.pk)[-12:].upper()}
    found["creditor"] = f"{settings.ZOUFANG_BANK} {visit.branch.name}"
    found["officers"] = [f"{user.full_name} {user.employee_no}" for user in _officers(visit)]
    if kind is PaperKind.AUTHORITY:
        found["valid_on"] = visit.day.isoformat()
    else:
        found["debtor"] = visit.party.identity.get("name")
    if loan is not None and kind in ABOUT_A_LOAN:
        found["contract"] = loan.contract_no or loan.source_key
    found |= dict(_own(kind, visit, loan, about))
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def _officers(visit: Visit) -> Iterator[Any]:
    yield from visit.crew.members.order_by("employee_no")


def _own(kind: PaperKind, visit: Visit, loan: Loan | None, about: Paper | None) -> Iterator[tuple[str, Any]]:
    if kind is PaperKind.DEMAND and loan is not None:
        yield from _debt(loan)
    elif kind is PaperKind.CREDIT_NOTICE and loan is not None:
        yield "amount_fen", loan.state.arrears_fen or None
        yield "bad_since", (loan.state.as_of - timedelta(days=loan.state.dpd)).isoformat()
    elif kind is PaperKind.VISIT_RECORD:
        yield from _visit(visit)
    elif kind is PaperKind.SERVICE_RECEIPT and about is not None:
        yield "paper_number", about.number
        yield from _service(about)
    elif kind is PaperKind.PROMISE:
        yield from _promise(visit)


def _debt(loan: Loan) -> Iterator[tuple[str, Any]]:
    """Overdue principal, interest and fees; a part that the bank's own figures don't name is not known."""
    state = loan.state
    parts: dict[str, int | None] = {
        "principal_fen": state.overdue_principal_fen,
        "interest_fen": state.interest_fen,
        "fees_fen": state.fees_fen,
    }
    if state.figure_source == "given":
        given = GivenFigure.objects.filter(
            loan=loan, as_of=state.given_on or state.as_of, batch__status=ImportBatch.Status.LANDED
        ).last()
        if given is None or given.overdue_principal_fen is None:
            parts["principal_fen"] = None
        if given is None or given.interest_fen is None:
            parts["interest_fen"] = None
        if given is None or (given.fees_fen is None and given.penalty_fen is None):
            parts["fees_fen"] = None
    yield from parts.items()
    known = [fen for fen in parts.values() if fen is not None]
    if len(known) == len(parts):
        yield "total_fen", sum(known) or None
    yield "as_of", (state.given_on or state.as_of).isoformat()


def _visit(visit: Visit) -> Iterator[tuple[str, Any]]:
    yield "begun", _clock(visit.started_at)
    yield "ended", _clock(visit.ended_at)
    yield "place", visit.opened(visit.address).place.get("text")
    yield "who_met", visit.met_role
    yield "outcome", visit.outcome


def _service(about: Paper) -> Iterator[tuple[str, Any]]:
    reached = [event for event in about.course.events if event.step in ("signed", "left_sealed", "arrived")]
    if reached:
        yield "served_on", reached[-1].on.isoformat()
        yield "way", reached[-1].step.value


def _promise(visit: Visit) -> Iterator[tuple[str, Any]]:
    promises = record_of(visit).promises
    if promises:
        yield "amount_fen", promises[-1].amount_fen
        yield "pay_on", promises[-1].due.isoformat()
        yield "channel", promises[-1].channel.value


def _clock(at: Any) -> str | None:
    return None if at is None else f"{at.astimezone(BANK_ZONE):%Y-%m-%d %H:%M}"
