"""Plan the rest of a day anew: what is done stays, what is promised or pinned is kept, few visits move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from zoufang.core.planning import solver
from zoufang.core.planning.candidates import Candidate
from zoufang.core.planning.car_pool import going_on
from zoufang.core.planning.check import InvalidPlan
from zoufang.core.planning.check_rest import rest_violations
from zoufang.core.planning.crews import Crew
from zoufang.core.planning.day_state import DayState, crews_left, done_visits, open_candidates, pins_left
from zoufang.core.planning.engines import EngineResult, best_routes
from zoufang.core.planning.greedy import NEVER, insert_greedily, insertions
from zoufang.core.planning.intake import look_over
from zoufang.core.planning.out_of_sight import taken_apart
from zoufang.core.planning.plan import Asked, Solved, assemble
from zoufang.core.planning.plans import Pin, Plan, PlannedVisit, Reason, Unplanned, Why
from zoufang.core.planning.policy import PlanningPolicy
from zoufang.core.planning.problem import UNITS_PER_FEN, PlanProblem, Stop, plan_problem
from zoufang.core.planning.route_problem import RouteProblem, worth
from zoufang.core.planning.spent_so_far import budgets_left
from zoufang.core.planning.travel import CircuityTravel, TravelTimes
from zoufang.core.planning.within_budgets import keeps_budgets, raised_for, told_uses, within_budgets
from zoufang.core.values import Message, gettext_noop

CHANGE_FEN = 2_000  # a visit moves to another crew, door or slot, or falls out, only for more than this
UNPINNED = gettext_noop(
    "The pin of %(customer)s to crew %(crew)s can't hold any more: the crew is out, or has no time left for it."
)


@dataclass(frozen=True, slots=True)
class _Steady:
    """The problem in which each open visit has a copy of its stop for its present crew alone.

    `routes` pays the price of change to those copies; the problem's own values stay what the visits bring.
    `present`: by vehicle, the copies in their present order.
    """

    problem: PlanProblem
    routes: RouteProblem
    present: list[list[int]]


def replan(
    before: Plan,
    candidates: Sequence[Candidate],
    crews: Sequence[Crew],
    policy: PlanningPolicy,
    state: DayState,
    *,
    day: date,
    seed: int,
    pins: Sequence[Pin] = (),
    drops: Sequence[str] = (),
    change_fen: int = CHANGE_FEN,
    travel: TravelTimes | None = None,
    progress: solver.Watch | None = None,
) -> Plan:
    """The whole day revised: begun visits with their actual times, then the rest planned from where the crews are.

    `candidates` are everybody of the day, done ones too, and new appointments as required ones. `objective_fen`
    and `crew_days` count the rest of the day only; the way home of a crew without further stops costs nothing.
    A promise that no crew can reach in time stays visible in `missed_required`. Budgets hold for the whole day,
    but give way to promises. Raises BadInput, InvalidPlan.
    """
    look_over(candidates, crews, policy, (day,), (), ())
    roads = travel or CircuityTravel(policy.travel)
    here = tuple(crews_left(before, candidates, crews, state))
    going = going_on(before, crews, policy, day)
    pool = open_candidates(before, candidates, state)
    bound = pins_left(pins, here, pool, state)
    dropped = [name for name in drops if name in {one.customer_id for one in pool}]
    may_go = [c for c in pool if c.customer_id not in dropped and not c.blocked_by]
    problem = plan_problem(may_go, here, policy, roads, (day,), {pin.customer_id: pin for pin in bound}, going)
    steady = _steady(problem, _waiting(before, state), change_fen)
    promised = {v.customer_id for v in before.visits if v.required} | {pin.customer_id for pin in bound}
    first = [c.customer_id in promised for c in problem.customers]
    by_id, by_crew = {c.customer_id: c for c in candidates}, {crew.crew_id: crew for crew in crews}
    left = budgets_left(policy.budgets, before, by_id, by_crew, state, roads, policy.modes)
    policy = replace(policy, budgets=raised_for(steady.problem, _promised(steady, first), left))
    result = _best_of_starts(steady, first, policy.iterations, seed, progress)
    within = within_budgets(steady.problem, result.routes, policy.budgets, lambda priced, start: None)
    solved = Solved(steady.problem, replace(result, routes=within.routes), tuple(within.notes()), within.uses)
    solved = _out_of_sight(solved, steady, policy)
    made = assemble(Asked(pool, policy, dropped), solved, seed)
    kept = [pin for pin in bound if pin.customer_id in solved.served]
    revised = _whole_day(made, before, state, _lost_pins(pins, kept, pool))
    if wrong := rest_violations(
        revised, before, candidates, crews, policy, state, roads, pins=kept, drops=dropped
    ):
        raise InvalidPlan(f"The revised plan breaks {len(wrong)} rules and is withheld: {wrong[0]}. Report this.")
    return revised


def _waiting(before: Plan, state: DayState) -> list[PlannedVisit]:
    gone = {visit.customer_id for visit in state.done}
    return [visit for visit in before.visits if visit.customer_id not in gone]


def _steady(problem: PlanProblem, waiting: Sequence[PlannedVisit], change_fen: int) -> _Steady:
    """Each stop that is driven now, twice: for its present crew, and for all the others."""
    vehicles = {trip.crew.crew_id: v for v, trip in enumerate(problem.trips)}
    numbers = {one.customer_id: c for c, one in enumerate(problem.customers)}
    allowed = problem.routes.allowed.copy()
    present: list[list[int]] = [[] for _ in problem.trips]
    copies: list[int] = []
    for visit in sorted(waiting, key=lambda v: (v.crew_id, v.order)):
        v, c = vehicles.get(visit.crew_id), numbers.get(visit.customer_id)
        if v is None or c is None:
            continue
        for stop in problem.stops_of(c, visit.day):
            if allowed[stop, v] and _same(problem.stops[stop], visit):
                allowed[stop, v] = False
                present[v].append(len(problem.stops) + len(copies))
                copies.append(stop)
    homes = {stop: v for v, mine in enumerate(present) for stop in mine}
    both = _copied(problem, copies, allowed, homes)
    value = both.routes.value.copy()
    value[len(problem.stops) :] += change_fen * UNITS_PER_FEN
    return _Steady(both, replace(both.routes, value=value), present)


def _same(stop: Stop, visit: PlannedVisit) -> bool:
    option = stop.options[visit.day]
    return (option.cleared.address_id, option.window) == (visit.address_id, visit.window)


def _copied(
    problem: PlanProblem, copies: Sequence[int], allowed: NDArray[np.bool_], homes: dict[int, int]
) -> PlanProblem:
    rows = np.zeros((len(copies), allowed.shape[1]), dtype=np.bool_)
    for k in range(len(copies)):
        rows[k, homes[len(problem.stops) + k]] = True
    routes = problem.routes
    index = np.concatenate([np.arange(len(problem.stops)), np.array(copies, dtype=np.int64)])
    doubled = replace(
        routes,
        customer=routes.customer[index],
        place=routes.place[index],
        early_s=routes.early_s[index],
        late_s=routes.late_s[index],
        service_s=routes.service_s[index],
        value=routes.value[index],
        allowed=np.concatenate([allowed, rows]),
    )
    return replace(problem, stops=tuple(problem.stops[i] for i in index), routes=doubled)


def _best_of_starts(
    steady: _Steady, first: Sequence[bool], iterations: int, seed: int, watch: solver.Watch | None
) -> EngineResult:
    """From each start a search: promises kept first, then the other musts, then money, decide.

    The search mostly stays near its start, and the best rest of a day may be near the old plan or far from it.
    """

    def rank(found: EngineResult) -> tuple[int, int, int]:
        served = {int(steady.routes.customer[i]) for route in found.routes for i in route}
        promised = sum(first[c] for c in served)
        return promised, sum(bool(steady.routes.must[c]) for c in served), worth(steady.routes, found.routes)

    results = [
        best_routes(steady.routes, iterations=iterations, seed=seed, first=first, start=start, watch=watch)
        for start in _starts(steady, first)
    ]
    return max(results, key=rank)


def _out_of_sight(solved: Solved, steady: _Steady, policy: PlanningPolicy) -> Solved:
    """As in the first plan, with the price of change on top of what a move costs: few crews are told anew."""
    if policy.sight is None:
        return solved
    routes = solved.result.routes
    apart = taken_apart(replace(steady.problem, routes=steady.routes), routes, policy.sight)
    if apart.routes == routes or not keeps_budgets(steady.problem, apart.routes, policy.budgets):
        return solved
    lost = worth(steady.problem.routes, routes) - worth(steady.problem.routes, apart.routes)
    told = replace(apart, cost_fen=-(-lost // UNITS_PER_FEN)).notes(policy.sight)
    return Solved(
        solved.problem,
        replace(solved.result, routes=apart.routes),
        (*solved.notes, *told),
        told_uses(steady.problem, apart.routes, solved.uses),
    )


def _starts(steady: _Steady, first: Sequence[bool]) -> list[list[list[int]]]:
    """Driving on as planned, filling up anew around the promises, and nothing at all."""
    kept = _promised(steady, first)
    driven = [list(route) for route in kept]
    _drive_on(steady.routes, driven, steady.present)
    return [driven, kept, [[] for _ in steady.present]]


def _promised(steady: _Steady, first: Sequence[bool]) -> list[list[int]]:
    """Routes of promised and pinned visits alone."""
    routes = steady.routes
    must = routes.must[routes.customer] if routes.stops else routes.must
    promised: list[list[int]] = [[] for _ in steady.present]
    _drive_on(routes, promised, [[i for i in mine if must[i]] for mine in steady.present])
    only = replace(routes, allowed=routes.allowed & must[:, None]) if routes.stops else routes
    return insert_greedily(only, promised, first)


def _drive_on(routes: RouteProblem, growing: list[list[int]], present: Sequence[Sequence[int]]) -> None:
    """Put the present stops of each vehicle where they fit best among those it has, in their order."""
    served = {int(routes.customer[i]) for route in growing for i in route}
    for vehicle, mine in enumerate(present):
        for stop in mine:
            table = insertions(routes, vehicle, growing[vehicle])
            if int(routes.customer[stop]) not in served and table.net_units[stop] > NEVER:
                growing[vehicle].insert(int(table.position[stop]), stop)
                served.add(int(routes.customer[stop]))


def _lost_pins(pins: Sequence[Pin], kept: Sequence[Pin], pool: Sequence[Candidate]) -> tuple[Message, ...]:
    waiting = {one.customer_id for one in pool}
    lost = [pin for pin in pins if pin.customer_id in waiting and pin not in kept]
    return tuple(Message(UNPINNED, {"customer": pin.customer_id, "crew": pin.crew_id}) for pin in lost)


def _whole_day(made: Plan, before: Plan, state: DayState, notes: tuple[Message, ...]) -> Plan:
    done = done_visits(before, state)
    begun = {crew: sum(v.crew_id == crew for v in done) for crew in {v.crew_id for v in done}}
    rest = [replace(v, order=v.order + begun.get(v.crew_id, 0)) for v in made.visits]
    visits = sorted([*done, *rest], key=lambda v: (v.crew_id, v.order))
    tried = {v.customer_id for v in done}
    left = tuple(u for u in made.unplanned if u.customer_id not in tried)
    return replace(
        made,
        visits=tuple(visits),
        unplanned=(*left, *_withdrawn(before, state)),
        notes=(*made.notes, *notes),
        versions=made.versions
        | {"compliance": ", ".join(sorted({p for v in visits for p in v.cleared.pack_versions}))},
    )


def _withdrawn(before: Plan, state: DayState) -> list[Unplanned]:
    """Who was to be visited or might have been, and the reason why nobody goes."""
    names = sorted(set(state.withdrawn) - {visit.customer_id for visit in state.done})
    return [Unplanned(name, (Reason(Why.WITHDRAWN, state.withdrawn[name]),)) for name in names]
