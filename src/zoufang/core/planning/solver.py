"""The one door to PyVRP: our integer day in, better routes out.

PyVRP cuts floats silently and may return an infeasible best, so everything handed over is a
checked integer, feasibility is asked for, and its cost must equal our own to the unit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from math import gcd
from typing import Any

import numpy as np
import pyvrp
from numpy.typing import NDArray
from pyvrp.search import NeighbourhoodParams, PerturbationParams

from zoufang.core.errors import ZoufangError
from zoufang.core.planning.problem import UNITS_PER_FEN, DayProblem, Routes
from zoufang.core.planning.schedule import objective_units, route_cost_units

FORBIDDEN_S = 1_000_000  # seconds into a place that a crew may not serve
LARGEST = 2**44  # what PyVRP's sums bear with room to spare
WARM_AND_LARGE = 1_000  # options; from there on small perturbations of a warm start measured better
REPORT_EVERY = 50


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the search stands: best objective so far in fen (None while nothing feasible is known)."""

    iteration: int
    iterations: int
    objective_fen: int | None


Watch = Callable[[Progress], bool | None]  # False stops the search; the best so far is kept


class EngineFailed(ZoufangError):
    """The engine could not be used for this day; the caller falls back to greedy and says so."""

    code = "engine_failed"


def engine_name() -> str:
    return f"pyvrp {version('pyvrp')}"


def improve(
    problem: DayProblem, start: Routes, *, iterations: int, seed: int, watch: Watch | None = None
) -> Routes:
    """Routes at least as good as `start`; the same seed and iterations give the same routes.

    Required customers that `start` serves stay served. Raises EngineFailed.
    """
    try:
        return _Day(problem, start).solve(iterations, seed, watch)
    except EngineFailed:
        raise
    except Exception as error:  # whatever goes wrong in the engine, the bank still gets a plan
        raise EngineFailed(f"{type(error).__name__}: {error}") from error


