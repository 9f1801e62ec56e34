"""Schedules and payments before the start, for the sub-branch whose core system delivers them.

The other sub-branches send day figures only, as many banks do; so both kinds of book are in the demo.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from zoufang.core.simulation import SimulatedBank, SimulatedLoan
from zoufang.server.book.models import Loan, LoanEntry
from zoufang.server.book.services import NewEntry, write_entries
from zoufang.server.demo.feed import send_file
from zoufang.server.demo.found import Staff

DELIVERS = "0102"  # 德城支行


def send_schedules(bank: SimulatedBank, team: Staff, system: str, at: datetime) -> int:
    """The schedules as a file of the core system, then the payments ever made; answers how many there are."""
    ids = dict(Loan.objects.filter(branch__code=DELIVERS).values_list("source_key", "id"))
    loans = [loan for loan in bank.loans if loan.loan_id in ids]
    rows = [row for loan in loans for row in schedule_rows(loan)]
    if rows:
        send_file("schedules", rows, "gb18030", bank.start, team.planner, at)
    payments = [entry for loan in loans for entry in _payments(loan, ids[loan.loan_id], system)]
    write_entries(entries=payments, by=team.planner, branch=team.city, at=at, simulated=True)
    return len(rows) + len(payments)


def schedule_rows(loan: SimulatedLoan) -> Iterator[dict[str, str]]:
    for number, due in enumerate(loan.ledger.dues, 1):
        yield {
            "借据号": loan.loan_id,
            "期次": str(number),
            "应还日": f"{due.due:%Y%m%d}",
            "应还本金": _yuan(due.principal_fen),
            "应还利息": _yuan(due.interest_fen),
            "应还费用": _yuan(due.fees_fen),
            "应还合计": _yuan(due.amount_fen),
        }


def _yuan(fen: int) -> str:
    return str(Decimal(fen) / 100)


def _payments(loan: SimulatedLoan, loan_id: UUID, system: str) -> Iterator[NewEntry]:
    for payment in loan.ledger.payments:
        yield NewEntry(
            loan_id=loan_id,
            kind=LoanEntry.Kind.PAYMENT,
            on=payment.received,
            source_system=system,
            reference=payment.id,
            posted_on=payment.received,
            amount_fen=payment.amount_fen,
        )
