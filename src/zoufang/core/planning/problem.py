"""What is to be planned as integers: stops, crews on days, places, who may serve what; all days together.

Objectives are counted in units of 1/3000 fen, in which any whole rate per minute and per kilometre is exact per
second and per metre.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from zoufang.core.planning.candidates import Candidate, VisitOption
from zoufang.core.planning.columns import crew_columns, ints, stop_columns
from zoufang.core.planning.continuity import Tie, tie_of
from zoufang.core.planning.crews import Crew
from zoufang.core.planning.modes import Mode, ModeRule, rule_of, travel_by
from zoufang.core.planning.plans import Pin
from zoufang.core.planning.policy import PlanningPolicy
from zoufang.core.planning.route_problem import UNITS_PER_FEN as UNITS_PER_FEN
from zoufang.core.planning.route_problem import Ints, RouteProblem
from zoufang.core.planning.travel import TravelTimes
from zoufang.core.planning.value import visit_value
from zoufang.core.values import Point, distance_m

Routes = list[list[int]]  # for each trip its stops in order, as indices into PlanProblem.stops
Going = Mapping[tuple[str, date], Mode | None]  # how a crew goes on a day; None: it stays at home
APART = 1_000_000  # seconds and metres between places that no crew goes between: reached in different ways


@dataclass(frozen=True, slots=True)
class Stop:
    """A door and the seconds between which a visit of one customer may begin, on one day or on several alike.

    For crews that go in one way: who is reached in two ways has a stop for each.
    """

    customer: int
    point: Point
    early_s: int
    late_s: int
    service_s: int
    gross_fen: int
    tie: Tie | None
    options: dict[date, VisitOption]
    mode: Mode = Mode.CAR


@dataclass(frozen=True, slots=True)
class Trip:
    """One crew on one day: a vehicle."""

    crew: Crew
    day: date


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """`customers` with at least one stop, sorted by source key; trips by day and crew; `routes` is the same in
    numbers, with one vehicle a trip.
    """

    days: tuple[date, ...]
    customers: tuple[Candidate, ...]
    pinned: tuple[bool, ...]
    stops: tuple[Stop, ...]
    trips: tuple[Trip, ...]
    routes: RouteProblem

    def stops_of(self, customer: int, day: date) -> list[int]:
        return [i for i, stop in enumerate(self.stops) if stop.customer == customer and day in stop.options]

    def crews_on(self, day: date) -> list[Crew]:
        return [trip.crew for trip in self.trips if trip.day == day]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A way to make a visit on one day, with the crews that may make it then."""

    point: Point
    early_s: int
    late_s: int
    service_s: int
    gross_fen: int
    tie: Tie | None
    option: VisitOption
    crews: frozenset[str]

    @property
    def alike(self) -> Alike:
        return self.point, self.early_s, self.late_s, self.service_s, self.gross_fen, self.tie

    @property
    def hours(self) -> tuple[str, int, int]:
        """The door and when the visit may begin, whoever goes."""
        return self.option.cleared.address_id, self.early_s, self.late_s


def plan_problem(
    candidates: Sequence[Candidate],
    crews: Sequence[Crew],
    policy: PlanningPolicy,
    travel: TravelTimes,
    days: Sequence[date],
    pins: dict[str, Pin],
    going: Going | None = None,
) -> PlanProblem:
    """The integer problem; customers and options that can't or shouldn't be served have no stop in it.

    Options of several days that differ in nothing but the day are one stop: smaller, and exactly the same.
    `going`: how crews go; those that it doesn't name go as they prefer.
    """
    trips = trips_of(crews, policy, days, going or {})
    customers: list[Candidate] = []
    stops: list[Stop] = []
    allowed: list[list[bool]] = []
    for candidate in sorted(candidates, key=lambda c: c.source):
        found = customer_stops(candidate, len(customers), trips, policy, pins.get(candidate.customer_id))
        if found:
            customers.append(candidate)
            stops.extend(stop for stop, _ in found)
            allowed.extend(row for _, row in found)
    pinned = tuple(c.customer_id in pins for c in customers)
    must = np.array([c.required or pin for c, pin in zip(customers, pinned, strict=True)], dtype=np.bool_)
    routes = _in_numbers(stops, allowed, trips, must, travel, policy.modes)
    return PlanProblem(tuple(sorted(days)), tuple(customers), pinned, tuple(stops), trips, routes)


