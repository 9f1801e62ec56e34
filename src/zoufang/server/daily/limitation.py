"""When the limitation of each debtor's debts ends, as the book and the delivered papers tell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from zoufang.server.book.models import Loan, LoanEntry
from zoufang.server.disposal.queries import claimed_on
from zoufang.server.papers.queries import demanded_on

LIMITATION_YEARS = 3  # 民法典 188, CN-S1


def limitation_ends(ids: list[UUID]) -> dict[UUID, date | None]:
    """By debtor. Of several loans the earliest end counts."""
    ends: dict[UUID, date | None] = {}
    loans = Loan.objects.filter(debtor__in=ids, state__open=True).select_related("state")
    for loan, end in ends_of_loans(loans):
        before = ends.get(loan.debtor_id)
        ends[loan.debtor_id] = end if before is None else min(before, end)
    return ends


def ends_of_loans(loans: Iterable[Loan]) -> list[tuple[Loan, date]]:
    """Three years from the last instalment's due date, or a later payment, paper of grade A or B, or suit (CN-S1).

    Without a maturity the day on which arrears began is taken, which is never later than the true start. The loans
    carry their states.
    """
    loans = list(loans)
    debtors = {loan.debtor_id for loan in loans}
    paid: dict[UUID, date] = {}
    payments = LoanEntry.objects.filter(loan__debtor__in=debtors, kind=LoanEntry.Kind.PAYMENT)
    for loan_id, on in payments.order_by("on").values_list("loan_id", "on"):
        paid[loan_id] = on
    demands, claims = demanded_on(debtors), claimed_on(debtors)
    found = []
    for loan in loans:
        start = base_of(loan)
        end = _years_later(max(start, paid.get(loan.id, start)), LIMITATION_YEARS)
        acts = [on for on, _paper in demands.get(loan.id, ())] + claims.get(loan.id, [])
        found.append((loan, _restarted(end, acts)))
    return found


def base_of(loan: Loan) -> date:
    """From when limitation runs where nothing has restarted it."""
    return loan.matures_on or loan.state.as_of - timedelta(days=loan.state.dpd)


def _restarted(end: date, demanded: Iterable[date]) -> date:
    """Each demand before the end starts three years anew; one after it does not: the right had lapsed (CN-S4)."""
    for on in sorted(demanded):
        if on <= end:
            end = max(end, _years_later(on, LIMITATION_YEARS))
    return end


def _years_later(day: date, years: int) -> date:
    return (
        day.replace(year=day.year + years, day=28)
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year + years)
    )
