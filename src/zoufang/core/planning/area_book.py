"""Candidates and crews of many branches as the flat book of a region, branch by branch, without any matrix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from zoufang.core.planning.budgets import Resource
from zoufang.core.planning.candidates import Candidate
from zoufang.core.planning.check_cars import takes_from
from zoufang.core.planning.columns import crew_columns, ints, stop_columns
from zoufang.core.planning.crews import Crew
from zoufang.core.planning.modes import Mode, ModeRule, travel_by
from zoufang.core.planning.plans import Pin
from zoufang.core.planning.policy import PlanningPolicy
from zoufang.core.planning.problem import APART, Going, Stop, Trip, customer_stops, trips_of
from zoufang.core.planning.region import MapRoads, RegionBook
from zoufang.core.planning.region.book import Floats
from zoufang.core.planning.route_problem import Ints
from zoufang.core.planning.spending import SCALE, Allotment
from zoufang.core.planning.travel import TravelTimes
from zoufang.core.values import Point, distance_m

WAYS = tuple(Mode)
TURN = 360.0  # degrees of latitude by which the places of one way to go lie apart from those of the next


@dataclass(frozen=True, slots=True)
class AreaRoads:
    """Travel between places that are reached in different ways: the latitude carries the way, in whole turns."""

    travel: TravelTimes
    modes: dict[Mode, ModeRule]

    def between(self, points: Floats) -> tuple[Ints, Ints]:
        way, where = _read(points)
        seconds = np.full((len(points), len(points)), APART, dtype=np.int64)
        metres = seconds.copy()
        for number in np.unique(way):
            mine = np.flatnonzero(way == number)
            block, places = np.ix_(mine, mine), [Point(float(a), float(b)) for a, b in where[mine]]
            seconds[block], metres[block] = travel_by(WAYS[number], self.travel, self.modes).between(places)
        return seconds, metres

    def plane(self, points: Floats) -> Floats:
        return MapRoads(self.travel).plane(_read(points)[1])


def _read(points: Floats) -> tuple[Ints, Floats]:
    way = np.rint(points[:, 0] / TURN).astype(np.int64)
    return way, np.stack([points[:, 0] - TURN * way, points[:, 1]], axis=1)


@dataclass(frozen=True, slots=True)
class AreaBook:
    """The book's vehicles, customers and options as they were given."""

    book: RegionBook
    trips: tuple[Trip, ...]
    customers: tuple[Candidate, ...]
    stops: tuple[Stop, ...]
    going: Going


@dataclass(slots=True)
class _Growing:
    """The arrays while they grow. Lives inside one call."""

    places: dict[tuple[Mode, Point], int] = field(default_factory=dict)
    customers: list[Candidate] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)
    rows: dict[bytes, int] = field(default_factory=dict)
    allowed: list[np.ndarray[tuple[int], np.dtype[np.bool_]]] = field(default_factory=list)
    row: list[int] = field(default_factory=list)
    branch: list[int] = field(default_factory=list)

    def place(self, mode: Mode, point: Point) -> int:
        return self.places.setdefault((mode, point), len(self.places))


def branches_for(
    candidates: Sequence[Candidate], crews: Sequence[Crew], pins: Mapping[str, Pin], told: Mapping[str, str]
) -> dict[str, str]:
    """Each customer's branch: that of the crew of a pin, the one told, else of the nearest depot."""
    of_crew = {crew.crew_id: crew.branch for crew in crews}
    depots = sorted({(crew.branch, crew.depot.lat, crew.depot.lon): crew.depot for crew in crews}.items())
    found = {}
    for one in candidates:
        pin = pins.get(one.customer_id)
        if pin is not None:
            found[one.customer_id] = of_crew[pin.crew_id]
        elif told.get(one.customer_id):
            found[one.customer_id] = told[one.customer_id]
        else:
            found[one.customer_id] = _nearest(one, depots)
    return found


def _nearest(one: Candidate, depots: Sequence[tuple[tuple[str, float, float], Point]]) -> str:
    door = next((a.point for a in one.addresses if a.point is not None), None)
    if door is None or not depots:
        return depots[0][0][0] if depots else ""
    return min(depots, key=lambda depot: (distance_m(door, depot[1]), depot[0]))[0][0]


