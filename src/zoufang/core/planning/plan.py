"""Whom, when, by whom, in what order: the wiring of the named steps. Start reading here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from zoufang.core.errors import Conflict
from zoufang.core.planning import explain, solver
from zoufang.core.planning.arranging import arranged, notes_of
from zoufang.core.planning.budgets import BudgetUse
from zoufang.core.planning.candidates import Candidate
from zoufang.core.planning.car_pool import CarAsk, Driven, with_cars, without_car
from zoufang.core.planning.check import InvalidPlan, violations
from zoufang.core.planning.crews import Crew
from zoufang.core.planning.engines import EngineResult, best_routes
from zoufang.core.planning.intake import look_over
from zoufang.core.planning.plans import Pin, Plan, Reason, Unplanned
from zoufang.core.planning.policy import PlanningPolicy
from zoufang.core.planning.problem import UNITS_PER_FEN, Going, PlanProblem, Routes, plan_problem
from zoufang.core.planning.route_problem import RouteProblem, worth
from zoufang.core.planning.timetable import crew_days, planned_visits
from zoufang.core.planning.travel import CircuityTravel, TravelTimes
from zoufang.core.planning.within_budgets import keeps_budgets, told_uses, within_budgets
from zoufang.core.values import Message, gettext_noop

PIN_DOES_NOT_FIT = gettext_noop(
    "The pinned visit to %(customer)s does not fit into the hours of crew %(crew)s together with its"
    " other pins. Move or remove a pin."
)
PIN_OVER_BUDGET = gettext_noop(
    "The pinned visit to %(customer)s does not fit into the hours of crew %(crew)s together with its"
    " other pins, or not into a budget. Move or remove a pin, or raise the budget."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller passed, looked over."""

    candidates: Sequence[Candidate]
    policy: PlanningPolicy
    drops: Sequence[str]


@dataclass(frozen=True, slots=True)
class Solved:
    problem: PlanProblem
    result: EngineResult
    notes: tuple[Message, ...] = ()
    uses: tuple[BudgetUse, ...] = ()

    @property
    def served(self) -> set[str]:
        problem = self.problem
        return {problem.customers[problem.stops[i].customer].customer_id for r in self.result.routes for i in r}


def plan(
    candidates: Sequence[Candidate],
    crews: Sequence[Crew],
    policy: PlanningPolicy,
    *,
    days: Sequence[date],
    seed: int,
    pins: Sequence[Pin] = (),
    drops: Sequence[str] = (),
    travel: TravelTimes | None = None,
    progress: solver.Watch | None = None,
) -> Plan:
    """A checked plan of all days together, each customer at most once.

    Same arguments, same plan, in whatever order candidates and crews come. `progress` may return False to stop
    early (which gives up repeatability). Raises BadInput before solving, Conflict for pins that don't fit.
    """
    look_over(candidates, crews, policy, days, pins, drops)
    roads = travel or CircuityTravel(policy.travel)
    pool = [c for c in candidates if c.customer_id not in drops and not c.blocked_by]
    solved = _searched(Pool(pool, crews, policy, roads, days, pins), seed, StopSign(progress))
    _pins_honoured(pins, solved, policy)
    made = assemble(Asked(candidates, policy, drops), solved, seed)
    if wrong := violations(made, candidates, crews, policy, roads, pins=pins, drops=drops):
        raise InvalidPlan(f"The plan breaks {len(wrong)} rules and is withheld: {wrong[0]}. Report this.")
    return made


@dataclass(frozen=True, slots=True)
class Pool:
    """Who may be planned, by whom and when."""

    candidates: Sequence[Candidate]
    crews: Sequence[Crew]
    policy: PlanningPolicy
    travel: TravelTimes
    days: Sequence[date]
    pins: Sequence[Pin]

    def problem(self, going: Going) -> PlanProblem:
        pins = {pin.customer_id: pin for pin in self.pins}
        return plan_problem(self.candidates, self.crews, self.policy, self.travel, self.days, pins, going)


