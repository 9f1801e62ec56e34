"""What a route of the region uses and is worth, by a matrix of its own stops alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from zoufang.core.planning.region.book import RegionBook, Roads, excerpt
from zoufang.core.planning.route_problem import RouteProblem
from zoufang.core.planning.spending import NOTHING, PROMISED, RouteUse, Trimmed, use_of


class RouteMeter:
    """Each vehicle's last longest route stays at hand, as trimming asks for one stop less again and again."""

    def __init__(self, book: RegionBook, roads: Roads) -> None:
        self.book, self.roads = book, roads
        self.known: dict[int, tuple[RouteProblem, dict[int, int]]] = {}

    def __call__(self, vehicle: int, stops: Sequence[int]) -> RouteUse | None:
        if not len(stops):
            return NOTHING
        problem, index = self._problem(vehicle, stops)
        return use_of(problem, 0, [index[stop] for stop in stops], PROMISED)

    def _problem(self, vehicle: int, stops: Sequence[int]) -> tuple[RouteProblem, dict[int, int]]:
        known = self.known.get(vehicle)
        if known is None or not known[1].keys() >= set(stops):
            options = np.array(sorted(stops), dtype=np.int64)
            part = excerpt(self.book, np.array([vehicle], dtype=np.int64), options)
            known = part.problem(self.roads), {int(option): i for i, option in enumerate(options)}
            self.known[vehicle] = known
        return known

    def worth(self, plan: Trimmed) -> int:
        """Without what promised visits count on top."""
        promised = sum(int(self.book.must[self.book.customer[list(route)]].sum()) for route in plan.routes)
        return plan.worth - PROMISED * promised
