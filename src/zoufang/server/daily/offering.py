"""What the gate needs before an offer about a loan is put, agreed or approved."""

from __future__ import annotations

from datetime import date

from zoufang.server.agreements.gate import OfferGate
from zoufang.server.book.models import Loan
from zoufang.server.daily.facts import facts_of, read_registers
from zoufang.server.daily.policies import compliance_policy


def offer_gate(loan: Loan, day: date) -> OfferGate:
    """The facts about the loan's debtor and the packs in force on `day`."""
    debtor = loan.debtor
    return OfferGate(facts_of(debtor, None, read_registers([debtor], day)), compliance_policy(day))
