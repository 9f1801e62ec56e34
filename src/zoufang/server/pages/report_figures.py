"""What a report to the branch head counts, by branch: book, visits, promises, plans, money, complaints."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext_noop

from zoufang.core.errors import BadInput
from zoufang.core.values import Message, PartyRole
from zoufang.server.agreements.models import Promise, RepaymentPlan
from zoufang.server.book.branch_days import Figures, moves, standing, stored_on_or_before
from zoufang.server.book.models import LoanEntry
from zoufang.server.oversight.models import Complaint
from zoufang.server.staff.models import Branch
from zoufang.server.visiting.models import Visit

DAILY, WEEKLY, MONTHLY = "daily", "weekly", "monthly"
KINDS = (DAILY, WEEKLY, MONTHLY)
# Money counts as received from a visited customer up to this many days after a visit.
AFTER_VISIT_DAYS = 28
MET = (PartyRole.DEBTOR, PartyRole.CO_DEBTOR)


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """First and last day, both included; a week is Monday to Sunday, a month the calendar month."""

    kind: str
    first: date
    last: date

    @classmethod
    def of(cls, kind: str, day: date) -> ReportPeriod:
        """The period that holds `day`. BadInput for a kind that there is not."""
        if kind == DAILY:
            return cls(kind, day, day)
        if kind == WEEKLY:
            monday = day - timedelta(days=day.weekday())
            return cls(kind, monday, monday + timedelta(days=6))
        if kind == MONTHLY:
            following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
            return cls(kind, day.replace(day=1), following - timedelta(days=1))
        text = gettext_noop("There is no %(kind)s report. Choose daily, weekly or monthly.")
        raise BadInput(Message(text, {"kind": kind}))

    @property
    def span(self) -> tuple[date, date]:
        return self.first, self.last


@dataclass(frozen=True, slots=True)
class ReportFigures:
    """Every branch of the tree with its figures, those below it included. `book_on` etc.: the stored days used."""

    period: ReportPeriod
    branches: tuple[Branch, ...]
    book: Figures
    moved: Figures
    work: Figures
    outcomes: tuple[str, ...]
    book_on: date | None
    moved_from: date | None


def report_figures(kind: str, day: date, below: str) -> ReportFigures:
    """Count everything for the branch of path `below` and each branch under it."""
    period = ReportPeriod.of(kind, day)
    branches = tuple(Branch.objects.filter(path__startswith=below).order_by("path"))
    book_on = stored_on_or_before(period.last)
    start = stored_on_or_before(period.first - timedelta(days=1))
    leaf = _work(period, below)
    return ReportFigures(
        period=period,
        branches=branches,
        book=_up(branches, standing(book_on) if book_on else {}),
        moved=_up(branches, moves(start, book_on) if start and book_on and start < book_on else {}),
        work=_up(branches, leaf),
        outcomes=tuple(sorted({k for row in leaf.values() for k in row if k.startswith("outcome:")})),
        book_on=book_on,
        moved_from=start if book_on and start and start < book_on else None,
    )


def _up(branches: tuple[Branch, ...], leaves: Figures) -> Figures:
    """Each branch with the sum of what lies at and below it."""
    summed: Figures = {}
    for branch in branches:
        total: dict[str, int] = defaultdict(int)
        for path, row in leaves.items():
            if path.startswith(branch.path):
                for name, value in row.items():
                    total[name] += value
        summed[branch.path] = dict(total)
    return summed


def _work(period: ReportPeriod, below: str) -> Figures:
    """What people did in the period, by the branch that holds the customer."""
    found: Figures = defaultdict(lambda: defaultdict(int))
    for rows in (
        _visits(period),
        _outcomes(period),
        _promises(period),
        _judged(period),
        _plans_made(period),
        _plans_now(),
        _complaints(period),
    ):
        for path, name, value in rows:
            if path.startswith(below):
                found[path][name] += value or 0
    for path, fen in _received(period, below).items():
        found[path]["received"] += fen
    return found


Rows = list[tuple[str, str, int]]


def _counted(rows: QuerySet[Any], **sums: Any) -> Rows:
    counted = rows.order_by("branch__path").values("branch__path").annotate(**sums)
    return [(row["branch__path"], name, row[name]) for row in counted for name in sums]


def _visits(period: ReportPeriod) -> Rows:
    return _counted(
        Visit.objects.filter(day__range=period.span),
        planned=Count("pk"),
        withdrawn=Count("pk", filter=Q(withdrawn_reason__isnull=False)),
        made=Count("pk", filter=Q(started_at__isnull=False)),
        met=Count("pk", filter=Q(met_role__in=MET)),
    )


def _outcomes(period: ReportPeriod) -> Rows:
    rows = Visit.objects.filter(day__range=period.span).exclude(outcome="")
    counted = rows.order_by().values_list("branch__path", "outcome").annotate(n=Count("pk"))
    return [(path, f"outcome:{outcome}", n) for path, outcome, n in counted]


def _promises(period: ReportPeriod) -> Rows:
    made = Promise.objects.filter(made_on__range=period.span)
    return _counted(made, promises=Count("pk"), promised=Sum("amount_fen"))


def _judged(period: ReportPeriod) -> Rows:
    statuses = {
        "kept": Promise.Status.KEPT,
        "partly_kept": Promise.Status.PARTLY_KEPT,
        "broken": Promise.Status.BROKEN,
    }
    sums = {name: Count("pk", filter=Q(status=status)) for name, status in statuses.items()}
    return _counted(Promise.objects.filter(judged_on__range=period.span), **sums)


def _plans_made(period: ReportPeriod) -> Rows:
    made = RepaymentPlan.objects.filter(made_at__date__range=period.span)
    return _counted(made, plans=Count("pk"), plans_total=Sum("total_fen"))


def _plans_now() -> Rows:
    """The states of all plans at the moment of reporting."""
    status = RepaymentPlan.Status
    sums = {
        "plans_waiting": Count("pk", filter=Q(status=status.AWAITING_APPROVAL)),
        "plans_performing": Count("pk", filter=Q(status=status.PERFORMING)),
        "plans_broken": Count("pk", filter=Q(status=status.BROKEN)),
        "plans_completed": Count("pk", filter=Q(status=status.COMPLETED)),
    }
    return _counted(RepaymentPlan.objects.all(), **sums)


def _complaints(period: ReportPeriod) -> Rows:
    still = Q(opened_on__lte=period.last) & (Q(closed_on__isnull=True) | Q(closed_on__gt=period.last))
    return _counted(
        Complaint.objects.all(),
        complaints=Count("pk", filter=Q(opened_on__range=period.span)),
        complaints_closed=Count("pk", filter=Q(closed_on__range=period.span)),
        complaints_open=Count("pk", filter=still),
        complaints_late=Count("pk", filter=still & Q(due_on__lt=period.last)),
    )


def _received(period: ReportPeriod, below: str) -> dict[str, int]:
    """Payments of the period, less reversals, of customers visited in the 28 days before: received, no effect."""
    days = _visit_days(period, below)
    money = (LoanEntry.Kind.PAYMENT, LoanEntry.Kind.REVERSAL)
    rows = LoanEntry.objects.filter(kind__in=money, on__range=period.span, loan__debtor__in=days)
    found: dict[str, int] = defaultdict(int)
    for party, path, kind, on, fen in rows.values_list(
        "loan__debtor", "loan__debtor__branch__path", "kind", "on", "amount_fen"
    ):
        place = bisect_right(days[party], on)
        if place and (on - days[party][place - 1]).days <= AFTER_VISIT_DAYS:
            found[path] += fen if kind == LoanEntry.Kind.PAYMENT else -abs(fen)
    return found


def _visit_days(period: ReportPeriod, below: str) -> dict[UUID, list[date]]:
    since = period.first - timedelta(days=AFTER_VISIT_DAYS)
    rows = Visit.objects.filter(
        day__range=(since, period.last), started_at__isnull=False, branch__path__startswith=below
    )
    days: dict[UUID, list[date]] = defaultdict(list)
    for party, day in rows.order_by("day").values_list("party", "day"):
        days[party].append(day)
    return days
