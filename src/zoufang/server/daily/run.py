"""The day's run: the bank moves to a new day, and everything that depends on the day follows. Safe to repeat."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from zoufang.core.errors import BadInput
from zoufang.core.values import BANK_ZONE
from zoufang.server.agreements.matching import match_loans
from zoufang.server.agreements.models import Promise, RepaymentPlan
from zoufang.server.audit import services as audit
from zoufang.server.audit.models import AuditDay
from zoufang.server.book.models import Loan, LoanEntry
from zoufang.server.book.services import age_book, write_snapshot
from zoufang.server.daily.call_backs import draw_call_backs
from zoufang.server.daily.placing import end_by_rule
from zoufang.server.daily.study import close_cycle
from zoufang.server.daily.withdrawing import withdraw_visits
from zoufang.server.places.services import place_addresses
from zoufang.server.review.drawing import draw_reviews
from zoufang.server.staff import services as staff
from zoufang.server.staff.clock import bank_state
from zoufang.server.staff.models import Branch, Level, User
from zoufang.server.staff.permissions import require_date_mover
from zoufang.server.studies.models import Study

MONEY = (LoanEntry.Kind.PAYMENT, LoanEntry.Kind.REVERSAL)


@dataclass(frozen=True, slots=True)
class DayRun:
    """What one run did; its numbers stand in the audit line `run_day`."""

    before: date
    to: date
    audit_days_closed: int
    loans_aged: int
    loans_matched: int
    payments_matched: int
    promises_judged: int
    plans_ended: int
    visits_withdrawn: int
    studies_closed: tuple[str, ...]
    studies_refused: tuple[str, ...]
    snapshot: bool


def run_day(*, branch: Branch, to: date, by: User | None, at: datetime) -> DayRun:
    """Move the bank to `to` after its files came in: close audit days, age, match, judge, withdraw, evaluate.

    The whole bank moves; `branch` is where it is asked for. The same day again repeats the work and changes
    nothing that stands. Conflict: a day that is over, or one that has not begun (a simulated bank may go ahead).
    """
    if by is not None:
        require_date_mover(by)
    before = bank_state().business_date
    if to > at.astimezone(BANK_ZONE).date():
        at = staff.turn_clock(to=to, at=at)
    staff.advance_business_date(to=to)
    _record_move(before, to, by, at)
    closed = _close_audit_days(to)
    aged = age_book(today=to)
    place_addresses(by=None, at=at)
    matched, payments, judged, ended = _match(before, to)
    withdrawn = withdraw_visits(to, by.employee_no if by else "daily", at)
    end_by_rule(today=to, at=at)
    draw_call_backs(today=to, at=at)
    draw_reviews(today=to, at=at)
    studies, refused = _close_studies(to, at)
    kept = write_snapshot(as_of=to) is not None
    done = DayRun(before, to, closed, aged, matched, payments, judged, ended, withdrawn, studies, refused, kept)
    _record(done, branch, by, at)
    return done


def _record_move(before: date, to: date, by: User | None, at: datetime) -> None:
    """On the head office's chain, for the date is that of all branches."""
    head = Branch.objects.filter(level=Level.HEAD_OFFICE).order_by("pk").first()
    if to == before or head is None:
        return
    audit.record(
        at=at,
        actor=by.employee_no if by else "daily",
        action="move_date",
        subject_kind="branch",
        subject_id=head.code,
        branch_code=head.code,
        details={"from": before.isoformat(), "to": to.isoformat()},
    )


def _close_audit_days(to: date) -> int:
    open_days = list(AuditDay.objects.filter(day__lt=to, root="").order_by("day", "branch_code"))
    for day in open_days:
        audit.close_day(branch_code=day.branch_code, on=day.day)
    return len(open_days)


def _match(before: date, to: date) -> tuple[int, int, int, int]:
    """Loans matched, payments set beside something, promises judged, plans ended."""
    loans = set(loans_to_match(before).values_list("id", flat=True))
    judged, ended = _judged(loans), _ended(loans)
    payments = match_loans(loan_ids=loans, today=to)
    return len(loans), payments, len(_judged(loans) - judged), len(_ended(loans) - ended)


def loans_to_match(since: date) -> QuerySet[Loan]:
    """Loans with a promise or plan that may have fallen due, and loans paid on since."""
    due = Q(promises__status=Promise.Status.OPEN) | Q(repayment_plans__status=RepaymentPlan.Status.PERFORMING)
    paid = LoanEntry.objects.filter(kind__in=MONEY, posted_on__gte=since).values("loan")
    return Loan.objects.filter(due | Q(pk__in=paid)).distinct()


def _judged(loans: set[UUID]) -> set[UUID]:
    over = Promise.objects.filter(loan__in=loans).exclude(status=Promise.Status.OPEN)
    return set(over.values_list("id", flat=True))


def _ended(loans: set[UUID]) -> set[UUID]:
    ends = (RepaymentPlan.Status.BROKEN, RepaymentPlan.Status.COMPLETED)
    return set(RepaymentPlan.objects.filter(loan__in=loans, status__in=ends).values_list("id", flat=True))


def _close_studies(to: date, at: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Evaluate each study whose window has ended; one that cannot be evaluated stays open and is named."""
    closed, refused = [], []
    for study in Study.objects.filter(frozen_on__isnull=True, window_end__lt=to).order_by("opened_on", "id"):
        try:
            close_cycle(study=study, on=to, at=at)
            closed.append(study.name)
        except BadInput:
            refused.append(study.name)
    return tuple(closed), tuple(refused)


def _record(done: DayRun, branch: Branch, by: User | None, at: datetime) -> None:
    numbers = asdict(done) | {"before": done.before.isoformat(), "to": done.to.isoformat()}
    audit.record(
        at=at,
        actor=by.employee_no if by else "daily",
        action="run_day",
        subject_kind="branch",
        subject_id=branch.code,
        branch_code=branch.code,
        details=numbers
        | {"studies_closed": list(done.studies_closed)}
        | {"studies_refused": list(done.studies_refused)},
    )
