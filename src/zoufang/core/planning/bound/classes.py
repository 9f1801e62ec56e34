"""Vehicles that are alike priced as one class, seen from both ends of the route, in scaled whole numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from zoufang.core.errors import BadInput
from zoufang.core.planning.route_problem import Ints, RouteProblem

LONGEST = 2**31 - 1
ROOM = 2**60  # of 63 bits; the rest is for sums of a few such numbers


@dataclass(frozen=True, slots=True)
class Graph:
    """Legs between the stops of a class in one direction, for each stop sorted by seconds (service included)."""

    degree: Ints
    order: Any
    seconds: Any
    metres: Any


@dataclass(frozen=True, slots=True)
class Side:
    """A class from one end: forward, or mirrored in time so that the same labels grow from the route's end.

    All times count from the opening of the shift. Mirrored, a stop "begins" when its service ends.
    """

    graph: Graph
    early: Ints
    late: Ints
    first_s: Ints
    first_m: Ints
    last_s: Ints
    last_m: Ints


@dataclass(frozen=True, slots=True)
class VehicleClass:
    """Vehicles alike in places, shift, rates and allowed stops: which of them drives a route does not matter."""

    vehicles: tuple[int, ...]
    stops: Ints
    sides: tuple[Side, Side]
    span: int
    shortest: int  # the shortest leg: no cell of time may be wider


def scale_of(problem: RouteProblem) -> int:
    """Power of two by which units are multiplied, so that rounding the prices loses less than a unit in all."""
    if not problem.stops or not problem.vehicles:
        return 1
    span = int((problem.shift_late_s - problem.shift_early_s).max())
    rate = int((problem.unit_s + problem.unit_overtime_s).max())
    metres = int(problem.metres.max()) * int(problem.unit_m.max())
    most = int(abs(problem.value).sum()) + 3 * rate * max(span, 1) + metres * (problem.stops + 2)
    return 1 << max(0, min(12, (ROOM // max(1, most)).bit_length() - 1))


def carries(problem: RouteProblem, vehicle: int, stops: Sequence[int]) -> bool:
    """Whether the loads of these stops are within the vehicle's capacity."""
    if problem.load is None or problem.capacity is None:
        return True
    return bool(problem.load[list(stops)].sum() <= problem.capacity[vehicle])


def vehicle_classes(problem: RouteProblem) -> list[VehicleClass]:
    """Every vehicle in one class. Raises BadInput when a leg takes no time at all, for then a visit is free."""
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for v in range(problem.vehicles):
        numbers: tuple[Any, ...] = (
            problem.start[v],
            problem.end[v],
            problem.shift_early_s[v],
            problem.shift_late_s[v],
        )
        rates = (problem.regular_s[v], problem.unit_s[v], problem.unit_overtime_s[v], problem.unit_m[v])
        numbers += (0 if problem.capacity is None else problem.capacity[v],)
        alike[(*map(int, numbers), *map(int, rates), problem.allowed[:, v].tobytes())].append(v)
    graphs: dict[bytes, tuple[Graph, Graph]] = {}
    return [made for some in alike.values() if (made := _class(problem, tuple(some), graphs))]


def _class(
    problem: RouteProblem, some: tuple[int, ...], graphs: dict[bytes, tuple[Graph, Graph]]
) -> VehicleClass | None:
    v = some[0]
    opens, span = int(problem.shift_early_s[v]), int(problem.shift_late_s[v] - problem.shift_early_s[v])
    if span < 0 or problem.unit_s[v] < 0 or problem.unit_m[v] < 0 or problem.unit_overtime_s[v] < 0:
        raise BadInput(f"Vehicle {v} has a shift or a rate below zero. Correct the crew.")
    possible = (problem.early_s <= opens + span) & (problem.late_s >= opens) & (problem.early_s <= problem.late_s)
    stops = np.flatnonzero(problem.allowed[:, v] & possible)
    if not len(stops):
        return None
    key = stops.tobytes()
    graphs[key] = graphs.get(key) or (_graph(problem, stops, False), _graph(problem, stops, True))
    shortest = min(span + 1, int(graphs[key][0].seconds[:, 0].min())) if len(stops) > 1 else span + 1
    if shortest < 1:
        raise BadInput("A visit and the way to the next take no time at all. Give each visit a service time.")
    return VehicleClass(
        some,
        stops,
        (_side(problem, v, stops, graphs[key][0], False), _side(problem, v, stops, graphs[key][1], True)),
        span,
        shortest,
    )


def _side(problem: RouteProblem, v: int, stops: Ints, graph: Graph, mirrored: bool) -> Side:
    opens, closes = int(problem.shift_early_s[v]), int(problem.shift_late_s[v])
    start, end, place = int(problem.start[v]), int(problem.end[v]), problem.place[stops]
    service, early, late = problem.service_s[stops], problem.early_s[stops], problem.late_s[stops]
    out = (problem.seconds[start, place], problem.metres[start, place])
    home = (problem.seconds[place, end], problem.metres[place, end])
    if mirrored:
        early, late = closes - late - service, closes - early - service
        out, home = home, out
    else:
        early, late = early - opens, late - opens
    early, late = np.maximum(early, 0), np.minimum(late, closes - opens)
    return Side(graph, early, late, out[0], out[1], service + home[0], home[1])


def _graph(problem: RouteProblem, stops: Ints, mirrored: bool) -> Graph:
    """Legs in this direction; those within one customer or never in time are left out (sorted behind `degree`)."""
    place, service = problem.place[stops], problem.service_s[stops]
    seconds, metres = problem.seconds[np.ix_(place, place)], problem.metres[np.ix_(place, place)]
    early, late, customer = problem.early_s[stops], problem.late_s[stops], problem.customer[stops]
    forward = seconds + service[:, None]
    never = (customer[:, None] == customer[None, :]) | (early[:, None] + forward > late[None, :])
    if mirrored:
        forward, metres, never = seconds.T + service[:, None], metres.T, never.T
    if len(stops) and (forward.max() > LONGEST or metres.max() > LONGEST):
        raise BadInput(f"A leg is longer than {LONGEST} seconds or metres. Correct the travel times.")
    forward = np.where(never, LONGEST, forward)
    order = np.argsort(forward, axis=1, kind="stable").astype(np.int32)
    degree = (~never).sum(axis=1).astype(np.int64)
    sorted_m = np.take_along_axis(metres, order, axis=1).astype(np.int32)
    return Graph(degree, order, np.take_along_axis(forward, order, axis=1).astype(np.int32), sorted_m)
