"""The routes of many branches in cells of a few crews, each small enough to be told as a problem of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from zoufang.core.planning.area_book import AreaBook
from zoufang.core.planning.candidates import Candidate
from zoufang.core.planning.crews import Crew
from zoufang.core.planning.plans import Pin
from zoufang.core.planning.policy import PlanningPolicy
from zoufang.core.planning.problem import Going, PlanProblem, Routes, Stop, plan_problem
from zoufang.core.planning.region import RegionRoutes
from zoufang.core.planning.travel import TravelTimes
from zoufang.core.values import Point, distance_m

CREWS_A_CELL = 8
ASKED_AT_ONCE = 400  # customers left out whose reasons are told against one cell's routes at a time


@dataclass(frozen=True, slots=True)
class AreaAsk:
    """What the caller passed, looked over; `pins` by customer."""

    candidates: Sequence[Candidate]
    crews: Sequence[Crew]
    policy: PlanningPolicy
    days: Sequence[date]
    travel: TravelTimes
    pins: Mapping[str, Pin]
    drops: Sequence[str]
    seed: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A few crews, whom they call on (`driven`: by crew and day, in order), and who is left out around."""

    crews: tuple[Crew, ...]
    served: tuple[Candidate, ...]
    driven: Mapping[tuple[str, date], tuple[tuple[str, Stop], ...]]
    left: tuple[Candidate, ...]
    going: Going

    def chunks(self) -> Iterator[tuple[Candidate, ...]]:
        for first in range(0, max(1, len(self.left)), ASKED_AT_ONCE):
            yield self.left[first : first + ASKED_AT_ONCE]

    def driving(self, problem: PlanProblem, routes: Routes) -> Cell:
        """The same crews on other routes, told in the numbers of `problem`."""
        driven = {
            (trip.crew.crew_id, trip.day): tuple(
                (problem.customers[problem.stops[i].customer].customer_id, problem.stops[i]) for i in route
            )
            for trip, route in zip(problem.trips, routes, strict=True)
        }
        return replace(self, driven=driven)

    def problem(self, ask: AreaAsk, chunk: Sequence[Candidate]) -> tuple[PlanProblem, Routes]:
        """The cell as a problem of its own, and its routes in that problem's numbers."""
        may_go = [c for c in (*self.served, *chunk) if c.customer_id not in ask.drops and not c.blocked_by]
        pins = dict(ask.pins)
        problem = plan_problem(may_go, self.crews, ask.policy, ask.travel, ask.days, pins, self.going)
        names = [problem.customers[stop.customer].customer_id for stop in problem.stops]
        index = {_key(name, stop): i for i, (name, stop) in enumerate(zip(names, problem.stops, strict=True))}
        routes = [
            [
                index[_key(name, stop)]
                for name, stop in self.driven.get((trip.crew.crew_id, trip.day), ())
                if _key(name, stop) in index
            ]
            for trip in problem.trips
        ]
        return problem, routes


def _key(name: str, stop: Stop) -> tuple[object, ...]:
    return name, stop.mode, stop.point, stop.early_s, stop.late_s, stop.service_s, stop.gross_fen, stop.tie


def cells_of(ask: AreaAsk, book: AreaBook, found: RegionRoutes, branches: Mapping[str, str]) -> Iterator[Cell]:
    """Each crew and each candidate in exactly one; a branch without crews is a cell of its own."""
    driven: dict[str, dict[date, tuple[tuple[str, Stop], ...]]] = defaultdict(dict)
    for trip, route in zip(book.trips, found.routes, strict=True):
        stops = [book.stops[i] for i in route]
        driven[trip.crew.crew_id][trip.day] = tuple(
            (book.customers[stop.customer].customer_id, stop) for stop in stops
        )
    by_id = {c.customer_id: c for c in ask.candidates}
    served = {name for days in driven.values() for stops in days.values() for name, _ in stops}
    around: dict[str, list[Candidate]] = defaultdict(list)
    for one in sorted(ask.candidates, key=lambda c: c.source):
        if one.customer_id not in served:
            around[branches[one.customer_id]].append(one)
    crews: dict[str, list[Crew]] = {branch: [] for branch in around}
    for crew in sorted(ask.crews, key=lambda c: c.crew_id):
        crews.setdefault(crew.branch, []).append(crew)
    for branch in sorted(crews):
        groups = list(_groups(crews[branch], {c.crew_id: _middle(c, driven[c.crew_id]) for c in crews[branch]}))
        homes = _homes(around[branch], groups, driven, ask.pins)
        for number, group in enumerate(groups):
            mine = {(c.crew_id, day): stops for c in group for day, stops in driven[c.crew_id].items()}
            names = [name for stops in mine.values() for name, _ in stops]
            yield Cell(tuple(group), tuple(by_id[name] for name in names), mine, tuple(homes[number]), book.going)


def _middle(crew: Crew, days: Mapping[date, Sequence[tuple[str, Stop]]]) -> Point:
    doors = [stop.point for stops in days.values() for _, stop in stops] or [crew.depot]
    return Point(float(np.mean([d.lat for d in doors])), float(np.mean([d.lon for d in doors])))


def _groups(crews: list[Crew], middles: Mapping[str, Point]) -> Iterator[list[Crew]]:
    """Halves across the longer side until no group is larger than a cell; no crews: one empty group."""
    if len(crews) <= CREWS_A_CELL:
        yield crews
        return
    lats, lons = ([getattr(middles[c.crew_id], axis) for c in crews] for axis in ("lat", "lon"))
    axis = "lat" if max(lats) - min(lats) > max(lons) - min(lons) else "lon"
    ordered = sorted(crews, key=lambda c: (getattr(middles[c.crew_id], axis), c.crew_id))
    half = len(ordered) // 2
    yield from _groups(ordered[:half], middles)
    yield from _groups(ordered[half:], middles)


def _homes(
    left: Sequence[Candidate],
    groups: Sequence[Sequence[Crew]],
    driven: Mapping[str, Mapping[date, Sequence[tuple[str, Stop]]]],
    pins: Mapping[str, Pin],
) -> list[list[Candidate]]:
    """Who is left out, to the pin's crew, else where the nearest crew goes; those who must be served first."""
    homes: list[list[Candidate]] = [[] for _ in groups]
    middles = [[_middle(crew, driven[crew.crew_id]) for crew in group] for group in groups]
    of_crew = {crew.crew_id: number for number, group in enumerate(groups) for crew in group}
    for one in sorted(left, key=lambda c: not (c.required or c.customer_id in pins)):
        if one.customer_id in pins:
            homes[of_crew[pins[one.customer_id].crew_id]].append(one)
            continue
        door = next((a.point for a in one.addresses if a.point is not None), None)
        if door is None or len(groups) == 1:
            homes[0].append(one)
            continue
        near = [min(distance_m(door, middle) for middle in group) for group in middles]
        homes[near.index(min(near))].append(one)
    return homes
