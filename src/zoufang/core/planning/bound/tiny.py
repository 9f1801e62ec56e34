"""The exact optimum of a tiny problem by looking at every route: the oracle of the bound and of the engines."""

from __future__ import annotations

from zoufang.core.errors import BadInput
from zoufang.core.planning.bound.classes import carries
from zoufang.core.planning.route_problem import RouteProblem, drive

MOST = 9  # customers

Served = dict[int, tuple[int, tuple[int, ...]]]  # set of customers as bits -> the most units and the route


def exact_tiny(problem: RouteProblem) -> tuple[int, tuple[tuple[int, ...], ...]]:
    """Units and routes of the best plan: first as many as possible of those who must be served, then units.

    Shares nothing with the bound but `drive`. Raises BadInput above nine customers.
    """
    if problem.customers > MOST:
        raise BadInput(f"{problem.customers} customers are too many to try every plan. Pass at most {MOST}.")
    musts = sum(1 << c for c in range(problem.customers) if problem.must[c])
    plans: dict[int, tuple[int, tuple[tuple[int, ...], ...]]] = {0: (0, ())}
    for vehicle in range(problem.vehicles):
        options = _routes(problem, vehicle)
        longer: dict[int, tuple[int, tuple[tuple[int, ...], ...]]] = {}
        for served, (units, routes) in plans.items():
            for more, (earned, route) in options.items():
                if served & more:
                    continue
                known = longer.get(served | more)
                if known is None or known[0] < units + earned:
                    longer[served | more] = (units + earned, (*routes, route))
        plans = longer
    best = max(plans, key=lambda served: ((served & musts).bit_count(), plans[served][0]))
    return plans[best]


def _routes(problem: RouteProblem, vehicle: int) -> Served:
    """The best route of this vehicle for each set of customers it can serve."""
    best: Served = {0: (0, ())}
    open_routes: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    while open_routes:
        served, route = open_routes.pop()
        for stop in range(problem.stops):
            bit = 1 << int(problem.customer[stop])
            longer = (*route, stop)
            if served & bit or not problem.allowed[stop, vehicle] or not _in_time(problem, vehicle, longer):
                continue
            open_routes.append((served | bit, longer))
            times = drive(problem, vehicle, longer)
            if times is None or not carries(problem, vehicle, longer):
                continue
            units = int(problem.value[list(longer)].sum()) - times.cost
            if units > best.get(served | bit, (-(2**62), ()))[0]:
                best[served | bit] = (units, longer)
    return best


def _in_time(problem: RouteProblem, vehicle: int, stops: tuple[int, ...]) -> bool:
    """Whether every visit can begin in its hours. A way home too long here may be shorter from a later stop."""
    clock, here = int(problem.shift_early_s[vehicle]), int(problem.start[vehicle])
    for stop in stops:
        clock = max(clock + int(problem.seconds[here, problem.place[stop]]), int(problem.early_s[stop]))
        if clock > problem.late_s[stop]:
            return False
        clock, here = clock + int(problem.service_s[stop]), int(problem.place[stop])
    return True
