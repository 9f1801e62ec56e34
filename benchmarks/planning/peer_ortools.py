"""OR-Tools routing: parallel cheapest insertion, then guided local search, transits compiled where they fit.

One disjunction a customer costs the dearest option's value when none is served; what an option brings less than
that is on its outgoing arcs. OR-Tools takes no seed: the second process starts from local cheapest insertion.
Its search has a limit by the clock only (a limit asked of Python half a million times a second would slow it).
"""

from __future__ import annotations

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from benchmarks.planning.shared import PeerFailed, money_unit, need_optional, own_time, remaining
from zoufang.core.planning.route_problem import Ints, RouteProblem, Routes

FIRST = (
    routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION,
    routing_enums_pb2.FirstSolutionStrategy.LOCAL_CHEAPEST_INSERTION,
)
COMPILED_UP_TO = 4000  # nodes; at 9,000 the matrices of all nodes take longer to hand over than callbacks cost


def solve(problem: RouteProblem, deadline: float, seed: int) -> Routes:
    """OR-Tools' best when the deadline comes. Raises PeerFailed when it has no first solution by then.

    Where no stop pays for a trip of its own (public R1_10_1, RC1_10_3) it serves nobody: raised penalties in a
    first run gave full routes, which its local search then emptied again.
    """
    need_optional(problem)
    if len(set(problem.unit_m.tolist())) > 1 or problem.unit_overtime_s.any():
        raise PeerFailed("this adapter knows one rate for all vehicles and no overtime")
    depots, where = np.unique(np.concatenate([problem.start, problem.end]), return_inverse=True)
    ends = (problem.stops + where).tolist()
    manager = pywrapcp.RoutingIndexManager(
        problem.stops + len(depots), problem.vehicles, ends[: problem.vehicles], ends[problem.vehicles :]
    )
    model = pywrapcp.RoutingModel(manager)
    _costs(problem, model, manager, depots)
    _times(problem, model, manager, depots)
    _loads(problem, model, len(depots))
    found = model.SolveWithParameters(_parameters(remaining(deadline, own_time), seed))
    if found is None:
        raise PeerFailed("no first solution within the time")
    return _routes(problem, model, manager, found)


def _parameters(seconds: float, seed: int) -> object:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = FIRST[seed % len(FIRST)]
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(max(1, int(seconds * 1000)))
    return parameters


def _transit(
    problem: RouteProblem,
    model: pywrapcp.RoutingModel,
    manager: pywrapcp.RoutingIndexManager,
    depots: Ints,
    matrix: Ints,
    behind: Ints,
) -> int:
    """What an arc takes, and what its tail adds. Compiled where the matrix of all nodes is built in seconds."""
    places = np.concatenate([problem.place, depots])
    if len(places) <= COMPILED_UP_TO:
        arcs = matrix[np.ix_(places, places)] + behind[:, None]
        return int(model.RegisterTransitMatrix(arcs.tolist()))
    nodes = [manager.IndexToNode(index) for index in range(manager.GetNumberOfIndices())]
    where, tail, rows = places[nodes].tolist(), behind[nodes].tolist(), matrix.tolist()
    return int(model.RegisterTransitCallback(lambda a, b: rows[where[a]][where[b]] + tail[a]))


def _costs(
    problem: RouteProblem, model: pywrapcp.RoutingModel, manager: pywrapcp.RoutingIndexManager, depots: Ints
) -> None:
    unit = money_unit(problem)
    value = problem.value // unit
    members: dict[int, list[int]] = {}
    for i, customer in enumerate(problem.customer.tolist()):
        members.setdefault(customer, []).append(i)
    behind = np.zeros(problem.stops + len(depots), dtype=np.int64)
    for stops in members.values():
        dearest = int(value[stops].max())
        behind[stops] = dearest - value[stops]
        model.AddDisjunction([manager.NodeToIndex(i) for i in stops], dearest)
    rate = int(problem.unit_m[0]) // unit
    model.SetArcCostEvaluatorOfAllVehicles(
        _transit(problem, model, manager, depots, problem.metres * rate, behind)
    )


def _times(
    problem: RouteProblem, model: pywrapcp.RoutingModel, manager: pywrapcp.RoutingIndexManager, depots: Ints
) -> None:
    service = np.concatenate([problem.service_s, np.zeros(len(depots), dtype=np.int64)])
    transit = _transit(problem, model, manager, depots, problem.seconds, service)
    horizon = int(problem.shift_late_s.max())
    model.AddDimension(transit, horizon, horizon, False, "time")
    time = model.GetDimensionOrDie("time")
    every = list(range(problem.vehicles))
    for i in range(problem.stops):
        index = manager.NodeToIndex(i)
        late = min(int(problem.late_s[i]), horizon)
        cars = np.flatnonzero(problem.allowed[i]).tolist()
        if late < problem.early_s[i] or not cars:
            model.ActiveVar(index).SetValue(0)
            continue
        time.CumulVar(index).SetRange(int(problem.early_s[i]), late)
        if cars != every:
            model.VehicleVar(index).SetValues([-1, *cars])  # -1: by nobody
    unit = money_unit(problem)
    for car in every:
        early, late = int(problem.shift_early_s[car]), int(problem.shift_late_s[car])
        for index in (model.Start(car), model.End(car)):
            time.CumulVar(index).SetRange(early, late)
        time.SetSpanCostCoefficientForVehicle(int(problem.unit_s[car]) // unit, car)
        model.AddVariableMaximizedByFinalizer(time.CumulVar(model.Start(car)))
        model.AddVariableMinimizedByFinalizer(time.CumulVar(model.End(car)))


def _loads(problem: RouteProblem, model: pywrapcp.RoutingModel, depots: int) -> None:
    if problem.load is None or problem.capacity is None:
        return
    loads = model.RegisterUnaryTransitVector([*problem.load.tolist(), *([0] * depots)])
    model.AddDimensionWithVehicleCapacity(loads, 0, problem.capacity.tolist(), True, "load")


def _routes(
    problem: RouteProblem,
    model: pywrapcp.RoutingModel,
    manager: pywrapcp.RoutingIndexManager,
    found: pywrapcp.Assignment,
) -> Routes:
    routes: list[list[int]] = []
    for car in range(problem.vehicles):
        index, route = found.Value(model.NextVar(model.Start(car))), []
        while not model.IsEnd(index):
            route.append(manager.IndexToNode(index))
            index = found.Value(model.NextVar(index))
        routes.append(route)
    return routes
