"""A plan of many branches at once: searched by areas in parallel, then told stop by stop in cells of a few crews.

No matrix is larger than an area's or a cell's. Budgets are shared by all branches through prices; the same checker
looks at the whole plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count

import numpy as np

from zoufang.core.errors import Conflict
from zoufang.core.planning.area_book import AreaBook, AreaRoads, allotments_of, area_book, branches_for
from zoufang.core.planning.budgets import Budget, BudgetUse
from zoufang.core.planning.candidates import Candidate
from zoufang.core.planning.car_pool import wished
from zoufang.core.planning.check import InvalidPlan, violations
from zoufang.core.planning.crews import Crew
from zoufang.core.planning.engines import EngineResult
from zoufang.core.planning.greedy import insert_required
from zoufang.core.planning.intake import look_over
from zoufang.core.planning.plan import PIN_OVER_BUDGET, Asked, Solved, assemble
from zoufang.core.planning.plans import Pin, Plan, Unplanned
from zoufang.core.planning.policy import PlanningPolicy
from zoufang.core.planning.problem import UNITS_PER_FEN, PlanProblem, Routes, Stop, plan_problem
from zoufang.core.planning.region import PassPoint, RegionRoutes, plan_region
from zoufang.core.planning.route_problem import worth
from zoufang.core.planning.solver import Progress, Watch
from zoufang.core.planning.spending import SCALE
from zoufang.core.planning.travel import CircuityTravel, TravelTimes
from zoufang.core.planning.within_budgets import Spending, Within, in_fen
from zoufang.core.values import Message, Point, distance_m, gettext_noop

ENGINE = "compiled search by areas"
AREA_FROM = 2_000  # candidates; from there on one search over everything takes more memory than it brings
CREWS_A_CELL = 8
ASKED_AT_ONCE = 400  # customers left out whose reasons are told against one cell's routes at a time
FAILED = gettext_noop(
    "In some areas the route engine could not be used (%(error)s): there this is the greedy plan."
)
BY_AREA = gettext_noop(
    "Planned by areas: visits are neither gathered by township nor taken out of each other's sight."
)


@dataclass(frozen=True, slots=True)
class _Ask:
    """What the caller passed, looked over; `pins` by customer."""

    candidates: Sequence[Candidate]
    crews: Sequence[Crew]
    policy: PlanningPolicy
    days: Sequence[date]
    travel: TravelTimes
    pins: Mapping[str, Pin]
    drops: Sequence[str]
    seed: int


def plan_by_area(
    candidates: Sequence[Candidate],
    crews: Sequence[Crew],
    policy: PlanningPolicy,
    *,
    days: Sequence[date],
    seed: int,
    branch_of: Mapping[str, str] | None = None,
    pins: Sequence[Pin] = (),
    drops: Sequence[str] = (),
    travel: TravelTimes | None = None,
    workers: int | None = None,
    progress: Watch | None = None,
) -> Plan:
    """As `plan`, for many branches: customers are called on by crews of their own branch only.

    `branch_of`: the branch of each customer by id; who has none gets that of the nearest depot. `workers`:
    processes; None takes what the surrounding `joblib.parallel_config` says. Same arguments, same plan, whatever
    the workers. A promise that its area could not take in is tried again with the crews around, where no budget
    and no car pool counts. `progress` is told after each pass, and may return False to stop. Where a car pool has
    too few cars, crews stay at home. Errors as in `plan`.
    """
    look_over(candidates, crews, policy, days, pins, drops)
    by_customer = {pin.customer_id: pin for pin in pins}
    roads = travel or CircuityTravel(policy.travel)
    ask = _Ask(candidates, crews, policy, days, roads, by_customer, drops, seed)
    branches = branches_for(candidates, crews, by_customer, branch_of or {})
    may_go = [c for c in candidates if c.customer_id not in drops and not c.blocked_by]
    book = area_book(may_go, crews, policy, days, by_customer, branches)
    found = _searched(ask, book, workers, progress)
    made = _told(ask, book, found, branches)
    _pins_honoured(pins, made)
    if wrong := violations(made, candidates, crews, policy, roads, pins=pins, drops=drops):
        raise InvalidPlan(f"The plan breaks {len(wrong)} rules and is withheld: {wrong[0]}. Report this.")
    return made


def _searched(ask: _Ask, book: AreaBook, workers: int | None, watch: Watch | None) -> RegionRoutes:
    crews, passes = {crew.crew_id: crew for crew in ask.crews}, count(1)
    allotments = allotments_of(book.trips, crews, ask.policy, ask.days)
    if not book.stops or not book.trips:
        return RegionRoutes(((),) * len(book.trips), 0, (0,) * len(allotments), (0,) * len(allotments), (), ())

    def after_pass(point: PassPoint) -> bool | None:
        done = next(passes)
        return watch(Progress(done, done, point.worth // UNITS_PER_FEN)) if watch is not None else None

    return plan_region(
        book.book,
        AreaRoads(ask.travel, ask.policy.modes),
        allotments,
        seed=ask.seed,
        iterations=max(1, ask.policy.iterations),
        workers=workers,
        watch=after_pass,
    )


def _pins_honoured(pins: Sequence[Pin], made: Plan) -> None:
    planned = {visit.customer_id for visit in made.visits}
    for pin in pins:
        if pin.customer_id not in planned:
            raise Conflict(Message(PIN_OVER_BUDGET, {"customer": pin.customer_id, "crew": pin.crew_id}))


def _told(ask: _Ask, book: AreaBook, found: RegionRoutes, branches: Mapping[str, str]) -> Plan:
    """The routes as visits with their reasons, cell by cell, put together."""
    parts, units, left = list[Plan](), 0, list[Unplanned]()
    uses = _uses(ask.policy.budgets, found)
    for cell in _cells(ask, book, found, branches):
        for number, chunk in enumerate(cell.chunks()):
            problem, routes = cell.problem(ask, chunk)
            if number == 0 and not (ask.policy.budgets or ask.policy.cars):
                routes = insert_required(problem.routes, routes, problem.pinned)
            policy = replace(ask.policy, budgets=_left_for(problem, routes, uses))
            candidates = (*cell.served, *chunk) if number == 0 else chunk
            solved = Solved(problem, EngineResult(routes, ENGINE))
            part = assemble(Asked(candidates, policy, ask.drops), solved, ask.seed)
            left += part.unplanned
            if number == 0:
                parts.append(part)
                units += worth(problem.routes, routes)
    return _joined(ask, parts, left, units, uses, found)


def _joined(
    ask: _Ask,
    parts: Sequence[Plan],
    left: Sequence[Unplanned],
    units: int,
    uses: tuple[BudgetUse, ...],
    found: RegionRoutes,
) -> Plan:
    visits = sorted((v for part in parts for v in part.visits), key=lambda v: (v.day, v.crew_id, v.order))
    packs = sorted({pack for visit in visits for pack in visit.cleared.pack_versions})
    notes = [*Within([], uses).notes(), Message(BY_AREA)]
    notes += [Message(FAILED, {"error": "; ".join(found.failures)})] if found.failures else []
    sources = {c.customer_id: c.source for c in ask.candidates}
    return Plan(
        days=tuple(sorted(ask.days)),
        visits=tuple(visits),
        crew_days=tuple(sorted((t for p in parts for t in p.crew_days), key=lambda t: (t.day, t.crew_id))),
        unplanned=tuple(sorted(left, key=lambda one: sources[one.customer_id])),
        objective_fen=units // UNITS_PER_FEN,
        seed=ask.seed,
        engine=ENGINE,
        notes=tuple(notes),
        versions={"policy": ask.policy.version, "engine": ENGINE, "compliance": ", ".join(packs)},
        budgets=uses,
    )


def _uses(budgets: Sequence[Budget], found: RegionRoutes) -> tuple[BudgetUse, ...]:
    """Allotments of cars stand behind those of the budgets."""
    told = zip(budgets, found.used, found.prices, strict=False)
    return tuple(BudgetUse(b, -(-used // SCALE[b.resource]), in_fen(price, b.resource)) for b, used, price in told)


def _left_for(problem: PlanProblem, routes: Routes, uses: Sequence[BudgetUse]) -> tuple[Budget, ...]:
    """The budgets as this cell finds them: what the others use is gone."""
    if not uses:
        return ()
    mine = Spending(problem, [use.budget for use in uses]).told(routes)
    return tuple(
        replace(use.budget, limit=max(0, use.budget.limit - use.used + own.used))
        for use, own in zip(uses, mine, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Cell:
    """A few crews, whom they call on (`driven`: by crew and day, in order), and who is left out around."""

    crews: tuple[Crew, ...]
    served: tuple[Candidate, ...]
    driven: Mapping[tuple[str, date], tuple[tuple[str, Stop], ...]]
    left: tuple[Candidate, ...]

    def chunks(self) -> Iterator[tuple[Candidate, ...]]:
        for first in range(0, max(1, len(self.left)), ASKED_AT_ONCE):
            yield self.left[first : first + ASKED_AT_ONCE]

    def problem(self, ask: _Ask, chunk: Sequence[Candidate]) -> tuple[PlanProblem, Routes]:
        """The cell as a problem of its own, and its routes in that problem's numbers."""
        may_go = [c for c in (*self.served, *chunk) if c.customer_id not in ask.drops and not c.blocked_by]
        going = {(crew.crew_id, day): wished(crew) for crew in self.crews for day in ask.days}
        problem = plan_problem(may_go, self.crews, ask.policy, ask.travel, ask.days, dict(ask.pins), going)
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


def _cells(ask: _Ask, book: AreaBook, found: RegionRoutes, branches: Mapping[str, str]) -> Iterator[_Cell]:
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
            yield _Cell(tuple(group), tuple(by_id[name] for name in names), mine, tuple(homes[number]))


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