def area_book(
    candidates: Iterable[Candidate],
    crews: Sequence[Crew],
    policy: PlanningPolicy,
    days: Sequence[date],
    pins: Mapping[str, Pin],
    branch_of: Mapping[str, str],
    going: Going,
) -> AreaBook:
    """Only customers with a stop are in it; each is served by crews of the own branch, as they are `going`."""
    trips = trips_of(crews, policy, days, going)
    numbers = {branch: n for n, branch in enumerate(sorted({trip.crew.branch for trip in trips}))}
    growing = _Growing()
    by_branch: dict[str, list[Candidate]] = {branch: [] for branch in numbers}
    for one in sorted(candidates, key=lambda c: c.source):
        if branch_of[one.customer_id] in by_branch:
            by_branch[branch_of[one.customer_id]].append(one)
    for branch, mine in by_branch.items():
        vehicles = [v for v, trip in enumerate(trips) if trip.crew.branch == branch]
        for one in mine:
            _put(growing, one, trips, vehicles, policy, pins.get(one.customer_id), numbers[branch])
    return AreaBook(
        _book(growing, trips, numbers, pins), trips, tuple(growing.customers), tuple(growing.stops), going
    )


def _put(
    growing: _Growing,
    one: Candidate,
    trips: Sequence[Trip],
    vehicles: list[int],
    policy: PlanningPolicy,
    pin: Pin | None,
    branch: int,
) -> None:
    found = customer_stops(one, len(growing.customers), [trips[v] for v in vehicles], policy, pin)
    if not found:
        return
    growing.customers.append(one)
    growing.branch.append(branch)
    for stop, may in found:
        key = branch.to_bytes(4, "little") + bytes(may)
        if key not in growing.rows:
            row = np.zeros(len(trips), dtype=np.bool_)
            row[vehicles] = may
            growing.rows[key] = len(growing.allowed)
            growing.allowed.append(row)
        growing.row.append(growing.rows[key])
        growing.stops.append(stop)


def _book(
    growing: _Growing, trips: Sequence[Trip], numbers: Mapping[str, int], pins: Mapping[str, Pin]
) -> RegionBook:
    stops, crews = growing.stops, [trip.crew for trip in trips]
    starts = [growing.place(crew.mode, crew.sets_out_from) for crew in crews]
    ends = [growing.place(crew.mode, crew.depot) for crew in crews]
    doors = [growing.place(stop.mode, stop.point) for stop in stops]
    names = {name: n for n, name in enumerate(sorted({crew.crew_id for crew in crews}))}
    points = [(p.lat + TURN * WAYS.index(mode), p.lon) for mode, p in growing.places]
    must = [c.required or c.customer_id in pins for c in growing.customers]
    return RegionBook(
        points=np.array(points, dtype=np.float64).reshape(-1, 2),
        branch=ints(growing.branch),
        must=np.array(must, dtype=np.bool_),
        place=ints(doors),
        row=ints(growing.row),
        allowed=np.array(growing.allowed, dtype=np.bool_).reshape(-1, len(trips)),
        crew=ints(names[crew.crew_id] for crew in crews),
        vehicle_branch=ints(numbers[crew.branch] for crew in crews),
        start=ints(starts),
        end=ints(ends),
        **stop_columns(stops),
        **crew_columns(crews),
    )


def allotments_of(
    trips: Sequence[Trip], crews: Mapping[str, Crew], policy: PlanningPolicy, days: Sequence[date]
) -> list[Allotment]:
    """The budgets in their order, then each car pool's crew-days by car on each day."""
    found = [
        _allotment(b.resource, b.limit, [b.covers(t.crew.crew_id, t.crew.branch, t.day) for t in trips])
        for b in policy.budgets
    ]
    for pool in policy.cars:
        for day in sorted(days):
            cars = [
                t.day == day and t.crew.mode is Mode.CAR and takes_from(pool, crews[t.crew.crew_id]) for t in trips
            ]
            found.append(_allotment(Resource.CREW_DAYS, pool.cars, cars))
    return found


def _allotment(resource: Resource, limit: int, mine: Sequence[bool]) -> Allotment:
    return Allotment(resource, limit * SCALE[resource], np.array(mine, dtype=np.bool_))


def carless(
    crews: Sequence[Crew], policy: PlanningPolicy, trips: Sequence[Trip], routes: Sequence[Sequence[int]]
) -> Iterator[tuple[tuple[str, date], Mode | None]]:
    """How crew-days go that a pool left without a car: where its cars are all out, those without a stop."""
    known = {crew.crew_id: crew for crew in crews}
    for pool in policy.cars:
        for day in sorted({trip.day for trip in trips}):
            mine = [
                (known[trip.crew.crew_id], len(route))
                for trip, route in zip(trips, routes, strict=True)
                if trip.day == day and trip.crew.mode is Mode.CAR and takes_from(pool, known[trip.crew.crew_id])
            ]
            if len(mine) > pool.cars and sum(stops > 0 for _, stops in mine) >= pool.cars:
                yield from (((crew.crew_id, day), crew.without_car()) for crew, stops in mine if not stops)
