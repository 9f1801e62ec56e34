"""PyVRP in its default settings, cold or from given routes.

Identical vehicles are one vehicle type; a place has a location for each set of vehicles that may serve there, and
each such set of open locations is a profile. Building the model and the neighbourhood count as PyVRP's time.
"""

from __future__ import annotations

import numpy as np
import pyvrp

from benchmarks.planning.shared import PeerFailed, money_unit, own_time, remaining
from zoufang.core.planning.route_problem import RouteProblem, Routes

FORBIDDEN_S = 1_000_000


def cold(problem: RouteProblem, deadline: float, seed: int) -> Routes:
    return solve(problem, deadline, seed, start=None)


def solve(problem: RouteProblem, deadline: float, seed: int, *, start: Routes | None) -> Routes:
    """PyVRP's best when the deadline comes, for each vehicle. Raises PeerFailed if it is not feasible."""
    model = Model(problem)
    remaining(deadline, own_time)
    result = pyvrp.solve(
        model.data,
        lambda _best: own_time() >= deadline,
        seed=seed,
        collect_stats=False,
        initial_solution=None if start is None else model.solution(start),
    )
    if not result.best.is_feasible():
        raise PeerFailed("its best routes are not feasible")
    return model.routes(result.best)


class Model:
    def __init__(self, problem: RouteProblem) -> None:
        self.problem, self.unit = problem, money_unit(problem)
        self.cars = _alike(problem)
        self.type_of = {car: kind for kind, cars in enumerate(self.cars) for car in cars}
        self._locate()
        self.data = self._data()

    def _locate(self) -> None:
        """Depots first, then each place once for each set of vehicles that may serve there."""
        problem, kinds = self.problem, [cars[0] for cars in self.cars]
        depots = np.unique(np.concatenate([problem.start, problem.end]))
        self.depot = {int(place): i for i, place in enumerate(depots)}
        patterns = problem.allowed[:, kinds]
        keys = [(int(p), row.tobytes()) for p, row in zip(problem.place, patterns, strict=True)]
        index = {key: len(depots) + i for i, key in enumerate(dict.fromkeys(keys))}
        self.location = [index[key] for key in keys]
        self.place = np.array([*depots, *(place for place, _ in index)], dtype=np.int64)
        may = np.stack([np.frombuffer(row, dtype=np.bool_) for _, row in index]) if index else patterns
        self.open = np.vstack([np.ones((len(depots), len(kinds)), dtype=np.bool_), may])

    def _data(self) -> pyvrp.ProblemData:
        problem = self.problem
        closed, profile_of = np.unique(~self.open, axis=1, return_inverse=True)
        seconds = problem.seconds[np.ix_(self.place, self.place)]
        metres = problem.metres[np.ix_(self.place, self.place)]
        matrices = []
        for column in range(closed.shape[1]):
            matrices.append(np.where(closed[None, :, column], FORBIDDEN_S, seconds))
            np.fill_diagonal(matrices[-1], 0)
        customers, group = np.unique(problem.customer, return_inverse=True)
        members: list[list[int]] = [[] for _ in customers]
        for i, g in enumerate(group):
            members[int(g)].append(i)
        return pyvrp.ProblemData(
            [pyvrp.Location(0, 0) for _ in self.place],
            [self._client(i, int(group[i])) for i in range(problem.stops)],
            [pyvrp.Depot(i) for i in range(len(self.depot))],
            [self._type(cars, int(profile_of[kind])) for kind, cars in enumerate(self.cars)],
            [metres] * len(matrices),
            matrices,
            [
                pyvrp.ClientGroup(m, required=bool(problem.must[c]))
                for m, c in zip(members, customers, strict=True)
            ],
        )

    def _client(self, i: int, group: int) -> pyvrp.Client:
        problem = self.problem
        return pyvrp.Client(
            self.location[i],
            delivery=[] if problem.load is None else [int(problem.load[i])],
            service_duration=int(problem.service_s[i]),
            tw_early=int(problem.early_s[i]),
            tw_late=int(problem.late_s[i]),
            prize=int(problem.value[i]) // self.unit,
            required=False,
            group=group,
        )

    def _type(self, cars: list[int], profile: int) -> pyvrp.VehicleType:
        problem, car = self.problem, cars[0]
        shift = int(problem.shift_late_s[car] - problem.shift_early_s[car])
        regular = min(int(problem.regular_s[car]), shift)
        return pyvrp.VehicleType(
            len(cars),
            capacity=[] if problem.capacity is None else [int(problem.capacity[car])],
            start_depot=self.depot[int(problem.start[car])],
            end_depot=self.depot[int(problem.end[car])],
            tw_early=int(problem.shift_early_s[car]),
            tw_late=int(problem.shift_late_s[car]),
            shift_duration=regular,
            max_overtime=shift - regular,
            unit_overtime_cost=int(problem.unit_overtime_s[car]) // self.unit,
            unit_distance_cost=int(problem.unit_m[car]) // self.unit,
            unit_duration_cost=int(problem.unit_s[car]) // self.unit,
            profile=profile,
        )

    def solution(self, routes: Routes) -> pyvrp.Solution:
        return pyvrp.Solution(
            self.data,
            [pyvrp.Route(self.data, list(stops), self.type_of[car]) for car, stops in enumerate(routes) if stops],
        )

    def routes(self, solution: pyvrp.Solution) -> Routes:
        routes: list[list[int]] = [[] for _ in range(self.problem.vehicles)]
        free = [list(cars) for cars in self.cars]
        for route in solution.routes():
            routes[free[route.vehicle_type()].pop(0)] = [a.idx for a in route if a.is_client()]
        return routes


def _alike(problem: RouteProblem) -> list[list[int]]:
    """Vehicles that differ in nothing."""
    columns = (
        problem.start, problem.end, problem.shift_early_s, problem.shift_late_s, problem.regular_s,
        problem.unit_s, problem.unit_overtime_s, problem.unit_m,
    )  # fmt: skip
    kinds: dict[tuple[object, ...], list[int]] = {}
    for car in range(problem.vehicles):
        capacity = None if problem.capacity is None else int(problem.capacity[car])
        key = (*(int(c[car]) for c in columns), capacity, problem.allowed[:, car].tobytes())
        kinds.setdefault(key, []).append(car)
    return list(kinds.values())
