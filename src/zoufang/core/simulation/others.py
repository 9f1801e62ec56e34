"""What happens when somebody knocks at a guarantor's or co-debtor's, or rings them up."""

from __future__ import annotations

from datetime import datetime

from zoufang.core.errors import NotFound
from zoufang.core.simulation.bank import SimulatedBank, SimulatedParty
from zoufang.core.simulation.chance import normal, uniform, whole
from zoufang.core.simulation.doors import (
    PROMISES,
    STATED,
    VisitOutcome,
    nobody_answers,
    p_present,
    promise_of,
    said_willing,
)
from zoufang.core.simulation.people import Truth, truth_of
from zoufang.core.values import BANK_ZONE, AddressKind, PartyRole, Willingness
from zoufang.core.visits import Outcome, WhoMet


def other_outcome(
    bank: SimulatedBank, customer_id: str, party: SimulatedParty, role: PartyRole, address_id: str, at: datetime
) -> VisitOutcome:
    """Knocking at somebody's who stands in `customer_id`'s loans; NotFound for a door that isn't theirs."""
    kind = next((a.kind for a in party.addresses if a.address_id == address_id), None)
    if kind is None:
        raise NotFound(f"{party.party_id} has no door {address_id} in the simulated bank. Check both ids.")
    truth, hour = truth_of(bank.seed, party.party_id), f"{at.astimezone(BANK_ZONE):%Y%m%d%H}"
    who = (party.party_id, address_id, hour)
    if truth.moved_away and kind is AddressKind.HOME:
        return VisitOutcome(customer_id, address_id, at, Outcome.MOVED, WhoMet.NEIGHBOUR, 6)
    if uniform(bank.seed, "door", *who) >= p_present(truth, kind, at):
        return nobody_answers(bank.seed, who, customer_id, address_id, at)
    return _met(bank, truth, who, customer_id, address_id, role, at)


def _met(
    bank: SimulatedBank,
    truth: Truth,
    who: tuple[str, ...],
    customer_id: str,
    address_id: str,
    role: PartyRole,
    at: datetime,
) -> VisitOutcome:
    """A guarantor takes the demand or refuses it; a co-debtor may promise as the debtor may."""
    shown = truth.willingness + STATED * normal(bank.seed, "shown", *who)
    word, met = said_willing(shown), WhoMet(role.value)
    if word is Willingness.REFUSES:
        minutes = whole(3, 8, bank.seed, "short", *who)
        return VisitOutcome(customer_id, address_id, at, Outcome.REFUSED, met, minutes, word)
    gives = role is PartyRole.CO_DEBTOR and uniform(bank.seed, "promises", *who) < PROMISES[word]
    day = at.astimezone(BANK_ZONE).date()
    return VisitOutcome(
        customer_id=customer_id,
        address_id=address_id,
        at=at,
        outcome=Outcome.MET,
        who=met,
        minutes=whole(10, 22, bank.seed, "talk", *who),
        willingness=word,
        promise=promise_of(bank, truth, customer_id, day) if gives else None,
    )


def other_answers(bank: SimulatedBank, party: SimulatedParty, at: datetime) -> bool:
    """Whether a guarantor or co-debtor picks up the phone."""
    answers = truth_of(bank.seed, party.party_id).answers_phone
    return uniform(bank.seed, "rings", party.party_id, f"{at:%Y%m%d%H%M}") < answers
