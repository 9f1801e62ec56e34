"""Whom, when, by whom, in what order: the wiring of the named steps. Start reading here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from zoufang.core.errors import Conflict
from zoufang.core.planning import explain, solver
from zoufang.core.planning.candidates import Candidate
from zoufang.core.planning.check import InvalidPlan, violations
from zoufang.core.planning.crews import Crew
from zoufang.core.planning.greedy import ENGINE as GREEDY
from zoufang.core.planning.greedy import insert_greedily
from zoufang.core.planning.intake import look_over
from zoufang.core.planning.plans import CrewDay, Pin, Plan, PlannedVisit, Reason, Unplanned
from zoufang.core.planning.policy import PlanningPolicy
from zoufang.core.planning.problem import UNITS_PER_FEN, DayProblem, Routes, day_problem
from zoufang.core.planning.schedule import objective_units
from zoufang.core.planning.timetable import crew_days, planned_visits
from zoufang.core.planning.travel import CircuityTravel, TravelTimes
from zoufang.core.values import Message, gettext_noop


@dataclass(frozen=True, slots=True)
class DaySolution:
    """One day solved: its integer problem, the routes, by which engine, and what should be known about that."""

    problem: DayProblem
    routes: Routes
    engine: str
    notes: tuple[Message, ...] = ()

    @property
    def served(self) -> set[str]:
        problem = self.problem
        return {problem.customers[problem.stops[i].customer].customer_id for r in self.routes for i in r}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the caller passed, looked over; crews by id."""

    candidates: Sequence[Candidate]
    crews: Sequence[Crew]
    policy: PlanningPolicy
    pins: Sequence[Pin]
    drops: Sequence[str]


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
    """A checked plan of the days, one after the other, each customer at most once.

    Same arguments, same plan, in whatever order candidates and crews come. `progress` may return False to stop
    early (which gives up repeatability). Raises BadInput before solving, Conflict for pins that don't fit.
    """
    look_over(candidates, crews, policy, days, pins, drops)
    asked = _Asked(candidates, sorted(crews, key=lambda crew: crew.crew_id), policy, pins, drops)
    roads = travel or CircuityTravel(policy.travel)
    pool = [c for c in candidates if c.customer_id not in drops and not c.blocked_by]
    solutions: list[DaySolution] = []
    for day in sorted(days):
        solutions.append(solve_day(_problem_of(day, pool, asked, roads), policy, seed, progress))
        pool = [c for c in pool if c.customer_id not in solutions[-1].served]
    _pins_honoured(pins, solutions)
    made = _assemble(asked, solutions, seed)
    if wrong := violations(made, candidates, crews, policy, roads, pins=pins, drops=drops):
        raise InvalidPlan(f"The plan breaks {len(wrong)} rules and is withheld: {wrong[0]}. Report this.")
    return made


def solve_day(
    problem: DayProblem, policy: PlanningPolicy, seed: int, progress: solver.Watch | None = None
) -> DaySolution:
    """Greedy first, then the engine from there; what the engine can't do, greedy has done already."""
    start = insert_greedily(problem)
    if policy.iterations == 0 or not problem.stops:
        return DaySolution(problem, start, GREEDY)
    try:
        better = solver.improve(problem, start, iterations=policy.iterations, seed=seed, watch=progress)
    except solver.EngineFailed as error:
        note = Message(
            gettext_noop("%(day)s: the route engine could not be used (%(error)s). This is the greedy plan."),
            {"day": problem.day, "error": str(error)},
        )
        return DaySolution(problem, start, GREEDY, (note,))
    return DaySolution(problem, _best(problem, start, insert_greedily(problem, better)), solver.engine_name())


def _best(problem: DayProblem, *choices: Routes) -> Routes:
    """More required customers first, then more money; the first of equals."""

    def rank(routes: Routes) -> tuple[int, int]:
        served = {problem.stops[i].customer for route in routes for i in route}
        worth = objective_units(problem, routes)
        return sum(problem.must[c] for c in served), worth if worth is not None else -(2**62)

    return max(choices, key=rank)


def _problem_of(day: date, pool: Sequence[Candidate], asked: _Asked, roads: TravelTimes) -> DayProblem:
    other_day = {pin.customer_id for pin in asked.pins if pin.day not in (None, day)}
    todays = [c for c in pool if c.customer_id not in other_day]
    on_shift = [crew for crew in asked.crews if crew.works_on(day)]
    pins = {pin.customer_id: pin for pin in asked.pins}
    return day_problem(todays, on_shift, asked.policy, roads, day, pins)


def _pins_honoured(pins: Iterable[Pin], solutions: Sequence[DaySolution]) -> None:
    served = set().union(*(solution.served for solution in solutions))
    for pin in pins:
        if pin.customer_id not in served:
            text = gettext_noop(
                "The pinned visit to %(customer)s does not fit into the hours of crew %(crew)s together with its"
                " other pins. Move or remove a pin."
            )
            raise Conflict(Message(text, {"customer": pin.customer_id, "crew": pin.crew_id}))


def _assemble(asked: _Asked, solutions: Sequence[DaySolution], seed: int) -> Plan:
    served = set().union(*(solution.served for solution in solutions))
    left_out = sorted((c for c in asked.candidates if c.customer_id not in served), key=lambda c: c.source)
    worth = sum(objective_units(s.problem, s.routes) or 0 for s in solutions)
    ends = [explain.day_end(s.problem, s.routes) for s in solutions]
    visits: list[PlannedVisit] = [v for s in solutions for v in planned_visits(s.problem, s.routes)]
    trips: list[CrewDay] = [d for s in solutions for d in crew_days(s.problem, s.routes)]
    return Plan(
        days=tuple(s.problem.day for s in solutions),
        visits=tuple(visits),
        crew_days=tuple(trips),
        unplanned=tuple(Unplanned(c.customer_id, _reasons(c, asked, ends), c.required) for c in left_out),
        objective_fen=worth // UNITS_PER_FEN,
        seed=seed,
        engine=", ".join(sorted({s.engine for s in solutions})),
        notes=tuple(note for s in solutions for note in s.notes),
        versions=_versions(visits, asked.policy, solutions),
    )


def _reasons(candidate: Candidate, asked: _Asked, ends: Sequence[explain.DayEnd]) -> tuple[Reason, ...]:
    """Every different reason over the days; days on which a customer has no option say nothing if others do."""
    if candidate.blocked_by:
        return explain.refused(candidate)
    if candidate.customer_id in asked.drops:
        return (explain.dropped(),)
    days = {option.day for option in candidate.options}
    relevant = [end for end in ends if end.problem.day in days] or list(ends[:1])
    found = [explain.why_not(candidate, end, asked.policy) for end in relevant]
    return tuple(reason for i, reason in enumerate(found) if reason not in found[:i])


def _versions(
    visits: Sequence[PlannedVisit], policy: PlanningPolicy, solutions: Sequence[DaySolution]
) -> dict[str, str]:
    packs = sorted({pack for visit in visits for pack in visit.cleared.pack_versions})
    engines = sorted({solution.engine for solution in solutions})
    return {"policy": policy.version, "engine": ", ".join(engines), "compliance": ", ".join(packs)}
