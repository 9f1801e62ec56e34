"""A plan of many branches at once: searched by areas in parallel, then told stop by stop in cells of a few crews.

No matrix is larger than an area's or a cell's. Budgets are shared by all branches through prices; the same checker
looks at the whole plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import count

from zoufang.core.errors import Conflict
from zoufang.core.planning.area_book import AreaBook, AreaRoads, allotments_of, area_book, branches_for, carless
from zoufang.core.planning.area_cells import AreaAsk, cells_of
from zoufang.core.planning.arranging import Arranged, arranged, notes_of
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
from zoufang.core.planning.problem import UNITS_PER_FEN, Going, PlanProblem, Routes
from zoufang.core.planning.region import PassPoint, RegionRoutes, plan_region
from zoufang.core.planning.route_problem import worth
from zoufang.core.planning.solver import Progress, Watch
from zoufang.core.planning.spending import SCALE
from zoufang.core.planning.travel import CircuityTravel, TravelTimes
from zoufang.core.planning.within_budgets import Spending, Within, in_fen
from zoufang.core.values import Message, gettext_noop

ENGINE = "compiled search by areas"
AREA_FROM = 2_000  # candidates; from there on one search over everything takes more memory than it brings
FAILED = gettext_noop(
    "In some areas the route engine could not be used (%(error)s): there this is the greedy plan."
)
BY_AREA = gettext_noop(
    "Planned by areas: visits are gathered by township and taken out of each other's sight among neighbouring"
    " crews only, at most eight at once."
)
BY_AREA_BOUND = gettext_noop(
    "Planned by areas with budgets or car pools: visits are neither gathered by township nor taken out of each"
    " other's sight."
)


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
    and no car pool counts. `progress` is told after each pass, and may return False to stop. Where there are too
    few cars, all are planned by car first, then once more with those left at home by what else they can. Errors as
    in `plan`.
    """
    look_over(candidates, crews, policy, days, pins, drops)
    by_customer = {pin.customer_id: pin for pin in pins}
    roads = travel or CircuityTravel(policy.travel)
    ask = AreaAsk(candidates, crews, policy, days, roads, by_customer, drops, seed)
    branches = branches_for(candidates, crews, by_customer, branch_of or {})
    may_go = [c for c in candidates if c.customer_id not in drops and not c.blocked_by]
    book, found = _by_cars_there_are(ask, may_go, branches, lambda book: _searched(ask, book, workers, progress))
    made = _told(ask, book, found, branches)
    _pins_honoured(pins, made)
    if wrong := violations(made, candidates, crews, policy, roads, pins=pins, drops=drops):
        raise InvalidPlan(f"The plan breaks {len(wrong)} rules and is withheld: {wrong[0]}. Report this.")
    return made


def _by_cars_there_are(
    ask: AreaAsk,
    may_go: Sequence[Candidate],
    branches: Mapping[str, str],
    search: Callable[[AreaBook], RegionRoutes],
) -> tuple[AreaBook, RegionRoutes]:
    """All by car, of whom the pools let as many go as they have cars for; then the others as they can without."""

    def book_for(going: Going) -> AreaBook:
        return area_book(may_go, ask.crews, ask.policy, ask.days, ask.pins, branches, going)

    going = {(crew.crew_id, day): wished(crew) for crew in ask.crews for day in ask.days}
    book = book_for(going)
    found = search(book)
    short = dict(carless(ask.crews, ask.policy, book.trips, found.routes))
    if not any(short.values()):
        return book, found
    book = book_for(going | short)
    return book, search(book)


def _searched(ask: AreaAsk, book: AreaBook, workers: int | None, watch: Watch | None) -> RegionRoutes:
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


def _told(ask: AreaAsk, book: AreaBook, found: RegionRoutes, branches: Mapping[str, str]) -> Plan:
    """The routes as visits with their reasons, cell by cell, put together."""
    parts, units, left, changes = list[Plan](), 0, list[Unplanned](), list[Arranged]()
    uses = _uses(ask.policy.budgets, found)
    for whole in cells_of(ask, book, found, branches):
        cell = whole
        for number, chunk in enumerate(cell.chunks()):
            problem, routes = cell.problem(ask, chunk)
            if number == 0 and not _shares(ask.policy):
                routes = insert_required(problem.routes, routes, problem.pinned)
                changes.append(arranged(problem, routes, ask.policy))
                routes = changes[-1].routes
                cell = whole.driving(problem, routes)
            policy = replace(ask.policy, budgets=_left_for(problem, routes, uses))
            candidates = (*whole.served, *chunk) if number == 0 else chunk
            solved = Solved(problem, EngineResult(routes, ENGINE))
            part = assemble(Asked(candidates, policy, ask.drops), solved, ask.seed)
            left += part.unplanned
            if number == 0:
                parts.append(part)
                units += worth(problem.routes, routes)
    return _joined(ask, parts, left, units, uses, (*notes_of(changes, ask.policy), *_failures(found)))


def _shares(policy: PlanningPolicy) -> bool:
    """Does what one cell does change what another may?"""
    return bool(policy.budgets or policy.cars)


def _failures(found: RegionRoutes) -> tuple[Message, ...]:
    return (Message(FAILED, {"error": "; ".join(found.failures)}),) if found.failures else ()


def _joined(
    ask: AreaAsk,
    parts: Sequence[Plan],
    left: Sequence[Unplanned],
    units: int,
    uses: tuple[BudgetUse, ...],
    told: Sequence[Message],
) -> Plan:
    visits = sorted((v for part in parts for v in part.visits), key=lambda v: (v.day, v.crew_id, v.order))
    packs = sorted({pack for visit in visits for pack in visit.cleared.pack_versions})
    limits = Message(BY_AREA_BOUND if _shares(ask.policy) else BY_AREA)
    notes = (*Within([], uses).notes(), limits, *told)
    sources = {c.customer_id: c.source for c in ask.candidates}
    return Plan(
        days=tuple(sorted(ask.days)),
        visits=tuple(visits),
        crew_days=tuple(sorted((t for p in parts for t in p.crew_days), key=lambda t: (t.day, t.crew_id))),
        unplanned=tuple(sorted(left, key=lambda one: sources[one.customer_id])),
        objective_fen=units // UNITS_PER_FEN,
        seed=ask.seed,
        engine=ENGINE,
        notes=notes,
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
