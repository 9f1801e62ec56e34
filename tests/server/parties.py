"""Guarantors, co-debtors and others in a customer's loan, with a door of their own."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from tests.server.staffing import TODAY, a_bank
from tests.server.world import ID_NO, SYSTEM, an_address
from zoufang.core.values import GuaranteeKind, PartyRole
from zoufang.server.book import vault
from zoufang.server.book.models import LoanParty, Party


def another_party(
    debtor: Party,
    role: PartyRole,
    *,
    key: str = "",
    name: str = "李保成",
    guarantee: GuaranteeKind | None = None,
    until: date | None = None,
    north: float = 0.02,
    door: bool = True,
) -> Party:
    """Someone who stands in the debtor's first loan as `role`; a guarantor jointly, for another year."""
    party_id, data_key = uuid4(), vault.new_key()
    party = Party.objects.create(
        id=party_id,
        source_system=SYSTEM,
        source_key=key or f"#{role}-{debtor.source_key}",
        branch=a_bank(),
        wrapped_key=vault.wrap(data_key, str(party_id)),
        sealed=vault.seal(data_key, {"name": name, "id_no": ID_NO}, "party"),
    )
    stand_in(debtor, party, role, guarantee=guarantee, until=until)
    if door:
        an_address(party, north=north, east=0.02)
    return party


def stand_in(
    debtor: Party,
    party: Party,
    role: PartyRole,
    *,
    guarantee: GuaranteeKind | None = None,
    until: date | None = None,
) -> None:
    asks = role is PartyRole.GUARANTOR
    LoanParty.objects.create(
        loan=debtor.loans.order_by("source_key")[0],
        party=party,
        role=role,
        guarantee=(guarantee or GuaranteeKind.JOINT) if asks else "",
        guarantee_until=(until or TODAY + timedelta(days=365)) if asks else None,
    )