def trips_of(
    crews: Sequence[Crew], policy: PlanningPolicy, days: Sequence[date], going: Going
) -> tuple[Trip, ...]:
    """By day and crew, each crew as it goes."""
    return tuple(
        Trip(crew.by(mode, policy.modes), day)
        for day in sorted(days)
        for crew in sorted(crews, key=lambda c: c.crew_id)
        if crew.works_on(day) and (mode := going.get((crew.crew_id, day), crew.mode)) is not None
    )


def customer_stops(
    candidate: Candidate, index: int, trips: Sequence[Trip], policy: PlanningPolicy, pin: Pin | None
) -> list[tuple[Stop, list[bool]]]:
    """This customer's stops, alike ones of several days as one, each with the trips that may serve it."""
    found = []
    for mode in sorted({trip.crew.mode for trip in trips}):
        mine = [trip for trip in trips if trip.crew.mode is mode]
        for alike, drafts in _merged(candidate, mine, policy, pin).items():
            stop = Stop(index, *alike, {day: draft.option for day, draft in drafts.items()}, mode)
            found.append((stop, [_serves(trip, mode, drafts) for trip in trips]))
    return found


def _serves(trip: Trip, mode: Mode, drafts: Mapping[date, _Draft]) -> bool:
    return trip.crew.mode is mode and trip.day in drafts and trip.crew.crew_id in drafts[trip.day].crews


Alike = tuple[Point, int, int, int, int, Tie | None]


def _merged(
    candidate: Candidate, trips: Sequence[Trip], policy: PlanningPolicy, pin: Pin | None
) -> dict[Alike, dict[date, _Draft]]:
    merged: dict[Alike, dict[date, _Draft]] = {}
    for day in sorted({trip.day for trip in trips}):
        if pin is None or pin.day in (None, day):
            crews = [trip.crew for trip in trips if trip.day == day]
            for draft in best_drafts(candidate, crews, policy, day, pin):
                merged.setdefault(draft.alike, {}).setdefault(day, draft)
    return merged


def _in_numbers(
    stops: Sequence[Stop],
    allowed: Sequence[Sequence[bool]],
    trips: Sequence[Trip],
    must: np.ndarray[tuple[int], np.dtype[np.bool_]],
    travel: TravelTimes,
    rules: dict[Mode, ModeRule],
) -> RouteProblem:
    places: dict[tuple[Mode, Point], int] = {}
    starts = [places.setdefault((trip.crew.mode, trip.crew.sets_out_from), len(places)) for trip in trips]
    depots = [places.setdefault((trip.crew.mode, trip.crew.depot), len(places)) for trip in trips]
    doors = [places.setdefault((stop.mode, stop.point), len(places)) for stop in stops]
    seconds, metres = _matrices(list(places), travel, rules)
    crews = [trip.crew for trip in trips]
    return RouteProblem(
        place=ints(doors),
        must=must,
        allowed=np.array(allowed, dtype=np.bool_).reshape(len(stops), len(trips)),
        start=ints(starts),
        end=ints(depots),
        **stop_columns(stops),
        **crew_columns(crews),
        seconds=seconds,
        metres=metres,
    )


def _matrices(
    places: Sequence[tuple[Mode, Point]], travel: TravelTimes, rules: dict[Mode, ModeRule]
) -> tuple[Ints, Ints]:
    """Seconds and metres between places reached in the same way."""
    modes = sorted({mode for mode, _ in places})
    if len(modes) <= 1:
        return travel_by(modes[0] if modes else Mode.CAR, travel, rules).between([point for _, point in places])
    seconds = np.full((len(places), len(places)), APART, dtype=np.int64)
    metres = seconds.copy()
    for mode in modes:
        mine = [i for i, (how, _) in enumerate(places) if how is mode]
        block = np.ix_(mine, mine)
        seconds[block], metres[block] = travel_by(mode, travel, rules).between([places[i][1] for i in mine])
    return seconds, metres


