"""Small route problems for the tests of the bound."""

import numpy as np

from zoufang.core.planning.route_problem import RouteProblem


def a_route_problem(
    seed: int,
    *,
    customers: int = 4,
    vehicles: int = 2,
    options: int = 2,
    metric: bool = True,
    overtime: bool = True,
) -> RouteProblem:
    """Random, with waiting, overtime, several depots, skills, musts with values below zero and short shifts."""
    rng = np.random.default_rng(seed)
    stops = customers * options
    places = customers + 2
    points = rng.uniform(0, 30, (places, 2))
    seconds = (np.linalg.norm(points[:, None] - points[None], axis=2) * 60).astype(np.int64)
    if not metric:
        seconds = (seconds * rng.uniform(0.3, 2.0, seconds.shape)).astype(np.int64)
    early = rng.integers(0, 9000, stops)
    shift = rng.integers(0, 3000, vehicles)
    length = rng.integers(3000, 12000, vehicles)
    return RouteProblem(
        customer=np.repeat(np.arange(customers), options),
        place=rng.integers(2, places, stops),
        early_s=early,
        late_s=early + rng.integers(0, 6000, stops),
        service_s=rng.integers(60, 900, stops),
        value=rng.integers(-500, 30_000, stops),
        must=rng.random(customers) < 0.2,
        allowed=rng.random((stops, vehicles)) < 0.85,
        start=rng.integers(0, 2, vehicles),
        end=rng.integers(0, 2, vehicles),
        shift_early_s=shift,
        shift_late_s=shift + length,
        regular_s=(length * (0.5 if overtime else 1)).astype(np.int64),
        unit_s=rng.integers(0, 4, vehicles),
        unit_overtime_s=rng.integers(0, 5, vehicles) * overtime,
        unit_m=rng.integers(0, 2, vehicles),
        seconds=seconds,
        metres=(seconds * 8).astype(np.int64),
    )
