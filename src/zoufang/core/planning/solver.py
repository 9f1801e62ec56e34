"""The one door to PyVRP: our integer problem in, better routes out.

PyVRP cuts floats silently and may return an infeasible best, so everything handed over is a
checked integer, feasibility is asked for, and its cost must equal our own to the unit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import pyvrp
from numpy.typing import NDArray
from pyvrp.search import NeighbourhoodParams, PerturbationParams

from zoufang.core.errors import ZoufangError
from zoufang.core.planning.fleet import kinds, place_alike
from zoufang.core.planning.route_problem import UNITS_PER_FEN, RouteProblem, Routes, worth

FORBIDDEN_S = 1_000_000  # seconds into a place that a crew may not serve
LARGEST = 2**44  # what PyVRP's sums bear with room to spare
WARM_AND_LARGE = 1_000  # options; from there on small perturbations of a warm start measured better
REPORT_EVERY = 50
BESTS_KEPT = 300


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the search stands: best objective so far in fen (None while nothing feasible is known)."""

    iteration: int
    iterations: int
    objective_fen: int | None


Watch = Callable[[Progress], bool | None]  # False stops the search; the best so far is kept
Seen = set[tuple[int, tuple[int, ...]]]


class EngineFailed(ZoufangError):
    """The engine could not be used for this problem; the caller falls back to greedy and says so."""

    code = "engine_failed"


def engine_name() -> str:
    return f"pyvrp {version('pyvrp')}"


def improve(
    problem: RouteProblem,
    start: Routes,
    *,
    seed: int,
    iterations: int | None = None,
    seconds: float | None = None,
    watch: Watch | None = None,
    seen: Seen | None = None,
) -> list[list[int]]:
    """Routes at least as good as `start`; the same seed and iterations give the same routes.

    Customers who must be served and whom `start` serves stay served. `seen` collects the routes of every new best
    as (vehicle that could drive it, stops). Raises EngineFailed.
    """
    try:
        return _Model(problem, start).solve(iterations, seconds, seed, watch, seen)
    except EngineFailed:
        raise
    except Exception as error:  # whatever goes wrong in the engine, the bank still gets a plan
        raise EngineFailed(f"{type(error).__name__}: {error}") from error


