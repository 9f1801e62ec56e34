"""Each call, message, letter, visit, paper, plan, legal step and payment of one loan, in the order of its days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from zoufang.core.disposal import PursuitKind, PursuitStep
from zoufang.core.values import BANK_ZONE, Message, format_yuan, gettext_noop
from zoufang.core.visits import PaperKind, PaperStep
from zoufang.server.agreements.models import RepaymentPlan
from zoufang.server.book.models import Loan, LoanEntry
from zoufang.server.daily.targets import target_met
from zoufang.server.disposal.models import StageStep
from zoufang.server.outreach.models import Contact
from zoufang.server.papers.models import Paper
from zoufang.server.visiting.models import Visit

CHANNELS = {"call": PursuitKind.CALL, "sms": PursuitKind.MESSAGE, "letter": PursuitKind.LETTER}
LEGAL = (
    StageStep.Kind.FILED,
    StageStep.Kind.ACCEPTED,
    StageStep.Kind.SERVED,
    StageStep.Kind.ORDERED,
    StageStep.Kind.SECURED,
    StageStep.Kind.CLOSED,
)
PLACES = gettext_noop("%(what)s: %(result)s")


def pursuit_of(loan: Loan, today: date) -> tuple[PursuitStep, ...]:
    """Up to `today`. Contacts and visits are of the debtor: one talk is about all that is owed."""
    found = (*_contacts(loan), *_visits(loan), *_papers(loan), *_plans(loan), *_legal(loan), *_payments(loan))
    return tuple(sorted((one for one in found if one.on <= today), key=lambda one: (one.on, one.kind)))


def _contacts(loan: Loan) -> Iterator[PursuitStep]:
    rows = Contact.objects.filter(debtor=loan.debtor_id, channel__in=CHANNELS).order_by("at", "pk")
    for row in rows:
        result = "reached" if row.reached else (row.result or "unanswered")
        what = Message(PLACES, {"what": row.reached_role.replace("_", " "), "result": result.replace("_", " ")})
        on = row.at.astimezone(BANK_ZONE).date()
        yield PursuitStep(on, CHANNELS[row.channel], row.reached and row.target_id is None, what)


def _visits(loan: Loan) -> Iterator[PursuitStep]:
    rows = Visit.objects.filter(party=loan.debtor_id, ended_at__isnull=False).order_by("day", "pk")
    for row in rows:
        what = Message(
            PLACES,
            {"what": row.target_role.replace("_", " "), "result": (row.outcome or "none").replace("_", " ")},
        )
        yield PursuitStep(row.day, PursuitKind.VISIT, target_met(row), what)


def _papers(loan: Loan) -> Iterator[PursuitStep]:
    rows = Paper.objects.filter(loan=loan, kind__in=(PaperKind.DEMAND, PaperKind.PROMISE)).prefetch_related(
        "steps"
    )
    for row in rows.order_by("made_at"):
        served = [s for s in row.course.events if s.step in (PaperStep.SIGNED, PaperStep.ARRIVED)]
        went = served or [s for s in row.course.events if s.step in (PaperStep.POSTED, PaperStep.LEFT_SEALED)]
        if went:
            text = gettext_noop("Demand notice %(number)s")
            yield PursuitStep(
                went[-1].on,
                PursuitKind.PAPER,
                bool(served),
                Message(text, {"number": row.number}),
                row.grade.value,
            )


def _plans(loan: Loan) -> Iterator[PursuitStep]:
    for row in RepaymentPlan.objects.filter(loan=loan).order_by("made_at"):
        on = row.made_at.astimezone(BANK_ZONE).date()
        yield PursuitStep(on, PursuitKind.PLAN, True, Message(gettext_noop("A repayment plan was made")))


def _legal(loan: Loan) -> Iterator[PursuitStep]:
    rows = StageStep.objects.filter(stage__loan=loan, kind__in=LEGAL).select_related("stage")
    for row in rows.exclude(stage__kind__in=("write_off", "transfer")).order_by("on", "number"):
        params = {"what": row.stage.kind.replace("_", " "), "result": row.kind}
        yield PursuitStep(row.on, PursuitKind.LEGAL, row.kind == StageStep.Kind.SERVED, Message(PLACES, params))


def _payments(loan: Loan) -> Iterator[PursuitStep]:
    rows = LoanEntry.objects.filter(loan=loan, kind=LoanEntry.Kind.PAYMENT).order_by("on", "reference")
    for row in rows:
        what = Message(gettext_noop("Paid ¥%(amount)s"), {"amount": format_yuan(row.amount_fen)})
        yield PursuitStep(row.on, PursuitKind.PAYMENT, True, what)
