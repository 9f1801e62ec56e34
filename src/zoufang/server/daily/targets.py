"""Who else stands in a debtor's loans, and so may be the one to talk to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from zoufang.core.values import PartyRole, Purpose
from zoufang.server.book.models import LoanParty, Party
from zoufang.server.visiting.models import Targeted

# Who speaks for a debtor that cannot speak itself has the debtor's doors beside their own.
REPRESENTS = (PartyRole.LEGAL_REP, PartyRole.CONTROLLER)


@dataclass(frozen=True, slots=True)
class Target:
    """Whom one goes to about somebody's debt, and as what."""

    party: Party
    role: PartyRole

    @property
    def purpose(self) -> Purpose:
        """What a visit to somebody of this role is for, if nothing else is said."""
        return Purpose.GUARANTOR_DEMAND if self.role is PartyRole.GUARANTOR else Purpose.FIRST_TALK


def target_of(row: Targeted) -> Target | None:
    """Whom a kept stop, order or visit is for; None: the debtor."""
    return Target(row.target, PartyRole(row.target_role)) if row.target is not None else None


def debtor_as_target(party: Party) -> Target:
    return Target(party, PartyRole.DEBTOR)


def targets_of(parties: Iterable[Party], *roles: PartyRole) -> dict[UUID, list[Target]]:
    """Those who stand in the open loans of each debtor (in any role unless some are named), each role once."""
    links = LoanParty.objects.filter(loan__debtor__in=[party.id for party in parties], loan__state__open=True)
    if roles:
        links = links.filter(role__in=roles)
    found: dict[UUID, dict[tuple[UUID, str], Target]] = defaultdict(dict)
    rows = links.select_related("party__branch", "loan").order_by(
        "role", "party__source_system", "party__source_key"
    )
    for link in rows:
        found[link.loan.debtor_id].setdefault((link.party_id, link.role), Target(link.party, PartyRole(link.role)))
    return {debtor: list(targets.values()) for debtor, targets in found.items()}