class _Day:
    """One problem in PyVRP's terms. Client i is stop i; place p is location p."""

    def __init__(self, problem: DayProblem, start: Routes) -> None:
        self.problem, self.start = problem, start
        served = {problem.stops[i].customer for route in start for i in route}
        self.must = [must and c in served for c, must in enumerate(problem.must)]
        self.scale = _largest_common_unit(problem)
        self.lift = self._lifts()
        self.data = self._data()

    def solve(self, iterations: int, seed: int, watch: Watch | None) -> Routes:
        routes = [pyvrp.Route(self.data, stops, crew) for crew, stops in enumerate(self.start) if stops]
        stop = _Stop(iterations, watch, self._objective_fen)
        result = pyvrp.solve(
            self.data,
            stop,
            seed=seed,
            collect_stats=False,
            params=self._params(),
            initial_solution=pyvrp.Solution(self.data, routes) if routes else None,
        )
        if not result.best.is_feasible():
            raise EngineFailed("the engine found no feasible routes")
        found = self._routes(result.best)
        self._must_agree(result.best, found)
        return found

    def _lifts(self) -> list[int]:
        """What is added to each customer's prizes: PyVRP takes none below zero, which required stops may have."""
        lowest = [0] * len(self.problem.customers)
        for stop in self.problem.stops:
            lowest[stop.customer] = min(lowest[stop.customer], stop.gross_fen)
        return [-low for low in lowest]

    def _data(self) -> pyvrp.ProblemData:
        problem, crews = self.problem, range(len(self.problem.crews))
        members: list[list[int]] = [[] for _ in problem.customers]
        for i, stop in enumerate(problem.stops):
            members[stop.customer].append(i)
        groups = [pyvrp.ClientGroup(m, required=must) for m, must in zip(members, self.must, strict=True)]
        profile_of, seconds = self._profiles()
        return pyvrp.ProblemData(
            [pyvrp.Location(0, 0) for _ in range(len(problem.seconds))],
            [self._client(i) for i in range(len(problem.stops))],
            [pyvrp.Depot(crew) for crew in crews],
            [self._vehicle(crew, profile_of[crew]) for crew in crews],
            [_whole(problem.metres)] * len(seconds),
            [_whole(matrix) for matrix in seconds],
            groups,
        )

    def _client(self, i: int) -> pyvrp.Client:
        stop = self.problem.stops[i]
        return pyvrp.Client(
            stop.place,
            service_duration=stop.service_s,
            tw_early=stop.early_s,
            tw_late=stop.late_s,
            prize=self._prize(i),
            required=False,
            group=stop.customer,
        )

    def _prize(self, i: int) -> int:
        stop = self.problem.stops[i]
        fen = stop.gross_fen + self.lift[stop.customer]
        return _bounded(fen * UNITS_PER_FEN // self.scale)

    def _vehicle(self, crew: int, profile: int) -> pyvrp.VehicleType:
        shift = self.problem.crews[crew].shift
        return pyvrp.VehicleType(
            start_depot=crew,
            end_depot=crew,
            tw_early=shift.start_min * 60,
            tw_late=shift.end_min * 60,
            unit_duration_cost=_bounded(route_cost_units(self.problem, crew, 1, 0) // self.scale),
            unit_distance_cost=_bounded(route_cost_units(self.problem, crew, 0, 1) // self.scale),
            profile=profile,
        )

    def _profiles(self) -> tuple[list[int], list[Any]]:
        """One matrix of seconds for each set of places that may be served, and which crew drives by which."""
        problem = self.problem
        profile_of: list[int] = []
        matrices: list[Any] = []  # PyVRP's stubs know no shapes
        known: dict[bytes, int] = {}
        for crew in range(len(problem.crews)):
            open_places = np.zeros(len(problem.seconds), dtype=np.bool_)
            open_places[: len(problem.crews)] = True
            open_places[[s.place for s, ok in zip(problem.stops, problem.allowed[:, crew], strict=True) if ok]] = (
                True
            )
            key = open_places.tobytes()
            if key not in known:
                known[key] = len(matrices)
                matrices.append(np.where(open_places[None, :], problem.seconds, FORBIDDEN_S))
                np.fill_diagonal(matrices[-1], 0)
            profile_of.append(known[key])
        return profile_of, matrices

    def _params(self) -> pyvrp.SolveParams:
        """A minute's lateness must cost more than the dearest prize, else infeasible routes win."""
        dearest = max((self._prize(i) for i in range(len(self.problem.stops))), default=0)
        penalty = pyvrp.PenaltyParams(max_penalty=float(max(100_000, dearest // 60)))
        perturbation = PerturbationParams(1, 5 if len(self.problem.stops) >= WARM_AND_LARGE else 25)
        return pyvrp.SolveParams(penalty=penalty, perturbation=perturbation, neighbourhood=NeighbourhoodParams())

    def _routes(self, solution: pyvrp.Solution) -> Routes:
        routes: Routes = [[] for _ in self.problem.crews]
        for route in solution.routes():
            routes[route.vehicle_type()].extend(a.idx for a in route if a.is_client())
        return routes

    def _must_agree(self, solution: pyvrp.Solution, routes: Routes) -> None:
        theirs = solution.prizes() - solution.duration_cost() - solution.distance_cost()
        lifts = sum(self.lift[self.problem.stops[i].customer] for route in routes for i in route)
        ours = objective_units(self.problem, routes)
        if ours is None or ours != theirs * self.scale - lifts * UNITS_PER_FEN:
            raise EngineFailed(f"the engine's objective {theirs} differs from ours {ours}")

    def _objective_fen(self, cost: float) -> int | None:
        """Fen of a PyVRP cost: the prizes at stake less what it leaves uncollected and spends."""
        if cost >= LARGEST * 1024:
            return None
        at_stake = sum(self._prize(i) for i in range(len(self.problem.stops)))
        lifts = sum(lift for lift, must in zip(self.lift, self.must, strict=True) if must)
        return (at_stake - int(cost)) * self.scale // UNITS_PER_FEN - lifts


class _Stop:
    """Stops after so many iterations, or when the watcher says so."""

    def __init__(self, iterations: int, watch: Watch | None, in_fen: Callable[[float], int | None]) -> None:
        self.iterations, self.watch, self.in_fen, self.done = iterations, watch, in_fen, 0

    def __call__(self, best_cost: float) -> bool:
        stop = False
        if self.watch is not None and self.done % REPORT_EVERY == 0:
            stop = self.watch(Progress(self.done, self.iterations, self.in_fen(best_cost))) is False
        self.done += 1
        return stop or self.done > self.iterations


def _largest_common_unit(problem: DayProblem) -> int:
    """The coarsest money unit in which all rates and values are whole: small numbers keep the penalties strong."""
    crews = range(len(problem.crews))
    rates = [route_cost_units(problem, c, 1, 0) for c in crews] + [
        route_cost_units(problem, c, 0, 1) for c in crews
    ]
    return gcd(UNITS_PER_FEN, *rates)


def _bounded(number: int) -> int:
    if not isinstance(number, int) or not 0 <= number < LARGEST:
        raise EngineFailed(f"{number!r} is not a whole number that the engine can count with")
    return number


def _whole(matrix: NDArray[np.int64]) -> Any:
    if matrix.dtype != np.int64 or matrix.min(initial=0) < 0 or matrix.max(initial=0) >= LARGEST:
        raise EngineFailed("a travel matrix is not made of whole, bounded, non-negative numbers")
    return matrix
