"""The public prize-collecting instances (PyVRP/Instances, PCVRPTW) as route problems, with loads and capacities.

Their cost is distance (truncated to tenths, times ten) plus the prizes left uncollected; ours is the reverse:
prizes collected less distance. `cost_of` turns one into the other.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyvrp

from zoufang.core.planning.route_problem import RouteProblem, Routes, worth

FOLDERS = (Path(__file__).parent / "pcvrptw", Path(__file__).parents[2].parent / "shared" / "data" / "pcvrptw")


def folder() -> Path | None:
    """Where the instances lie; None when they are not on this machine."""
    return next((path for path in FOLDERS if (path / "best_known.json").is_file()), None)


def best_known() -> dict[str, int]:
    where = folder()
    if where is None:
        return {}
    found: dict[str, int] = json.loads((where / "best_known.json").read_text(encoding="utf-8"))["best_known"]
    return found


def problem(name: str) -> RouteProblem:
    where = folder()
    if where is None:
        raise FileNotFoundError(f"{name}.vrp is in none of {[str(path) for path in FOLDERS]}.")
    return _convert(pyvrp.read(where / f"{name}.vrp", round_func="dimacs"))


def cost_of(task: RouteProblem, routes: Routes) -> int:
    return int(task.value.sum()) - worth(task, routes)


def _convert(data: pyvrp.ProblemData) -> RouteProblem:
    clients, (cars,), (depot,) = data.clients(), data.vehicle_types(), data.depots()
    each = np.ones(cars.num_available, dtype=np.int64)
    longest = cars.tw_late - cars.tw_early
    return RouteProblem(
        customer=np.arange(len(clients), dtype=np.int64),
        place=_column(client.location for client in clients),
        early_s=_column(client.tw_early for client in clients),
        late_s=_column(client.tw_late for client in clients),
        service_s=_column(client.service_duration for client in clients),
        value=_column(client.prize for client in clients),
        must=np.array([client.required for client in clients], dtype=np.bool_),
        allowed=np.ones((len(clients), len(each)), dtype=np.bool_),
        start=each * depot.location,
        end=each * depot.location,
        shift_early_s=each * cars.tw_early,
        shift_late_s=each * cars.tw_late,
        regular_s=each * longest,
        unit_s=each * cars.unit_duration_cost,
        unit_overtime_s=each * 0,
        unit_m=each * cars.unit_distance_cost,
        seconds=np.array(data.duration_matrix(0), dtype=np.int64),
        metres=np.array(data.distance_matrix(0), dtype=np.int64),
        load=_column(sum(client.delivery) for client in clients),
        capacity=each * sum(cars.capacity),
    )


def _column(numbers: Any) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.fromiter(numbers, dtype=np.int64)
