"""A benchmark region as the flat book that `plan_region` takes: each depot is a branch with its own customers."""

from __future__ import annotations

import numpy as np

from benchmarks.planning.generator import FEN_A_KM, FEN_A_MINUTE, best_options, travel
from benchmarks.planning.region import Floats, Ints, Region
from zoufang.core.planning.problem import UNITS_PER_FEN
from zoufang.core.planning.region import RegionBook


class PlaneRoads:
    """The generator's roads over points in metres."""

    def between(self, points: Floats) -> tuple[Ints, Ints]:
        return travel(points)

    def plane(self, points: Floats) -> Floats:
        return points


def book_of(land: Region, options: Ints | None = None) -> RegionBook:
    """All customers with their best three options, as every planner of the benchmark gets them."""
    value = land.value_fen(estimated=False)
    best = best_options(land, value) if options is None else options
    early, late = land.shift_early_s, land.shift_late_s
    every = np.ones(len(land.crew), dtype=np.int64)
    return RegionBook(
        points=land.points,
        branch=land.branch,
        must=np.zeros(len(land.balance_fen), dtype=np.bool_),
        customer=land.customer[best],
        place=land.place[best],
        early_s=land.early_s[best],
        late_s=land.late_s[best],
        service_s=land.service_s[best],
        value=value[best] * UNITS_PER_FEN,
        row=land.needs_skill[land.customer[best]].astype(np.int64),
        allowed=np.stack([np.ones_like(land.skilled), land.skilled]),
        crew=land.crew.astype(np.int64),
        vehicle_branch=land.depot.astype(np.int64),
        start=land.depot.astype(np.int64),
        end=land.depot.astype(np.int64),
        shift_early_s=early,
        shift_late_s=late,
        regular_s=late - early,
        unit_s=every * (FEN_A_MINUTE * UNITS_PER_FEN // 60),
        unit_overtime_s=every * 0,
        unit_m=every * (FEN_A_KM * UNITS_PER_FEN // 1000),
    )