class _Model:
    """One problem in PyVRP's terms. Client i is stop i; a location is a place and who may stop there."""

    def __init__(self, problem: RouteProblem, start: Routes) -> None:
        self.problem, self.start = problem, start
        served = {int(problem.customer[i]) for route in start for i in route}
        self.must = [bool(must) and c in served for c, must in enumerate(problem.must)]
        self.scale = int(np.gcd.reduce(np.concatenate([problem.value, *self._rates()]))) or 1
        self.lift = np.zeros(problem.customers, dtype=np.int64)  # PyVRP takes no prize below zero
        np.maximum.at(self.lift, problem.customer, -problem.value)
        self.kind_of = kinds(problem)
        self.cars = [np.flatnonzero(self.kind_of == kind) for kind in np.unique(self.kind_of)]
        self.place_of, self.places, self.doors = self._locations()
        self.data = self._data()

    def _rates(self) -> tuple[NDArray[np.int64], ...]:
        problem = self.problem
        return problem.unit_s, problem.unit_overtime_s, problem.unit_m

    def solve(
        self,
        iterations: int | None,
        seconds: float | None,
        seed: int,
        watch: Watch | None,
        seen: Seen | None = None,
    ) -> list[list[int]]:
        routes = [
            pyvrp.Route(self.data, list(stops), int(self.kind_of[v]))
            for v, stops in enumerate(self.start)
            if stops
        ]
        stop: Any = _Stop(iterations, watch, self._objective_fen)
        if seconds is not None:
            stop = pyvrp.stop.MultipleCriteria([stop, pyvrp.stop.MaxRuntime(seconds)])
        result = pyvrp.solve(
            self.data,
            stop,
            seed=seed % 2**32,
            collect_stats=False,
            params=self._params(seen),
            initial_solution=pyvrp.Solution(self.data, routes) if routes else None,
        )
        if not result.best.is_feasible():
            raise EngineFailed("the engine found no feasible routes")
        found = self._routes(result.best)
        self._must_agree(result.best, found)
        return found

    def _locations(self) -> tuple[list[int], NDArray[np.int64], NDArray[np.bool_]]:
        """A location for each vehicle's ends, then one for each (place, crews that may stop there)."""
        problem = self.problem
        known: dict[tuple[int, bytes], int] = {}
        place_of = []
        rows = np.packbits(problem.allowed, axis=1)
        for i in range(problem.stops):
            key = (int(problem.place[i]), rows[i].tobytes())
            place_of.append(known.setdefault(key, len(known)))
        ends = np.unique(np.concatenate([problem.start, problem.end]))
        self.depots = {int(place): k for k, place in enumerate(ends)}
        first: dict[int, int] = {}
        for i, place in enumerate(place_of):
            first.setdefault(place, i)
        doors = problem.allowed[[first[k] for k in range(len(known))]] if known else problem.allowed[:0]
        places = np.concatenate([ends, np.array([place for place, _ in known], dtype=np.int64)])
        return [k + len(ends) for k in place_of], places, doors

    def _data(self) -> pyvrp.ProblemData:
        problem = self.problem
        members: list[list[int]] = [[] for _ in range(problem.customers)]
        for i, customer in enumerate(problem.customer):
            members[customer].append(i)
        group_of = {c: k for k, c in enumerate(c for c, m in enumerate(members) if m)}
        groups = [pyvrp.ClientGroup(members[c], required=self.must[c]) for c in group_of]
        profile_of, seconds = self._profiles()
        metres = problem.metres[np.ix_(self.places, self.places)]
        return pyvrp.ProblemData(
            [pyvrp.Location(0, 0) for _ in self.places],
            [self._client(i, group_of[int(problem.customer[i])]) for i in range(problem.stops)],
            [pyvrp.Depot(k) for k in range(len(self.depots))],
            [self._vehicle(cars, profile_of[kind]) for kind, cars in enumerate(self.cars)],
            [_whole(metres)] * len(seconds),
            [_whole(matrix) for matrix in seconds],
            groups,
        )

    def _client(self, i: int, group: int) -> pyvrp.Client:
        problem = self.problem
        return pyvrp.Client(
            self.place_of[i],
            service_duration=_bounded(problem.service_s[i]),
            tw_early=_bounded(problem.early_s[i]),
            tw_late=_bounded(problem.late_s[i]),
            prize=self._prize(i),
            delivery=[] if problem.load is None else [_bounded(problem.load[i])],
            required=False,
            group=group,
        )

    def _prize(self, i: int) -> int:
        return _bounded((self.problem.value[i] + self.lift[self.problem.customer[i]]) // self.scale)

    def _vehicle(self, cars: NDArray[np.int64], profile: int) -> pyvrp.VehicleType:
        problem, v = self.problem, int(cars[0])
        longest = int(problem.shift_late_s[v] - problem.shift_early_s[v])
        regular = min(int(problem.regular_s[v]), longest)
        return pyvrp.VehicleType(
            len(cars),
            start_depot=self.depots[int(problem.start[v])],
            end_depot=self.depots[int(problem.end[v])],
            tw_early=_bounded(problem.shift_early_s[v]),
            tw_late=_bounded(problem.shift_late_s[v]),
            shift_duration=regular,
            max_overtime=longest - regular,
            unit_duration_cost=_bounded(problem.unit_s[v] // self.scale),
            unit_overtime_cost=_bounded(problem.unit_overtime_s[v] // self.scale),
            unit_distance_cost=_bounded(problem.unit_m[v] // self.scale),
            profile=profile,
            capacity=[] if problem.capacity is None else [_bounded(problem.capacity[v])],
        )

    def _profiles(self) -> tuple[list[int], list[Any]]:
        """One matrix of seconds for each set of places that may be served, and the one of each kind of vehicle."""
        seconds = self.problem.seconds[np.ix_(self.places, self.places)]
        profile_of: list[int] = []
        matrices: list[Any] = []  # PyVRP's stubs know no shapes
        known: dict[bytes, int] = {}
        for cars in self.cars:
            open_places = np.concatenate([np.ones(len(self.depots), dtype=np.bool_), self.doors[:, cars[0]]])
            key = open_places.tobytes()
            if key not in known:
                known[key] = len(matrices)
                matrices.append(np.where(open_places[None, :], seconds, FORBIDDEN_S))
                np.fill_diagonal(matrices[-1], 0)
            profile_of.append(known[key])
        return profile_of, matrices

    def _params(self, seen: Seen | None) -> pyvrp.SolveParams:
        """A minute's lateness must cost more than the dearest prize, else infeasible routes win."""
        dearest = max((self._prize(i) for i in range(self.problem.stops)), default=0)
        warm_and_large = self.problem.stops >= WARM_AND_LARGE and any(self.start)
        return pyvrp.SolveParams(
            ils=pyvrp.IteratedLocalSearchParams(callbacks=_Collect(self, seen)),
            penalty=pyvrp.PenaltyParams(max_penalty=float(max(100_000, dearest // 60))),
            perturbation=PerturbationParams(1, 5 if warm_and_large else 25),
            neighbourhood=NeighbourhoodParams(),
        )

    def by_kind(self, solution: pyvrp.Solution) -> list[tuple[int, list[int]]]:
        return [(r.vehicle_type(), [a.idx for a in r if a.is_client()]) for r in solution.routes()]

    def _routes(self, solution: pyvrp.Solution) -> list[list[int]]:
        return place_alike(self.by_kind(solution), self.kind_of, self.start)

    def _must_agree(self, solution: pyvrp.Solution, routes: Routes) -> None:
        theirs = solution.prizes() - solution.duration_cost() - solution.distance_cost()
        lifts = sum(int(self.lift[self.problem.customer[i]]) for route in routes for i in route)
        ours = worth(self.problem, routes)
        if ours != theirs * self.scale - lifts:
            raise EngineFailed(f"the engine's objective {theirs} differs from ours {ours}")

    def _objective_fen(self, cost: float) -> int | None:
        """Fen of a PyVRP cost: the prizes at stake less what it leaves uncollected and spends."""
        if cost >= LARGEST * 1024:
            return None
        at_stake = sum(self._prize(i) for i in range(self.problem.stops))
        lifts = sum(int(self.lift[c]) for c, must in enumerate(self.must) if must)
        return ((at_stake - int(cost)) * self.scale - lifts) // UNITS_PER_FEN


class _Collect(pyvrp.IteratedLocalSearchCallbacks):
    """Keeps the routes of the last bests, read at the end: from a random start every other step is a new best."""

    def __init__(self, model: _Model, seen: Seen | None) -> None:
        self.model, self.seen = model, seen
        self.bests: deque[pyvrp.Solution] = deque(maxlen=BESTS_KEPT)

    def on_best(self, best: pyvrp.Solution) -> None:
        if self.seen is not None:
            self.bests.append(best)

    def on_end(self, result: pyvrp.Result) -> None:
        if self.seen is None:
            return
        for best in self.bests:
            if best.is_feasible():
                for kind, stops in self.model.by_kind(best):
                    self.seen.add((int(self.model.cars[kind][0]), tuple(stops)))


class _Stop:
    """Stops after so many iterations, or when the watcher says so."""

    def __init__(self, iterations: int | None, watch: Watch | None, in_fen: Callable[[float], int | None]) -> None:
        self.iterations, self.watch, self.in_fen, self.done = iterations, watch, in_fen, 0

    def __call__(self, best_cost: float) -> bool:
        stop = False
        if self.watch is not None and self.done % REPORT_EVERY == 0:
            stop = self.watch(Progress(self.done, self.iterations or 0, self.in_fen(best_cost))) is False
        self.done += 1
        return stop or (self.iterations is not None and self.done > self.iterations)


def _bounded(number: Any) -> int:
    if number != int(number) or not 0 <= number < LARGEST:
        raise EngineFailed(f"{number!r} is not a whole number that the engine can count with")
    return int(number)


def _whole(matrix: NDArray[np.int64]) -> Any:
    if matrix.dtype != np.int64 or matrix.min(initial=0) < 0 or matrix.max(initial=0) >= LARGEST:
        raise EngineFailed("a travel matrix is not made of whole, bounded, non-negative numbers")
    return matrix
