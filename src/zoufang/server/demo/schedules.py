"""Instalments and payments before the start, for the sub-branch whose core system delivers them.

The other sub-branches send day figures only, as many banks do; so both kinds of book are in the demo.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from zoufang.core.simulation import SimulatedBank, SimulatedLoan
from zoufang.server.book.models import Loan, LoanEntry
from zoufang.server.book.services import NewEntry, write_entries
from zoufang.server.demo.found import Staff

DELIVERS = "0102"  # 德城支行


def send_schedules(bank: SimulatedBank, team: Staff, system: str, at: datetime) -> int:
    """Append the entries of the delivering sub-branch; answers how many there are."""
    loans = dict(Loan.objects.filter(branch__code=DELIVERS).values_list("source_key", "id"))
    entries = [
        entry
        for loan in bank.loans
        if loan.loan_id in loans
        for entry in _entries(loan, loans[loan.loan_id], system)
    ]
    write_entries(entries=entries, by=team.planner, branch=team.city, at=at, simulated=True)
    return len(entries)


def _entries(loan: SimulatedLoan, loan_id: UUID, system: str) -> Iterator[NewEntry]:
    for number, due in enumerate(loan.ledger.dues, 1):
        yield NewEntry(
            loan_id=loan_id,
            kind=LoanEntry.Kind.DUE,
            on=due.due,
            source_system=system,
            reference=f"DUE-{loan.loan_id}-{number:03d}",
            posted_on=loan.opened_on,
            amount_fen=due.amount_fen,
            principal_fen=due.principal_fen,
            interest_fen=due.interest_fen,
            fees_fen=due.fees_fen,
        )
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
