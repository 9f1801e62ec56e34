"""VROOM: it weighs no prize against cost and knows no exclusive options, so each customer offers one address.

That is the address of the best option, in all hours in which it is offered (VROOM takes several windows a job).
VROOM serves the largest sum of priorities first and saves cost second. The priority grows with what the best
option is worth beyond its own minutes, up to the dearest hundredth; what cannot pay for those is not offered.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import vroom

from benchmarks.planning.shared import need_optional, remaining
from zoufang.core.planning.route_problem import Ints, RouteProblem, Routes

LARGEST_PRIORITY = 100
EXPLORATION = 5  # the most thorough
CORES = 2


def solve(problem: RouteProblem, deadline: float, seed: int) -> Routes:
    """VROOM's routes; it has no seed and uses both cores. Its timeout is soft: the cell shows what it took."""
    need_optional(problem)
    net = problem.value - problem.service_s * problem.unit_s.min(initial=0)
    offered = _best(problem, net)
    offered = offered[net[offered] > 0]
    same = _same_address(problem, net)
    if not offered.size:
        return [[] for _ in range(problem.vehicles)]
    task = vroom.Input()
    task.set_durations_matrix("car", problem.seconds)
    task.set_distances_matrix("car", problem.metres)
    needs, skills = _skills(problem, offered)
    task.add_vehicle([_vehicle(problem, car, skills[car]) for car in range(problem.vehicles)])
    full = max(1.0, float(np.quantile(net[offered], 0.99)))
    priority = np.clip(np.rint(LARGEST_PRIORITY * net[offered] / full), 1, LARGEST_PRIORITY).astype(int)
    task.add_job(
        [
            _job(problem, int(i), int(p), need, same[_address(problem, int(i))])
            for i, p, need in zip(offered, priority, needs, strict=True)
        ]
    )
    solution = task.solve(EXPLORATION, nb_threads=CORES, timeout=timedelta(seconds=remaining(deadline)))
    return _routes(problem, solution, same)


Address = tuple[int, int, bytes]  # customer, place, who may go


def _address(problem: RouteProblem, i: int) -> Address:
    return int(problem.customer[i]), int(problem.place[i]), problem.allowed[i].tobytes()


def _same_address(problem: RouteProblem, net: Ints) -> dict[Address, list[int]]:
    """The options that pay at each address of each customer, by their hours."""
    same: dict[Address, list[int]] = {}
    for i in np.lexsort((problem.early_s, problem.customer)).tolist():
        if net[i] > 0:
            same.setdefault(_address(problem, i), []).append(i)
    return same


def _best(problem: RouteProblem, net: Ints) -> Ints:
    """The option worth most of each customer that some vehicle may serve."""
    possible = np.flatnonzero(problem.allowed.any(axis=1))
    order = possible[np.lexsort((possible, -net[possible], problem.customer[possible]))]
    return order[np.unique(problem.customer[order], return_index=True)[1]]


def _skills(problem: RouteProblem, offered: Ints) -> tuple[list[set[int]], list[set[int]]]:
    """A skill for each set of vehicles that excludes one: its stops need it, its vehicles have it."""
    rows, which = np.unique(problem.allowed[offered], axis=0, return_inverse=True)
    needs: list[set[int]] = [set() if rows[w].all() else {int(w)} for w in which]
    return needs, [set(np.flatnonzero(rows[:, car]).tolist()) for car in range(problem.vehicles)]


def _job(problem: RouteProblem, i: int, priority: int, skills: set[int], hours: list[int]) -> vroom.Job:
    return vroom.Job(
        i,
        int(problem.place[i]),
        default_service=int(problem.service_s[i]),
        delivery=[] if problem.load is None else [int(problem.load[i])],
        skills=skills,
        priority=priority,
        time_windows=[vroom.TimeWindow(int(problem.early_s[j]), int(problem.late_s[j])) for j in hours],
    )


def _vehicle(problem: RouteProblem, car: int, skills: set[int]) -> vroom.Vehicle:
    return vroom.Vehicle(
        car,
        int(problem.start[car]),
        int(problem.end[car]),
        capacity=[] if problem.capacity is None else [int(problem.capacity[car])],
        skills=skills,
        time_window=vroom.TimeWindow(int(problem.shift_early_s[car]), int(problem.shift_late_s[car])),
        costs=_costs(problem, car),
    )


def _costs(problem: RouteProblem, car: int) -> vroom.VehicleCosts:
    """Only the ratio of the rates counts for VROOM, and it must not outgrow 32 bits."""
    hour, km = int(problem.unit_s[car]) * 3600, int(problem.unit_m[car]) * 1000
    common = max(1, hour // 3600)
    return vroom.VehicleCosts(per_hour=max(1, hour // common), per_km=km // common)


def _routes(problem: RouteProblem, solution: vroom.Solution, same: dict[Address, list[int]]) -> Routes:
    """Its jobs in order, each as the option in whose hours the service begins."""
    routes: list[list[int]] = [[] for _ in range(problem.vehicles)]
    frame = solution.routes
    frame = frame[frame["type"] == "job"]
    starts = frame["arrival"] + frame["waiting_time"]
    for car, job, start in zip(frame["vehicle_id"], frame["id"], starts, strict=True):
        hours = same[_address(problem, int(job))]
        routes[int(car)].append(next(j for j in hours if problem.early_s[j] <= start <= problem.late_s[j]))
    return routes
