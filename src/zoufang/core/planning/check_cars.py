"""The checker's own look at how crews go: cars of a pool, and doors within reach. Imports no engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from zoufang.core.planning.candidates import Candidate
from zoufang.core.planning.crews import Crew
from zoufang.core.planning.modes import CarPool, Mode, ModeRule, rule_of
from zoufang.core.planning.plans import Plan, PlannedVisit
from zoufang.core.values import distance_m


def cars_out(plan: Plan, pool: CarPool, crews: Mapping[str, Crew], day: date) -> int:
    """Cars of the pool that are out on this day."""
    return sum(
        trip.day == day and trip.mode is Mode.CAR and takes_from(pool, crews[trip.crew_id])
        for trip in plan.crew_days
        if trip.crew_id in crews
    )


def takes_from(pool: CarPool, crew: Crew) -> bool:
    """A crew that goes by car goes by one of the pool's."""
    return not crew.own_car and pool.serves(crew.branch)


def cars_exceeded(plan: Plan, pools: Sequence[CarPool], crews: Mapping[str, Crew]) -> Iterator[str]:
    for pool in pools:
        for day in sorted({trip.day for trip in plan.crew_days}):
            if (out := cars_out(plan, pool, crews, day)) > pool.cars:
                yield f"car pool {pool.name} has {pool.cars} cars, but {out} crews go by its cars on {day}"


def out_of_reach(
    going: Crew,
    crew: Crew,
    visits: Sequence[PlannedVisit],
    candidates: Mapping[str, Candidate],
    modes: dict[Mode, ModeRule],
) -> Iterator[str]:
    """`going`: the crew as it goes on that day."""
    if going.mode not in crew.modes:
        yield f"crew {crew.crew_id} goes by {going.mode}, which it cannot"
    if going.mode is Mode.CAR:
        return
    for visit in visits:
        door = candidates[visit.customer_id].address(visit.address_id).point
        if door is not None and distance_m(crew.depot, door) > rule_of(going.mode, modes).reach_m:
            yield f"{visit.customer_id} is out of reach of crew {crew.crew_id} by {going.mode}"
