"""For whom a visit is the treatment: eligible by compliance, chosen by the strategy, the most urgent first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from zoufang.core.compliance import UNKNOWN, ContactRequest, Facts, Policy, eligible
from zoufang.core.places import names_a_door
from zoufang.core.planning import documented_prior
from zoufang.core.strategy import CustomerSnapshot, Treatment, TreatmentChoice, assign_treatment
from zoufang.core.values import AddressKind, Channel, PartyRole, SecurityKind
from zoufang.files.strategy_files import shipped_strategy
from zoufang.server.agencies.queries import placed_with
from zoufang.server.book.models import Address, LoanState, Party
from zoufang.server.daily.facts import facts_of, read_registers
from zoufang.server.daily.policies import compliance_policy
from zoufang.server.daily.wanted import histories_of
from zoufang.server.staff.models import Branch


@dataclass(frozen=True, slots=True)
class Shortlisted:
    """A customer whom both arms' tests let through, with what the draw needs to know."""

    party: Party
    facts: Facts
    choice: TreatmentChoice
    snapshot: CustomerSnapshot
    links: frozenset[str]


def shortlist(branch: Branch, day: date, size: int) -> list[Shortlisted]:
    """At most `size` customers of the branch, those with the largest expected gain first (ties by source key)."""
    parties, states = _overdue_parties(branch)
    registers = read_registers(parties, day)
    doors, away = _first_doors(parties), placed_with([party.id for party in parties])
    histories = histories_of([party.id for party in parties], day)
    strategy, law, listed = shipped_strategy(), compliance_policy(day), []
    for party in parties:
        address = doors.get(party.id)
        if address is None or party.id in away:
            continue
        facts = facts_of(party, address, registers, channel=Channel.VISIT)
        history = histories[party.id]
        snapshot = _snapshot(party, states[party.id], facts, day, history.attempts, history.met)
        choice = assign_treatment(snapshot, strategy)
        if choice.treatment is Treatment.VISIT and _eligible(party, facts, choice, law):
            listed.append(Shortlisted(party, facts, choice, snapshot, _links(party, address, facts)))
    listed.sort(key=lambda one: (-_gain(one), one.party.source_system, one.party.source_key))
    return listed[:size]


def _overdue_parties(branch: Branch) -> tuple[list[Party], dict[UUID, list[LoanState]]]:
    states: dict[UUID, list[LoanState]] = defaultdict(list)
    parties: dict[UUID, Party] = {}
    rows = LoanState.objects.filter(open=True, dpd__gt=0, branch__path__startswith=branch.path)
    ordered = rows.select_related("loan__debtor__branch").order_by(
        "loan__debtor__source_system", "loan__debtor__source_key", "loan__source_key"
    )
    for state in ordered.iterator(chunk_size=2000):
        parties[state.loan.debtor_id] = state.loan.debtor
        states[state.loan.debtor_id].append(state)
    return list(parties.values()), states


def _first_doors(parties: list[Party]) -> dict[UUID, Address]:
    by_id = {party.id: party for party in parties}
    found: dict[UUID, Address] = {}
    rows = Address.objects.filter(party__in=by_id).exclude(kind=AddressKind.COLLATERAL)
    for address in rows.order_by("party_id", "kind", "id"):
        if address.party_id not in found and address.not_here_since is None:
            address.party = by_id[address.party_id]
            found[address.party_id] = address
    return found


def _snapshot(
    party: Party, states: list[LoanState], facts: Facts, day: date, attempts: int, met: int
) -> CustomerSnapshot:
    worst = max(states, key=lambda state: state.dpd)
    ends = facts.limitation_ends
    return CustomerSnapshot(
        customer_id=str(party.id),
        bucket=worst.bucket,
        dpd=worst.dpd,
        arrears_fen=sum(state.arrears_fen for state in states),
        balance_fen=sum(state.balance_fen for state in states),
        days_to_limitation=(ends - day).days if isinstance(ends, date) else 0,
        visits=attempts,
        times_met=met,
        hardship=facts.hardship_review is True,
        written_off=all(state.loan.written_off_on is not None for state in states),
        secured=any(state.loan.security != SecurityKind.CREDIT for state in states),
    )


def _eligible(party: Party, facts: Facts, choice: TreatmentChoice, law: Policy) -> bool:
    if choice.purpose is None:
        return False
    request = ContactRequest(
        customer_id=str(party.id),
        channel=Channel.VISIT,
        purpose=choice.purpose,
        target_id=str(party.id),
        target_role=PartyRole.DEBTOR,
        days=(law.day,),
    )
    return eligible(request, facts, law, law.day).cleared


def _links(party: Party, address: Address, facts: Facts) -> frozenset[str]:
    """Shared doors and guarantors put customers into one household of the draw; a bare village is no door."""
    guarantors = () if facts.guarantees is UNKNOWN else facts.guarantees
    links = {f"guarantor:{g.party_id}" for g in guarantors}
    if names_a_door(str(address.place["text"])):
        links.add(f"door:{bytes(address.text_index).hex()}")
    return frozenset(links)


def _gain(one: Shortlisted) -> int:
    return documented_prior(one.snapshot.arrears_fen, one.snapshot.dpd).effect_fen
