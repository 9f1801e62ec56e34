"""`make_bank`: a whole bank from a size, a start date and a seed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from zoufang.core.simulation.background import calls_before, complaints_of
from zoufang.core.simulation.bank import BankSize, SimulatedBank, SimulatedLoan, SimulatedParty
from zoufang.core.simulation.chance import uniform, weighted
from zoufang.core.simulation.counties import COUNTIES
from zoufang.core.simulation.lending import loan_of
from zoufang.core.simulation.parties import customer_of
from zoufang.core.simulation.security import related_to
from zoufang.core.simulation.staffing import BANK_NAME, branch_code, branch_tree, staff
from zoufang.core.simulation.stops import stops_of

SHARED_DOOR, SECOND_LOAN = 0.03, 0.12


def make_bank(start: date, seed: int, size: BankSize | None = None) -> SimulatedBank:
    """Everyone in it is overdue on `start`. The same arguments give the same bank."""
    size = size or BankSize()
    customers, loans = _customers(seed, start, size), []
    for customer in customers:
        loans += _loans(seed, start, customer)
    related = [related_to(seed, start, loan, number) for number, loan in enumerate(loans)]
    officers, crews = staff(seed, start, size)
    return SimulatedBank(
        seed=seed,
        start=start,
        size=size,
        name=BANK_NAME,
        branches=branch_tree(),
        officers=officers,
        crews=crews,
        customers=customers,
        others=_once(party for r in related for party in r.parties),
        loans=tuple(loans),
        roles=tuple(role for r in related for role in r.roles),
        collateral=tuple(thing for r in related for thing in r.collateral),
        stops=tuple(stop for customer in customers for stop in stops_of(seed, start, customer.party_id)),
        complaints=tuple(c for customer in customers for c in complaints_of(seed, start, customer.party_id)),
        calls=tuple(call for customer in customers for call in calls_before(seed, start, customer)),
    )


def _customers(seed: int, start: date, size: BankSize) -> tuple[SimulatedParty, ...]:
    """Some live behind the door of the customer before them."""
    made: list[SimulatedParty] = []
    for number in range(size.customers):
        county = weighted([(c, c.weight) for c in COUNTIES], seed, "county", number)
        customer = customer_of(seed, start, county, number)
        if made and uniform(seed, "door", number) < SHARED_DOOR:
            before = made[-1]
            home = replace(before.addresses[0], address_id=customer.addresses[0].address_id)
            customer = replace(customer, county=before.county, addresses=(home, *customer.addresses[1:]))
        made.append(customer)
    return tuple(made)


def _loans(seed: int, start: date, customer: SimulatedParty) -> list[SimulatedLoan]:
    branch = branch_code([county.name for county in COUNTIES].index(customer.county))
    count = 2 if uniform(seed, "second", customer.party_id) < SECOND_LOAN else 1
    return [loan_of(seed, start, customer.party_id, customer.kind, branch, i + 1) for i in range(count)]


def _once(parties: Iterable[SimulatedParty]) -> tuple[SimulatedParty, ...]:
    return tuple({party.party_id: party for party in parties}.values())