def _searched(pool: Pool, seed: int, told: StopSign) -> Solved:
    """Freely by the cars there are, then within the budgets, then arranged as far as the budgets allow."""
    policy, effort = pool.policy, pool.policy.iterations * len(pool.days)

    def driven(going: Going) -> Driven:
        problem = pool.problem(going)
        first, watch = problem.pinned, told.watch
        return Driven(problem, best_routes(problem.routes, iterations=effort, seed=seed, first=first, watch=watch))

    ask = CarAsk(
        pool.candidates,
        pool.crews,
        policy,
        pool.travel,
        pool.days,
        {pin.customer_id: pin for pin in pool.pins},
        driven,
        lambda: not told.stopped,
    )
    going, free = with_cars(ask)
    kept = _kept_within(free, policy, effort // 2, seed, told)
    kept = replace(kept, notes=(*without_car(ask, going), *kept.notes))
    arranged = _arranged(kept, policy)
    if keeps_budgets(kept.problem, arranged.result.routes, policy.budgets):
        return replace(arranged, uses=told_uses(kept.problem, arranged.result.routes, kept.uses))
    return kept


def _kept_within(free: Driven, policy: PlanningPolicy, effort: int, seed: int, told: StopSign) -> Solved:
    problem, first = free.problem, free.problem.pinned

    def at_prices(priced: RouteProblem, start: Routes) -> Routes | None:
        if told.stopped:
            return None
        found = best_routes(priced, iterations=effort, seed=seed, first=first, start=start, watch=told.watch)
        return found.routes

    within = within_budgets(problem, free.result.routes, policy.budgets, at_prices)
    result = replace(free.result, routes=within.routes)
    return Solved(problem, result, tuple(within.notes()), within.uses)


class StopSign:
    """Remembers that the watcher has said stop: searches to come are left out."""

    def __init__(self, progress: solver.Watch | None) -> None:
        self.progress, self.stopped = progress, False

    @property
    def watch(self) -> solver.Watch | None:
        return self._ask if self.progress is not None else None

    def _ask(self, point: solver.Progress) -> bool | None:
        assert self.progress is not None  # noqa: S101 - `watch` gives this method only then
        said = self.progress(point)
        self.stopped = self.stopped or said is False
        return said


def _arranged(solved: Solved, policy: PlanningPolicy) -> Solved:
    found = arranged(solved.problem, solved.result.routes, policy)
    result = replace(solved.result, routes=found.routes)
    return replace(solved, result=result, notes=(*solved.notes, *notes_of([found], policy)))


def _pins_honoured(pins: Iterable[Pin], solved: Solved, policy: PlanningPolicy) -> None:
    served = solved.served
    for pin in pins:
        if pin.customer_id not in served:
            text = PIN_OVER_BUDGET if policy.budgets else PIN_DOES_NOT_FIT
            raise Conflict(Message(text, {"customer": pin.customer_id, "crew": pin.crew_id}))


def assemble(asked: Asked, solved: Solved, seed: int) -> Plan:
    problem, routes, served = solved.problem, solved.result.routes, solved.served
    left_out = sorted((c for c in asked.candidates if c.customer_id not in served), key=lambda c: c.source)
    ends = explain.day_ends(problem, routes, asked.policy.budgets)
    visits = tuple(planned_visits(problem, routes))
    return Plan(
        days=problem.days,
        visits=visits,
        crew_days=tuple(crew_days(problem, routes)),
        unplanned=tuple(Unplanned(c.customer_id, _reasons(c, asked, ends), c.required) for c in left_out),
        objective_fen=worth(problem.routes, routes) // UNITS_PER_FEN,
        seed=seed,
        engine=solved.result.engine,
        notes=_notes(solved),
        versions={
            "policy": asked.policy.version,
            "engine": solved.result.engine,
            "compliance": ", ".join(sorted({pack for v in visits for pack in v.cleared.pack_versions})),
        },
        budgets=solved.uses,
    )


def _notes(solved: Solved) -> tuple[Message, ...]:
    if not solved.result.failure:
        return solved.notes
    text = gettext_noop("%(day)s: the route engine could not be used (%(error)s). This is the greedy plan.")
    days = ", ".join(day.isoformat() for day in solved.problem.days)
    return (Message(text, {"day": days, "error": solved.result.failure}), *solved.notes)


def _reasons(candidate: Candidate, asked: Asked, ends: Sequence[explain.DayEnd]) -> tuple[Reason, ...]:
    """Every different reason over the days; days on which a customer has no option say nothing if others do."""
    if candidate.blocked_by:
        return explain.refused(candidate)
    if candidate.customer_id in asked.drops:
        return (explain.dropped(),)
    days = {option.day for option in candidate.options}
    relevant = [end for end in ends if end.day in days] or list(ends[:1])
    found = [explain.why_not(candidate, end, asked.policy) for end in relevant]
    return tuple(reason for i, reason in enumerate(found) if reason not in found[:i])
