"""One day as integers: stops, crews, places, who may serve what. What greedy and the solver both read.

Objectives are counted in units of 1/3000 fen, in which any whole rate per minute and per kilometre is exact per
second and per metre.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from zoufang.core.planning.candidates import Candidate, VisitOption
from zoufang.core.planning.crews import Crew
from zoufang.core.planning.plans import Pin
from zoufang.core.planning.policy import PlanningPolicy
from zoufang.core.planning.travel import Matrix, TravelTimes
from zoufang.core.planning.value import visit_value
from zoufang.core.values import Point

UNITS_PER_FEN = 3000
Routes = list[list[int]]  # for each crew its stops in order, as indices into DayProblem.stops


@dataclass(frozen=True, slots=True)
class Stop:
    """One option of one customer: where, between which seconds it may begin, how long, and its worth."""

    customer: int
    option: VisitOption
    place: int
    early_s: int
    late_s: int
    service_s: int
    gross_fen: int


@dataclass(frozen=True, slots=True)
class DayProblem:
    """`customers` with at least one stop, sorted by source key; `places` begin with one depot per crew."""

    day: date
    customers: tuple[Candidate, ...]
    pinned: tuple[bool, ...]
    stops: tuple[Stop, ...]
    crews: tuple[Crew, ...]
    allowed: NDArray[np.bool_]  # stops x crews
    seconds: Matrix
    metres: Matrix

    @property
    def must(self) -> tuple[bool, ...]:
        """Customers who have to be visited: promised, drawn, or pinned by the planner."""
        return tuple(c.required or pin for c, pin in zip(self.customers, self.pinned, strict=True))

    def stops_of(self, customer: int) -> list[int]:
        return [i for i, stop in enumerate(self.stops) if stop.customer == customer]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A stop before its place in the matrices is known."""

    customer: int
    option: VisitOption
    point: Point
    early_s: int
    late_s: int
    service_s: int
    gross_fen: int
    allowed: tuple[bool, ...]


def day_problem(
    candidates: list[Candidate],
    crews: list[Crew],
    policy: PlanningPolicy,
    travel: TravelTimes,
    day: date,
    pins: dict[str, Pin],
) -> DayProblem:
    """The day's integer problem; customers and options that can't or shouldn't be served have no stop in it."""
    customers: list[Candidate] = []
    drafts: list[_Draft] = []
    for candidate in sorted(candidates, key=lambda c: c.source):
        found = best_drafts(candidate, len(customers), crews, policy, day, pins.get(candidate.customer_id))
        if found:
            customers.append(candidate)
            drafts.extend(found)
    places: dict[tuple[Point, tuple[bool, ...]], int] = {}
    for draft in drafts:  # a place belongs to those who may go there: the solver forbids by place
        places.setdefault((draft.point, draft.allowed), len(crews) + len(places))
    points = [crew.depot for crew in crews] + [point for point, _ in places]
    seconds, metres = travel.between(points)
    return DayProblem(
        day=day,
        customers=tuple(customers),
        pinned=tuple(c.customer_id in pins for c in customers),
        stops=tuple(_stop(draft, places[draft.point, draft.allowed]) for draft in drafts),
        crews=tuple(crews),
        allowed=np.array([d.allowed for d in drafts], dtype=np.bool_).reshape(len(drafts), len(crews)),
        seconds=seconds,
        metres=metres,
    )


def best_drafts(
    candidate: Candidate, index: int, crews: list[Crew], policy: PlanningPolicy, day: date, pin: Pin | None
) -> list[_Draft]:
    """The best options of the day: all of a required customer, else the top few that can pay for themselves."""
    must = candidate.required or pin is not None
    drafts = [
        draft
        for option in candidate.options
        if option.day == day and _fits_pin(option, pin)
        for draft in _drafts(candidate, index, option, crews, policy, pin)
        if must or draft.gross_fen > cheapest_service_fen(candidate, crews, policy)
    ]
    drafts.sort(key=lambda d: (-d.gross_fen, d.option.cleared.address_id, d.early_s))
    return drafts if must else drafts[: policy.options_per_customer]


def service_minutes(candidate: Candidate, policy: PlanningPolicy) -> int:
    return candidate.service_minutes or policy.service_minutes


def cheapest_service_fen(candidate: Candidate, crews: list[Crew], policy: PlanningPolicy) -> int:
    """The visit's own minutes at the rate of the cheapest crew that may go; travel comes on top."""
    rates = [crew.cost_fen_per_minute for crew in crews if crew.meets(candidate.needs)]
    return min(rates, default=0) * service_minutes(candidate, policy)


def _fits_pin(option: VisitOption, pin: Pin | None) -> bool:
    return pin is None or pin.address_id in (None, option.cleared.address_id)


def _drafts(
    candidate: Candidate,
    index: int,
    option: VisitOption,
    crews: list[Crew],
    policy: PlanningPolicy,
    pin: Pin | None,
) -> list[_Draft]:
    """One draft for each stretch in which the visit may begin, with the crews that may make it then."""
    door = candidate.address(option.cleared.address_id)
    if (point := door.point) is None:
        return []
    service_s = (service_minutes(candidate, policy) + policy.search.minutes(door.radius_m)) * 60
    gross = visit_value(candidate, option, policy).gross_fen
    stretches: dict[tuple[int, int], list[bool]] = {}
    for column, crew in enumerate(crews):
        if crew.meets(candidate.needs) and (pin is None or pin.crew_id == crew.crew_id):
            for stretch in _starts(option, service_s, crew, pin):
                stretches.setdefault(stretch, [False] * len(crews))[column] = True
    return [
        _Draft(index, option, point, early, late, service_s, gross, tuple(allowed))
        for (early, late), allowed in sorted(stretches.items())
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
    first, last = crew.shift.start_min * 60, crew.shift.end_min * 60
    return [(a, z - service_s) for a, z in pieces if min(z, last) - max(a, first) >= service_s]


def _stop(draft: _Draft, place: int) -> Stop:
    return Stop(draft.customer, draft.option, place, draft.early_s, draft.late_s, draft.service_s, draft.gross_fen)
