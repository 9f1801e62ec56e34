"""Who else stands in a debtor's loans, and so may be the one to talk to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from zoufang.core.values import AddressKind, PartyRole, Purpose
from zoufang.core.visits import WhoMet, may_hear
from zoufang.server.book.models import Address, LoanParty, Party
from zoufang.server.visiting.models import Targeted, Visit

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


def target_met(visit: Visit) -> bool:
    """Whether the visit came to a talk with somebody for whom it was meant."""
    return bool(visit.met_role) and WhoMet(visit.met_role) in may_hear(PartyRole(visit.target_role))


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


def doors_of(parties: Iterable[Party]) -> dict[UUID, list[Address]]:
    """Where each of these people may be called on; collateral is looked at, nobody lives there."""
    people = {party.id: party for party in parties}
    found: dict[UUID, list[Address]] = defaultdict(list)
    rows = Address.objects.filter(party__in=people).exclude(kind=AddressKind.COLLATERAL)
    for address in rows.order_by("party_id", "kind", "id"):
        address.party = people[address.party_id]
        found[address.party_id].append(address)
    return found


def own_doors(target: Target, debtor: Party, doors: Mapping[UUID, list[Address]]) -> list[Address]:
    """A target's own; who speaks for a debtor and has none known is met where the debtor is."""
    own = doors.get(target.party.id, [])
    return own or (doors.get(debtor.id, []) if target.role in REPRESENTS else [])
