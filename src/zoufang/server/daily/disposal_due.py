"""Whose loans are due for a stage of disposal, and why; only of the reader's branch and below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from zoufang.core.disposal import CaseFacts, Due, StageKind, due_stages
from zoufang.files.disposal_stages import shipped_stages
from zoufang.server.book.models import Loan
from zoufang.server.daily.disposal_facts import case_facts
from zoufang.server.daily.limitation import LIMITATION_YEARS
from zoufang.server.disposal.models import DisposalStage
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require, scope

LEAST_DPD = 60  # no clause of the data asks for less
LIMITATION_NEAR = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class DueLoan:
    """One loan that is due for at least one stage that is neither proposed nor running."""

    loan: Loan
    facts: CaseFacts
    due: tuple[Due, ...]

    def of(self, kind: StageKind) -> Due | None:
        return next((one for one in self.due if one.kind is kind), None)


def due_loans(user: User, today: date) -> list[DueLoan]:
    """Those whose limitation ends first, then the largest arrears; a fixed number of queries."""
    require(user, "see_disposal")
    loans = list(_asked(user, today))
    facts, open_ones = case_facts(loans, today), _open_kinds(loans)
    policy, found = shipped_stages(), []
    for loan in loans:
        known = facts[loan.pk]
        due = tuple(one for one in due_stages(known, policy) if (loan.pk, one.kind.value) not in open_ones)
        if due:
            found.append(DueLoan(loan, known, due))
    return sorted(found, key=_urgency)


def counted(rows: Iterable[DueLoan]) -> Counter[StageKind]:
    return Counter(one.kind for row in rows for one in row.due)


def _asked(user: User, today: date) -> Iterable[Loan]:
    base = today + LIMITATION_NEAR - timedelta(days=LIMITATION_YEARS * 366)
    late = Q(state__dpd__gte=LEAST_DPD) | Q(matures_on__lte=base)
    rows = Loan.objects.filter(scope(user), late, state__open=True, state__arrears_fen__gt=0)
    rows = rows.filter(Q(transferred_on__isnull=True) | Q(transferred_on__gt=today))
    return rows.select_related("state", "debtor__branch", "branch").order_by("source_system", "source_key")


def _open_kinds(loans: list[Loan]) -> set[tuple[object, str]]:
    states = (DisposalStage.State.PROPOSED, DisposalStage.State.RUNNING)
    rows = DisposalStage.objects.filter(loan__in=[loan.pk for loan in loans], state__in=states)
    return set(rows.values_list("loan_id", "kind"))


def _urgency(row: DueLoan) -> tuple[bool, date, int, str]:
    ends = row.facts.limitation_ends
    near = isinstance(ends, date) and ends - row.facts.today <= LIMITATION_NEAR
    last = ends if near and isinstance(ends, date) else date.max
    return not near, last, -row.loan.state.arrears_fen, row.loan.source_key
