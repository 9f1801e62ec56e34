"""Customers: persons, sole traders and companies, with doors and phones."""

from __future__ import annotations

from datetime import date, timedelta

from zoufang.core.simulation.bank import SimulatedAddress, SimulatedParty
from zoufang.core.simulation.chance import between, pick, uniform, weighted, whole
from zoufang.core.simulation.counties import COUNTIES, VILLAGES_PER_COUNTY, County, Village, moved, village_of
from zoufang.core.simulation.identities import (
    company_name,
    credit_code,
    person_name,
    phone_number,
    resident_id,
    trader_name,
)
from zoufang.core.values import AddressKind, PartyKind, Point, Precision, SourceCode

KINDS = ((PartyKind.PERSON, 0.80), (PartyKind.SOLE_TRADER, 0.14), (PartyKind.COMPANY, 0.06))
TEXT_ONLY, HAS_WORK_ADDRESS, HAS_SECOND_PHONE = 0.15, 0.35, 0.25
MIN_STEM = 2
SECOND_PHONES = 100_000  # where the numbers of second phones begin
SOURCES = ((SourceCode.CONTRACT, 0.7), (SourceCode.LEFT_BY_CUSTOMER, 0.22), (SourceCode.AUTHORISED, 0.08))


def customer_of(seed: int, start: date, county: County, number: int) -> SimulatedParty:
    """The `number`-th customer, from `county`."""
    party_id = f"C{seed % 1_000:03d}{number:05d}"
    kind = weighted(KINDS, seed, "kind", party_id)
    owner, owner_id = person_name(seed, party_id), person_id(seed, start, county, party_id)
    names = {PartyKind.PERSON: owner, PartyKind.SOLE_TRADER: trader_name(seed, county, owner, party_id)}
    phones = [phone_number(seed, number)]
    if uniform(seed, "second phone", party_id) < HAS_SECOND_PHONE:
        phones.append(phone_number(seed, SECOND_PHONES + number))
    person = kind is PartyKind.PERSON
    trader = kind is PartyKind.SOLE_TRADER
    return SimulatedParty(
        party_id=party_id,
        kind=kind,
        name=names.get(kind) or company_name(seed, party_id),
        id_number=owner_id if person else credit_code(seed, county, party_id, trader=trader),
        county=county.name,
        phones=tuple(phones),
        addresses=addresses_of(seed, start, county, party_id, kind),
        legal_rep_name="" if person else owner,
        legal_rep_id="" if person else owner_id,
        controller_name=owner if kind is PartyKind.COMPANY else "",
    )


def person_id(seed: int, start: date, county: County, party_id: str) -> str:
    born = start - timedelta(days=whole(23 * 366, 64 * 365, seed, "born", party_id))
    return resident_id(seed, county, born, party_id)


def addresses_of(
    seed: int, start: date, county: County, party_id: str, kind: PartyKind
) -> tuple[SimulatedAddress, ...]:
    """Home first; traders and companies have premises, some persons a place of work."""
    doors = [_door(seed, start, county, party_id, AddressKind.HOME)]
    if kind is not PartyKind.PERSON:
        doors.append(_door(seed, start, county, party_id, AddressKind.PREMISES))
    elif uniform(seed, "works", party_id) < HAS_WORK_ADDRESS:
        at = (
            pick(COUNTIES, seed, "works", party_id, "where")
            if uniform(seed, "commutes", party_id) < 0.2
            else county
        )
        doors.append(_door(seed, start, at, party_id, AddressKind.WORK))
    return tuple(doors)


def _door(seed: int, start: date, county: County, party_id: str, kind: AddressKind) -> SimulatedAddress:
    who = ("door", party_id, kind)
    place = village_of(seed, county, whole(0, VILLAGES_PER_COUNTY - 1, seed, *who, "village"))
    number = whole(1, 320, seed, *who, "number")
    unit = f"{whole(1, 30, seed, *who, 'block')}号楼{number}室" if place.urban else f"{number}号"
    placed = uniform(seed, *who, "placed") >= TEXT_ONLY
    precision = Precision.BUILDING if place.urban else Precision.VILLAGE
    return SimulatedAddress(
        address_id=f"{party_id}-{kind}",
        kind=kind,
        text=_written(seed, who, county, place, unit, careless=not placed),
        county=county.name,
        township=place.township,
        village=place.name,
        point=_near(seed, place, who) if placed else None,
        precision=precision if placed else Precision.UNPLACED,
        source=weighted(SOURCES, seed, *who, "source"),
        sourced_on=start - timedelta(days=whole(30, 1_200, seed, *who, "sourced")),
    )


def door_point(seed: int, address: SimulatedAddress) -> Point:
    """Where the door really is, also of an address known as text only: what a crew's phone measures."""
    if address.point is not None:
        return address.point
    county = next(one for one in COUNTIES if one.name == address.county)
    villages = (village_of(seed, county, number) for number in range(VILLAGES_PER_COUNTY))
    here = (address.township, address.village)
    home = next(village for village in villages if (village.township, village.name) == here)
    return _near(seed, home, ("text", address.text))  # those who share a home share its door


def _near(seed: int, place: Village, who: tuple[object, ...]) -> Point:
    return moved(place.point, between(0.02, 0.5, seed, *who, "km"), between(0, 6.28, seed, *who, "angle"))


def _written(
    seed: int, who: tuple[object, ...], county: County, place: Village, unit: str, *, careless: bool
) -> str:
    """In full, or as people write who leave the map point out: without province, endings, town, or all of it."""
    if not careless:
        return f"山东省德州市{county.name}{place.township}{place.name}{unit}"
    short = county.name[:-1] if len(county.name) > MIN_STEM else county.name
    village = place.name.removesuffix("村")
    forms = (
        f"德州市{county.name}{place.township}{place.name}{unit}",
        f"{county.name}{place.township}{village}村委会{unit}",
        f"{short}{place.township}{village}{unit}",
        f"山东省德州市{county.name} {place.township}　{place.name} {unit}",
        f"{county.name}{place.name}{unit}",
        f"德州市{county.name}汽车站东{unit}",
    )
    return pick(forms, seed, *who, "form")
