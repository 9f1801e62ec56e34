"""What each constraint costs: the day solved again with one relaxed. An estimate, never a plan to go by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from zoufang.core.planning.candidates import Candidate
from zoufang.core.planning.crews import Crew
from zoufang.core.planning.plan import plan
from zoufang.core.planning.policy import PlanningPolicy
from zoufang.core.planning.travel import TravelTimes
from zoufang.core.values import Point, Precision, TimeWindow, gettext_noop

EXTRA_MINUTES = 60
MOST_ITERATIONS = 200
MIDNIGHT = 24 * 60


class Constraint(StrEnum):
    """A rule or want that can cost value. Relaxed here for pricing alone; the law is never relaxed in a plan."""

    TWO_PERSONS = "two_persons"
    HOURS = "hours"
    OVERTIME = "overtime"
    QUALIFICATIONS = "qualifications"
    MAP_POINTS = "map_points"
    REQUIRED = "required"
    HARM_PRICE = "harm_price"
    BUDGETS = "budgets"
    CARS = "cars"


CONSTRAINT_NAMES = {
    Constraint.TWO_PERSONS: gettext_noop("Two officers go together (law: priced, never relaxed)"),
    Constraint.HOURS: gettext_noop("Crews' hours: one more hour at the usual rate"),
    Constraint.OVERTIME: gettext_noop("No overtime: one hour of it at one and a half times the rate"),
    Constraint.QUALIFICATIONS: gettext_noop("Training that lacks or has lapsed"),
    Constraint.MAP_POINTS: gettext_noop("Addresses without a place on the map, as if at the crew's depot"),
    Constraint.REQUIRED: gettext_noop("Promised and drawn visits must be made"),
    Constraint.HARM_PRICE: gettext_noop("The price of complaint, hardship and incident"),
    Constraint.BUDGETS: gettext_noop("Budgets of branches and crews"),
    Constraint.CARS: gettext_noop("Fewer cars than crews that could use one"),
}


@dataclass(frozen=True, slots=True)
class Day:
    """What a plan is made from."""

    candidates: tuple[Candidate, ...]
    crews: tuple[Crew, ...]
    policy: PlanningPolicy


@dataclass(frozen=True, slots=True)
class ConstraintPrice:
    """Value and visits that one constraint costs: estimated by solving again with `seed` and `iterations`.

    Zero where solving again found nothing better: both plans are the search's best, not proven ones.
    """

    constraint: Constraint
    lost_fen: int
    lost_visits: int
    seed: int
    iterations: int


def price_of_constraints(
    candidates: Sequence[Candidate],
    crews: Sequence[Crew],
    policy: PlanningPolicy,
    *,
    days: Sequence[date],
    seed: int,
    only: Sequence[Constraint] = tuple(Constraint),
    travel: TravelTimes | None = None,
    told: Callable[[int, int], bool] | None = None,
) -> tuple[ConstraintPrice, ...]:
    """Each constraint's price, dearest first; those that this day does not know are left out.

    `told(done, total)` may return False: what is priced so far is given. Errors as in `plan`.
    """
    quick = replace(policy, iterations=min(policy.iterations, MOST_ITERATIONS))
    base = Day(tuple(candidates), tuple(crews), quick)

    def solved(day: Day) -> tuple[int, int]:
        made = plan(day.candidates, day.crews, day.policy, days=days, seed=seed, travel=travel)
        return made.objective_fen, len(made.visits)

    value, visits = solved(base)
    wanted = [(one, relaxed) for one in only if (relaxed := RELAXED[one](base)) != base]
    prices = []
    for done, (one, relaxed) in enumerate(wanted, start=1):
        more, further = solved(relaxed)
        prices.append(ConstraintPrice(one, max(0, more - value), further - visits, seed, quick.iterations))
        if told is not None and not told(done, len(wanted)):
            break
    return tuple(sorted(prices, key=lambda price: (-price.lost_fen, price.constraint)))


def _alone(day: Day) -> Day:
    """Each officer alone, as a crew with the pair's skills and half its cost a minute."""
    return replace(day, crews=tuple(_halves(day.crews)), policy=replace(day.policy, min_officers=1))


def _halves(crews: Sequence[Crew]) -> Iterator[Crew]:
    for crew in crews:
        for i, officer in enumerate(crew.officer_ids, start=1):
            yield replace(
                crew,
                crew_id=f"{crew.crew_id}/{i}",
                officer_ids=(officer,),
                cost_fen_per_minute=crew.cost_fen_per_minute // len(crew.officer_ids),
            )


def _longer(day: Day) -> Day:
    def longer(crew: Crew) -> Crew:
        end = min(MIDNIGHT - crew.overtime_minutes, crew.shift.end_min + EXTRA_MINUTES)
        return replace(crew, shift=TimeWindow(crew.shift.start_min, end))

    return replace(day, crews=tuple(longer(crew) for crew in day.crews))


def _overtime(day: Day) -> Day:
    def paid(crew: Crew) -> Crew:
        minutes = min(MIDNIGHT - crew.shift.end_min, crew.overtime_minutes + EXTRA_MINUTES)
        rate = crew.overtime_fen_per_minute or crew.cost_fen_per_minute // 2
        return replace(crew, overtime_minutes=minutes, overtime_fen_per_minute=rate)

    return replace(day, crews=tuple(paid(crew) for crew in day.crews))


def _trained(day: Day) -> Day:
    needed = frozenset[str]().union(*(c.needs.qualifications for c in day.candidates))
    return replace(
        day, crews=tuple(replace(crew, qualifications=crew.qualifications | needed) for crew in day.crews)
    )


def _placed(day: Day) -> Day:
    if not day.crews:
        return day
    return replace(day, candidates=tuple(_at(c, day.crews[0].depot) for c in day.candidates))


def _at(candidate: Candidate, point: Point) -> Candidate:
    return replace(
        candidate,
        addresses=tuple(
            replace(a, point=point, precision=Precision.TOWNSHIP) if a.point is None else a
            for a in candidate.addresses
        ),
    )


def _free(day: Day) -> Day:
    return replace(day, candidates=tuple(replace(c, required=False) for c in day.candidates))


def _harmless(day: Day) -> Day:
    """As if compliance set no price; only where somebody's chance of harm is known."""
    known = any(c.harms for c in day.candidates)
    return replace(day, policy=replace(day.policy, harm_price_fen={})) if known else day


def _unlimited(day: Day) -> Day:
    return replace(day, policy=replace(day.policy, budgets=()))


def _all_by_car(day: Day) -> Day:
    return replace(day, policy=replace(day.policy, cars=()))


RELAXED: dict[Constraint, Callable[[Day], Day]] = {
    Constraint.TWO_PERSONS: _alone,
    Constraint.HOURS: _longer,
    Constraint.OVERTIME: _overtime,
    Constraint.QUALIFICATIONS: _trained,
    Constraint.MAP_POINTS: _placed,
    Constraint.REQUIRED: _free,
    Constraint.HARM_PRICE: _harmless,
    Constraint.BUDGETS: _unlimited,
    Constraint.CARS: _all_by_car,
}
