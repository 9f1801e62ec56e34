"""A region in flat arrays, without any matrix: a million customers take some hundred megabytes, and cut well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from zoufang.core.errors import BadInput
from zoufang.core.planning.route_problem import Ints, RouteProblem
from zoufang.core.planning.travel import EARTH_RADIUS_M, TravelTimes
from zoufang.core.values import Point

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Roads(Protocol):
    """Travel between rows of coordinates; sent to workers, so it must be picklable."""

    def between(self, points: Floats) -> tuple[Ints, Ints]:
        """Seconds and metres from each point to each other."""
        ...

    def plane(self, points: Floats) -> Floats:
        """The points on a plane in metres, near enough to tell neighbours."""
        ...


@dataclass(frozen=True, slots=True)
class MapRoads:
    """Any travel times over points given as degrees of latitude and longitude (WGS-84)."""

    travel: TravelTimes

    def between(self, points: Floats) -> tuple[Ints, Ints]:
        return self.travel.between([Point(float(lat), float(lon)) for lat, lon in points])

    def plane(self, points: Floats) -> Floats:
        lat, lon = np.radians(points[:, 0]), np.radians(points[:, 1])
        middle = float(np.cos(lat.mean())) if len(points) else 1.0
        return np.stack([EARTH_RADIUS_M * middle * lon, EARTH_RADIUS_M * lat], axis=1)


@dataclass(frozen=True, slots=True)
class RegionBook:
    """p points, o options of c customers, v vehicles (a crew on a day); numbers as in RouteProblem.

    Customers are served by their branch's vehicles only. `row`: which row of `allowed` says who may serve an
    option: few rows differ, so the whole table is never written out.
    """

    points: Floats  # p x 2
    branch: Ints  # c
    must: Flags  # c
    customer: Ints  # o
    place: Ints  # o: a point
    early_s: Ints  # o
    late_s: Ints  # o
    service_s: Ints  # o
    value: Ints  # o
    row: Ints  # o
    allowed: Flags  # rows x v
    crew: Ints  # v
    vehicle_branch: Ints  # v
    start: Ints  # v: a point
    end: Ints  # v: a point
    shift_early_s: Ints  # v
    shift_late_s: Ints  # v
    regular_s: Ints  # v
    unit_s: Ints  # v
    unit_overtime_s: Ints  # v
    unit_m: Ints  # v

    def __post_init__(self) -> None:
        if self.points.ndim != 2 or self.points.shape[1:] != (2,) or not np.isfinite(self.points).all():
            raise BadInput("The region's points must be rows of two finite coordinates. Correct the points.")
        for name in ("place", "early_s", "late_s", "service_s", "value", "row"):
            if getattr(self, name).shape != self.customer.shape:
                raise BadInput(f"The region's {name} needs one entry for each option.")
        for name in ("crew", "vehicle_branch", "end", "shift_early_s", "shift_late_s", "unit_s", "unit_m"):
            if getattr(self, name).shape != self.start.shape:
                raise BadInput(f"The region's {name} needs one entry for each vehicle.")
        if len(self.branch) != len(self.must) or self.allowed.shape[1] != len(self.start):
            raise BadInput("Customers or vehicles of the region are counted differently in two arrays.")
        if len(self.customer) and not 0 <= self.customer.min() <= self.customer.max() < len(self.must):
            raise BadInput("An option names a customer that does not exist. Number the customers from 0.")

    @property
    def options(self) -> int:
        return len(self.customer)

    @property
    def vehicles(self) -> int:
        return len(self.start)

    @property
    def customers(self) -> int:
        return len(self.must)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What a worker gets: some vehicles and options with their numbers in the book, and their points."""

    vehicles: Ints
    options: Ints
    part: RegionBook

    def problem(self, roads: Roads) -> RouteProblem:
        """The part as a route problem; only here does a matrix come to be."""
        part = self.part
        seconds, metres = roads.between(part.points)
        return RouteProblem(
            customer=part.customer,
            place=part.place,
            early_s=part.early_s,
            late_s=part.late_s,
            service_s=part.service_s,
            value=part.value,
            must=part.must,
            allowed=part.allowed[part.row],
            start=part.start,
            end=part.end,
            shift_early_s=part.shift_early_s,
            shift_late_s=part.shift_late_s,
            regular_s=part.regular_s,
            unit_s=part.unit_s,
            unit_overtime_s=part.unit_overtime_s,
            unit_m=part.unit_m,
            seconds=seconds,
            metres=metres,
        )

    def local(self, routes: Sequence[Sequence[int]]) -> list[list[int]]:
        """Routes of the book's vehicles in the part's numbers."""
        index = {int(option): i for i, option in enumerate(self.options)}
        return [[index[int(option)] for option in routes[int(v)]] for v in self.vehicles]


def excerpt(book: RegionBook, vehicles: Ints, options: Ints) -> Excerpt:
    """These vehicles and options with only the points, customers and rows that they need."""
    cars, v = np.asarray(vehicles, dtype=np.int64), len(vehicles)
    used, index = np.unique(
        np.concatenate([book.start[cars], book.end[cars], book.place[options]]), return_inverse=True
    )
    who, customer = np.unique(book.customer[options], return_inverse=True)
    rows, row = np.unique(book.row[options], return_inverse=True)
    part = RegionBook(
        points=book.points[used],
        branch=book.branch[who],
        must=book.must[who],
        customer=customer.astype(np.int64),
        place=index[2 * v :].astype(np.int64),
        early_s=book.early_s[options],
        late_s=book.late_s[options],
        service_s=book.service_s[options],
        value=book.value[options],
        row=row.astype(np.int64),
        allowed=book.allowed[np.ix_(rows, cars)],
        crew=book.crew[cars],
        vehicle_branch=book.vehicle_branch[cars],
        start=index[:v].astype(np.int64),
        end=index[v : 2 * v].astype(np.int64),
        shift_early_s=book.shift_early_s[cars],
        shift_late_s=book.shift_late_s[cars],
        regular_s=book.regular_s[cars],
        unit_s=book.unit_s[cars],
        unit_overtime_s=book.unit_overtime_s[cars],
        unit_m=book.unit_m[cars],
    )
    return Excerpt(cars, np.asarray(options, dtype=np.int64), part)
