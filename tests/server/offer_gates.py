"""The gate for offers where nothing stands against the customer: a test states only what matters to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from tests.core.builders_compliance import facts, policy
from tests.server.staffing import TODAY
from zoufang.core.compliance import ContactData
from zoufang.server.agreements.gate import OfferGate
from zoufang.server.book.models import Loan


def a_gate(loan: Loan, day: date = TODAY, **known: Any) -> OfferGate:
    place: ContactData | None = None
    harmless = facts(address=place, customer_id=str(loan.debtor_id))
    return OfferGate(replace(harmless, **known), policy(day))
