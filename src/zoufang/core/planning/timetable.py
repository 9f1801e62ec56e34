"""From routes of indices to what people read: stops with times and worth, crews with their day."""

from __future__ import annotations

from collections.abc import Iterator

from zoufang.core.planning.explain import why_planned
from zoufang.core.planning.plans import CrewDay, PlannedVisit
from zoufang.core.planning.problem import UNITS_PER_FEN, PlanProblem, Routes
from zoufang.core.planning.schedule import Timing, time_route


def planned_visits(problem: PlanProblem, routes: Routes) -> Iterator[PlannedVisit]:
    """Every stop by crew and order."""
    for trip, route in enumerate(routes):
        timing = time_route(problem.routes, trip, route) if route else None
        if timing is not None:
            yield from (_visit(problem, trip, route, timing, k) for k in range(len(route)))


def crew_days(problem: PlanProblem, routes: Routes) -> Iterator[CrewDay]:
    """The day of every crew that goes out."""
    for trip, route in enumerate(routes):
        timing = time_route(problem.routes, trip, route) if route else None
        if timing is not None:
            crew, over_s = problem.trips[trip].crew, _over_s(problem, trip, timing)
            yield CrewDay(
                crew_id=crew.crew_id,
                day=problem.trips[trip].day,
                leave_s=timing.leave_s,
                back_s=timing.back_s,
                travel_s=timing.travel_s,
                metres=timing.metres,
                cost_fen=-(-timing.cost_units // UNITS_PER_FEN),
                stops=len(route),
                mode=crew.mode,
                over_s=over_s,
                overtime_fen=-(-over_s * crew.overtime_fen_per_minute // 60),
            )


def _over_s(problem: PlanProblem, trip: int, timing: Timing) -> int:
    return max(0, timing.back_s - timing.leave_s - int(problem.routes.regular_s[trip]))


def _visit(problem: PlanProblem, trip: int, route: list[int], timing: Timing, k: int) -> PlannedVisit:
    stop, day = problem.stops[route[k]], problem.trips[trip].day
    candidate, option, pinned = problem.customers[stop.customer], stop.options[day], problem.pinned[stop.customer]
    cost_fen, minutes = _gives_back(problem, trip, route, timing, k)
    return PlannedVisit(
        customer_id=candidate.customer_id,
        crew_id=problem.trips[trip].crew.crew_id,
        day=day,
        order=k + 1,
        address_id=option.cleared.address_id,
        purpose=candidate.purpose,
        window=option.window,
        arrive_s=timing.arrive_s[k],
        start_s=timing.start_s[k],
        end_s=timing.start_s[k] + stop.service_s,
        gross_value_fen=stop.gross_fen,
        gives_back_fen=cost_fen,
        gives_back_minutes=minutes,
        p_met=option.p_met.mean,
        required=candidate.required,
        why=why_planned(candidate, option, stop.gross_fen, minutes, cost_fen, pinned, stop.tie),
        cleared=option.cleared,
    )


def _gives_back(problem: PlanProblem, trip: int, route: list[int], timing: Timing, k: int) -> tuple[int, int]:
    """Fen and whole minutes saved by leaving out the k-th stop and keeping the rest."""
    if len(route) == 1:
        return timing.cost_units // UNITS_PER_FEN, (timing.back_s - timing.leave_s) // 60
    without = time_route(problem.routes, trip, route[:k] + route[k + 1 :])
    if without is None:  # possible where the straight road is slower than the way past this door
        return 0, 0
    saved_s = (timing.back_s - timing.leave_s) - (without.back_s - without.leave_s)
    return (timing.cost_units - without.cost_units) // UNITS_PER_FEN, saved_s // 60
