"""Who else stands in a loan, and what secures it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from zoufang.core.portfolio import Product, add_months
from zoufang.core.simulation.bank import SimulatedCollateral, SimulatedLoan, SimulatedParty, SimulatedRole
from zoufang.core.simulation.chance import between, pick, uniform, whole
from zoufang.core.simulation.counties import COUNTIES
from zoufang.core.simulation.identities import person_name, phone_number
from zoufang.core.simulation.parties import addresses_of, person_id
from zoufang.core.simulation.stops import is_deceased
from zoufang.core.values import GuaranteeKind, PartyKind, PartyRole, SecurityKind

CO_DEBTOR, ORDINARY, RESERVED_CONTACT = 0.12, 0.15, 0.3
GUARANTEE_MONTHS = (6, 24, 36)  # 民法典 692: six months where the contract says nothing
GROUP_OF = (
    40  # every so many loans on guarantee, the guarantor also stands for the next: one household by guarantee
)
OTHER_PHONES = 200_000
THINGS = {
    Product.AUTO: "小型轿车",
    Product.MORTGAGE: "住宅房产",
    Product.BUSINESS: "商铺房产",
    Product.CORPORATE: "厂房及土地使用权",
}


@dataclass(frozen=True, slots=True)
class Related:
    parties: tuple[SimulatedParty, ...]
    roles: tuple[SimulatedRole, ...]
    collateral: tuple[SimulatedCollateral, ...]


def related_to(seed: int, start: date, loan: SimulatedLoan, number: int) -> Related:
    """The parties and things of the `number`-th loan."""
    wanted: list[tuple[PartyRole, str]] = []
    if loan.security is SecurityKind.GUARANTEE:
        group = number - 1 if number % GROUP_OF == 1 else number
        wanted.append((PartyRole.GUARANTOR, f"G{seed % 1_000:03d}{group:05d}"))
    if uniform(seed, "co", loan.loan_id) < CO_DEBTOR:
        wanted.append((PartyRole.CO_DEBTOR, f"B{seed % 1_000:03d}{number:05d}"))
    if is_deceased(seed, loan.customer_id):
        wanted.append((PartyRole.HEIR, f"H{seed % 1_000:03d}{number:05d}"))
    if uniform(seed, "contact", loan.loan_id) < RESERVED_CONTACT:
        wanted.append((PartyRole.CONTACT, f"N{seed % 1_000:03d}{number:05d}"))
    return Related(
        tuple(_party(seed, start, party_id, role) for role, party_id in wanted),
        tuple(_role(seed, loan, party_id, role) for role, party_id in wanted),
        _collateral(seed, start, loan),
    )


def _party(seed: int, start: date, party_id: str, role: PartyRole) -> SimulatedParty:
    county = pick(COUNTIES, seed, "county", party_id)
    offset = OTHER_PHONES + 100_000 * list(PartyRole).index(role)
    return SimulatedParty(
        party_id=party_id,
        kind=PartyKind.PERSON,
        name=person_name(seed, party_id),
        id_number=person_id(seed, start, county, party_id),
        county=county.name,
        phones=(phone_number(seed, offset + int(party_id[-5:])),),
        addresses=addresses_of(seed, start, county, party_id, PartyKind.PERSON)[:1],
    )


def _role(seed: int, loan: SimulatedLoan, party_id: str, role: PartyRole) -> SimulatedRole:
    if role is not PartyRole.GUARANTOR:
        return SimulatedRole(loan.loan_id, party_id, role)
    ordinary = uniform(seed, "ordinary", loan.loan_id) < ORDINARY
    kind = GuaranteeKind.ORDINARY if ordinary else GuaranteeKind.JOINT
    months = pick(GUARANTEE_MONTHS, seed, "period", loan.loan_id)
    return SimulatedRole(loan.loan_id, party_id, role, kind, add_months(loan.matures_on, months))


def _collateral(seed: int, start: date, loan: SimulatedLoan) -> tuple[SimulatedCollateral, ...]:
    if loan.security not in (SecurityKind.MORTGAGE, SecurityKind.PLEDGE):
        return ()
    who = (seed, "thing", loan.loan_id)
    pledge = loan.security is SecurityKind.PLEDGE
    county = pick(COUNTIES, *who, "county").name
    movable = pledge or loan.product is Product.AUTO
    return (
        SimulatedCollateral(
            number=f"DY{loan.loan_id[1:]}",
            loan_id=loan.loan_id,
            kind=loan.security,
            description="定期存单" if pledge else THINGS.get(loan.product, "房产"),
            value_fen=round(loan.amount_fen * between(0.8, 1.9, *who, "value") / 1_000_000) * 1_000_000,
            valued_on=start - timedelta(days=whole(60, 900, *who, "valued")),
            rank=2 if uniform(*who, "rank") < 0.08 else 1,
            place="" if movable else f"山东省德州市{county}示例路{whole(1, 200, *who, 'no')}号",
        ),
    )
