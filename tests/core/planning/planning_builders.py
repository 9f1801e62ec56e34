"""A small prefecture to plan in: doors around Dezhou, crews at its seat, and a gate without rules."""

from __future__ import annotations

import random
from datetime import date
from types import MappingProxyType

from zoufang.core.compliance import (
    ClearedVisit,
    ContactData,
    ContactRequest,
    Facts,
    HolidayTable,
    Policy,
    review,
)
from zoufang.core.planning import (
    Candidate,
    Crew,
    Needs,
    PlanningPolicy,
    PresenceModel,
    VisitAddress,
    VisitOption,
    visit_options,
)
from zoufang.core.values import (
    AddressKind,
    Channel,
    PartyRole,
    Point,
    Precision,
    Purpose,
    SourceKey,
    TimeWindow,
    UpliftEstimate,
)

DAY = date(2026, 11, 25)
SEAT = Point(37.4341, 116.3575)
NO_RULES = Policy("CN", DAY, ("none@0",), MappingProxyType({}), HolidayTable("none"))
QUICK = PlanningPolicy(iterations=200)
GREEDY_ONLY = PlanningPolicy(iterations=0)


def a_cleared_visit(
    customer_id: str = "c1", address_id: str | None = None, days: tuple[date, ...] = (DAY,)
) -> ClearedVisit:
    request = ContactRequest(
        customer_id=customer_id,
        channel=Channel.VISIT,
        purpose=Purpose.FIRST_TALK,
        target_id=customer_id,
        target_role=PartyRole.DEBTOR,
        days=days,
    )
    facts = Facts(customer_id=customer_id, address=ContactData(address_id or f"{customer_id}-home"))
    cleared = review(request, facts, NO_RULES, DAY)
    assert isinstance(cleared, ClearedVisit)
    return cleared


def an_address(customer_id: str = "c1", point: Point | None = SEAT, **changes: object) -> VisitAddress:
    precision = Precision.BUILDING if point else Precision.UNPLACED
    values = {"address_id": f"{customer_id}-home", "kind": AddressKind.HOME, "area": "371402"} | changes
    return VisitAddress(point=point, precision=precision, **values)  # type: ignore[arg-type]


def an_uplift(fen: int) -> UpliftEstimate:
    return UpliftEstimate(fen, min(0, 2 * fen), max(0, 2 * fen), "documented prior")


def a_candidate(
    customer_id: str = "c1",
    *,
    point: Point | None = SEAT,
    uplift_fen: int = 200_000,
    hours: TimeWindow | None = None,
    days: tuple[date, ...] = (DAY,),
    **changes: object,
) -> Candidate:
    """Worth about 700 to 1,200 yuan and a minute from the depot, unless told otherwise."""
    address = an_address(customer_id, point)
    cleared = a_cleared_visit(customer_id, days=days)
    options = visit_options(cleared, address, days, QUICK, PresenceModel(), hours)
    values = {
        "source": SourceKey("test", customer_id),
        "purpose": Purpose.FIRST_TALK,
        "arrears_fen": 1_000_000,
        "addresses": (address,),
        "options": options,
        "uplift": an_uplift(uplift_fen),
        "needs": Needs(),
    } | changes
    return Candidate(customer_id=customer_id, **values)  # type: ignore[arg-type]


def a_crew(crew_id: str = "k1", **changes: object) -> Crew:
    values = {
        "officer_ids": (f"{crew_id}-a", f"{crew_id}-b"),
        "branch": "dezhou",
        "depot": SEAT,
        "shift": TimeWindow(9 * 60, 18 * 60),
    } | changes
    return Crew(crew_id=crew_id, **values)  # type: ignore[arg-type]


def near(km_north: float, km_east: float = 0.0) -> Point:
    return Point(SEAT.lat + km_north / 111.0, SEAT.lon + km_east / 88.0)


def a_town(
    customers: int, seed: int = 1, *, spread_km: float = 15.0, options: int | None = None
) -> list[Candidate]:
    """Random doors and worths; `options` keeps only so many per customer."""
    dice = random.Random(seed)
    town = []
    for i in range(customers):
        point = near(dice.uniform(-spread_km, spread_km), dice.uniform(-spread_km, spread_km))
        made = a_candidate(f"c{i:03d}", point=point, uplift_fen=int(dice.lognormvariate(10.5, 1.0)))
        kept: tuple[VisitOption, ...] = made.options if options is None else made.options[:options]
        town.append(a_candidate(f"c{i:03d}", point=point, uplift_fen=made.uplift.effect_fen, options=kept))
    return town
