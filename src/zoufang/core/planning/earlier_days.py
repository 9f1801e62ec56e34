"""Of several days the fuller ones first: whoever need not wait for a visit does not, where that costs nothing."""

from __future__ import annotations

from zoufang.core.planning.problem import PlanProblem, Routes
from zoufang.core.planning.route_problem import RouteProblem, drive


def brought_forward(problem: PlanProblem, routes: Routes) -> Routes:
    """The same routes, each with more stops than another changed with it into the earlier of the two days.

    Only where both can be driven as they are by the crews then, at no more cost. The search does not do this: it
    values a visit the same on every day on which nothing else differs.
    """
    if len(problem.days) < 2:
        return routes
    found = list(routes)
    trips = range(len(found))
    for early in trips:
        later = [late for late in trips if problem.trips[late].day > problem.trips[early].day]
        for late in sorted(later, key=lambda t: -len(found[t])):
            if len(found[late]) <= len(found[early]):
                break
            if _may_change(problem.routes, found, early, late):
                found[early], found[late] = found[late], found[early]
                break
    return found


def _may_change(problem: RouteProblem, routes: Routes, one: int, other: int) -> bool:
    before = _cost(problem, one, routes[one]), _cost(problem, other, routes[other])
    after = _cost(problem, one, routes[other]), _cost(problem, other, routes[one])
    if None in before or None in after:
        return False
    return sum(cost or 0 for cost in after) <= sum(cost or 0 for cost in before)


def _cost(problem: RouteProblem, vehicle: int, stops: list[int]) -> int | None:
    """None where the crew may not make one of these stops on its day, or cannot in this order."""
    if not problem.allowed[stops, vehicle].all():
        return None
    times = drive(problem, vehicle, stops)
    return None if times is None else times.cost