def within_reach(crew: Crew, point: Point, rules: dict[Mode, ModeRule]) -> bool:
    """In a straight line from the crew's depot; a car reaches everywhere."""
    return crew.mode is Mode.CAR or distance_m(crew.depot, point) <= rule_of(crew.mode, rules).reach_m


def best_drafts(
    candidate: Candidate, crews: Sequence[Crew], policy: PlanningPolicy, day: date, pin: Pin | None
) -> list[_Draft]:
    """The best options of the day: all of a required customer, else the top few that can pay for themselves."""
    must = candidate.required or pin is not None
    drafts = [
        draft
        for option in candidate.options
        if option.day == day and _fits_pin(option, pin)
        for draft in _drafts(candidate, option, crews, policy, pin)
        if must or draft.gross_fen > cheapest_service_fen(candidate, crews, policy)
    ]
    drafts.sort(key=lambda d: (-d.gross_fen, d.option.cleared.address_id, d.early_s))
    best = list(dict.fromkeys(draft.hours for draft in drafts))[: policy.options_per_customer]
    return drafts if must else [draft for draft in drafts if draft.hours in best]


def service_minutes(candidate: Candidate, policy: PlanningPolicy) -> int:
    return candidate.service_minutes or policy.service_minutes


def cheapest_service_fen(candidate: Candidate, crews: Sequence[Crew], policy: PlanningPolicy) -> int:
    """The visit's own minutes at the rate of the cheapest crew that may go; travel comes on top."""
    rates = [crew.cost_fen_per_minute for crew in crews if crew.meets(candidate.needs)]
    return min(rates, default=0) * service_minutes(candidate, policy)


def _fits_pin(option: VisitOption, pin: Pin | None) -> bool:
    return pin is None or pin.address_id in (None, option.cleared.address_id)


def _drafts(
    candidate: Candidate, option: VisitOption, crews: Sequence[Crew], policy: PlanningPolicy, pin: Pin | None
) -> list[_Draft]:
    """One draft for each stretch in which the visit may begin, and each tie that a crew has to the customer."""
    door = candidate.address(option.cleared.address_id)
    if (point := door.point) is None:
        return []
    service_s = (service_minutes(candidate, policy) + policy.search.minutes(door.radius_m)) * 60
    gross = visit_value(candidate, option, policy).gross_fen
    prices = policy.continuity_fen
    stretches: dict[tuple[int, int, Tie | None], set[str]] = {}
    for crew in crews:
        named = pin is None or pin.crew_id == crew.crew_id
        if named and crew.meets(candidate.needs) and within_reach(crew, point, policy.modes):
            tie = tie_of(candidate.known_to, crew.officer_ids, prices)
            for stretch in _starts(option, service_s, crew, pin):
                stretches.setdefault((*stretch, tie), set()).add(crew.crew_id)
    return [
        _Draft(point, early, late, service_s, gross + (prices[tie] if tie else 0), tie, option, frozenset(may))
        for (early, late, tie), may in sorted(stretches.items(), key=lambda item: (*item[0][:2], item[0][2] or ""))
    ]


def _starts(option: VisitOption, service_s: int, crew: Crew, pin: Pin | None) -> list[tuple[int, int]]:
    """First and last second at which this crew may begin, to end within the hours and outside its rest."""
    start, end = option.window.start_min * 60, option.window.end_min * 60
    if pin is not None and pin.window is not None:
        start, end = max(start, pin.window.start_min * 60), min(end, pin.window.end_min * 60)
    if crew.rest is None or crew.rest.end_min * 60 <= start or crew.rest.start_min * 60 >= end:
        pieces = [(start, end)]
    else:
        pieces = [(start, crew.rest.start_min * 60), (crew.rest.end_min * 60, end)]
    first, last = crew.shift.start_min * 60, crew.latest_back_min * 60
    return [(a, z - service_s) for a, z in pieces if min(z, last) - max(a, first) >= service_s]
