"""What waits for the switch: changes to people and loans that are in the book already, and the new states."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from zoufang.server.book import bulk
from zoufang.server.book.landing.sealing import ADDRESS_FIELDS, PARTY_FIELDS, PHONE_FIELDS
from zoufang.server.book.models import Address, Collateral, Loan, LoanParty, LoanState, Party, Phone, VisitNeeds

LOAN_FIELDS = [
    "id",
    "source_system",
    "source_key",
    "debtor",
    "branch",
    "product",
    "product_name",
    "currency",
    "contract_no",
    "amount_fen",
    "annual_rate_bp",
    "opened_on",
    "matures_on",
    "security",
    "owner_no",
    "written_off_on",
    "first_batch",
]
ROLE_FIELDS = ["loan", "party", "role", "guarantee", "guarantee_until"]
COLLATERAL_FIELDS = ["loan", "number", "kind", "description", "value_fen", "valued_on", "rank", "sealed_place"]
NEEDS_FIELDS = ["party", "sealed", "noted_on"]
STATE_FIELDS = [
    "loan",
    "branch",
    "as_of",
    "balance_fen",
    "arrears_fen",
    "overdue_principal_fen",
    "interest_fen",
    "fees_fen",
    "dpd",
    "bucket",
    "five_class",
    "figure_source",
    "given_on",
    "computed_five_class",
    "open",
]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One staged table each; they live as long as this connection."""

    parties: bulk.Staged
    phones: bulk.Staged
    addresses: bulk.Staged
    loans: bulk.Staged
    roles: bulk.Staged
    collateral: bulk.Staged
    states: bulk.Staged
    needs: bulk.Staged


@contextmanager
def waiting_room() -> Iterator[Waiting]:
    with ExitStack() as stack:
        tables = (
            (Party, PARTY_FIELDS),
            (Phone, PHONE_FIELDS),
            (Address, ADDRESS_FIELDS),
            (Loan, LOAN_FIELDS),
            (LoanParty, ROLE_FIELDS),
            (Collateral, COLLATERAL_FIELDS),
            (LoanState, STATE_FIELDS),
            (VisitNeeds, NEEDS_FIELDS),
        )
        yield Waiting(*(stack.enter_context(bulk.staged(model, fields)) for model, fields in tables))
