"""The checker's own count of what a plan uses of each budget. Imports no engine, shares none of their sums."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import ceil

from zoufang.core.planning.budgets import Budget, Resource
from zoufang.core.planning.candidates import Candidate
from zoufang.core.planning.check_costs import RouteCost, route_cost, routes_of
from zoufang.core.planning.crews import Crew
from zoufang.core.planning.modes import Mode, ModeRule
from zoufang.core.planning.plans import Plan
from zoufang.core.planning.travel import TravelTimes


def budgets_exceeded(
    plan: Plan,
    budgets: Sequence[Budget],
    candidates: Mapping[str, Candidate],
    crews: Mapping[str, Crew],
    travel: TravelTimes,
    modes: dict[Mode, ModeRule] | None = None,
) -> Iterator[str]:
    """Each budget of which the plan uses more than it may, or tells another use than the visits show."""
    told = {(use.budget.name, use.budget.resource): use.used for use in plan.budgets}
    uses = used_of(plan, budgets, candidates, crews, travel, modes)
    for budget, used in zip(budgets, uses, strict=True):
        if used > budget.limit:
            yield f"budget {budget.name} is exceeded: {used} {budget.resource} of {budget.limit} allowed"
        elif told.get((budget.name, budget.resource), used) != used:
            yield f"budget {budget.name} is told as used otherwise than the visits show ({used})"


def used_of(
    plan: Plan,
    budgets: Sequence[Budget],
    candidates: Mapping[str, Candidate],
    crews: Mapping[str, Crew],
    travel: TravelTimes,
    modes: dict[Mode, ModeRule] | None = None,
) -> tuple[int, ...]:
    """What the plan uses of each budget, in its units, rounded up."""
    if not budgets:
        return ()
    days = {
        (crew_id, day): (len(visits), route_cost(plan, crews[crew_id], day, visits, candidates, travel, modes))
        for (crew_id, day), visits in routes_of(plan).items()
    }
    return tuple(ceil(_sum(budget, days, crews)) for budget in budgets)


def _sum(
    budget: Budget, days: Mapping[tuple[str, date], tuple[int, RouteCost]], crews: Mapping[str, Crew]
) -> Fraction:
    return sum(
        (
            _amount(budget.resource, visits, cost)
            for (crew_id, day), (visits, cost) in days.items()
            if budget.covers(crew_id, crews[crew_id].branch, day)
        ),
        Fraction(0),
    )


def _amount(resource: Resource, visits: int, cost: RouteCost) -> Fraction:
    return {
        Resource.VISITS: Fraction(visits),
        Resource.MINUTES: Fraction(cost.away_s, 60),
        Resource.OVERTIME_MINUTES: Fraction(cost.over_s, 60),
        Resource.KM: Fraction(cost.metres, 1000),
        Resource.FEN: cost.fen,
        Resource.CREW_DAYS: Fraction(1),
    }[resource]
