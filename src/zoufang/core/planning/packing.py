"""The best choice among routes seen so far: set packing, solved by HiGHS.

At most one route for each vehicle (vehicles that may stand in for each other count together) and each customer at
most once. What was good in several walks is so put together, which no walk does by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import highspy
import numpy as np

from zoufang.core.planning.fleet import place_alike
from zoufang.core.planning.highs import QuietHighs
from zoufang.core.planning.route_problem import Ints, RouteProblem, Routes, drive

Column = tuple[int, tuple[int, ...]]  # kind of vehicle, stops in order
MOST = 6_000  # columns handed over at most: the latest
MOST_COUNTED, NODES = 2_000, 8  # and with a budget of nodes instead of seconds


class Pool:
    """Distinct routes with what they bring; the latest seen last."""

    def __init__(self, problem: RouteProblem, kinds: Ints, extra: int) -> None:
        self.problem, self.kinds = problem, kinds
        self.bonus = np.where(problem.must, extra, 0)
        self.worth: dict[Column, int] = {}

    def add(self, seen: Iterable[tuple[int, tuple[int, ...]]]) -> None:
        """Routes as (vehicle, stops); those known already become the latest again."""
        for vehicle, stops in seen:
            if stops:
                key = (int(self.kinds[vehicle]), stops)
                value = self.worth.pop(key, None)
                self.worth[key] = self._worth(vehicle, stops) if value is None else value
        for key in list(self.worth)[: max(0, len(self.worth) - 3 * MOST)]:
            del self.worth[key]

    def add_all(self, routes: Routes) -> None:
        self.add((v, tuple(int(i) for i in route)) for v, route in enumerate(routes))

    def _worth(self, vehicle: int, stops: tuple[int, ...]) -> int:
        times = drive(self.problem, vehicle, stops)
        index = list(stops)
        earned = int(self.problem.value[index].sum() + self.bonus[self.problem.customer[index]].sum())
        return 0 if times is None else earned - times.cost

    def best(self, start: Routes, seconds: float | None, seed: int) -> list[list[int]]:
        """The best choice found in these seconds (or so many nodes), which may be `start` itself."""
        self.add_all(start)
        most = MOST_COUNTED if seconds is None else MOST
        columns = [column for column in list(self.worth)[-most:] if self.worth[column] > 0]
        if not columns:
            return [list(route) for route in start]
        return place_alike(self._chosen(columns, start, seconds, seed), self.kinds, start)

    def _chosen(self, columns: list[Column], start: Routes, seconds: float | None, seed: int) -> list[Column]:
        lp = _solver(seed, seconds)
        unit = max(1.0, max(self.worth[c] for c in columns) / 1e4)
        model = self._model(columns, unit)
        lp.passModel(model)
        known = {(int(self.kinds[v]), tuple(int(i) for i in r)) for v, r in enumerate(start) if r}
        given = highspy.HighsSolution()
        given.col_value = [float(c in known) for c in columns]
        lp.setSolution(given)
        lp.run()
        values = lp.getSolution().col_value
        return [c for c, x in zip(columns, values, strict=False) if x > 0.5]

    def _model(self, columns: list[Column], unit: float) -> Any:
        """A row for each customer and each kind of vehicle; a column takes a one in each of its rows."""
        customers = self.problem.customers
        rows = [np.append(self.problem.customer[list(stops)], customers + kind) for kind, stops in columns]
        lp: Any = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(columns), customers + int(self.kinds.max()) + 1
        lp.col_cost_ = np.array([-self.worth[c] / unit for c in columns])
        lp.col_lower_, lp.col_upper_ = np.zeros(len(columns)), np.ones(len(columns))
        lp.row_lower_ = np.full(lp.num_row_, -highspy.kHighsInf)
        lp.row_upper_ = np.concatenate([np.ones(customers), np.bincount(self.kinds)]).astype(np.float64)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(r) for r in rows)]).astype(np.int32)
        lp.a_matrix_.index_ = np.concatenate(rows).astype(np.int32)
        lp.a_matrix_.value_ = np.ones(len(lp.a_matrix_.index_))
        lp.integrality_ = [highspy.HighsVarType.kInteger] * len(columns)
        return lp


def _solver(seed: int, seconds: float | None) -> Any:
    lp: Any = QuietHighs()
    lp.setOptionValue("threads", 1)
    lp.setOptionValue("random_seed", seed % 2**31)
    lp.setOptionValue("mip_rel_gap", 1e-6)
    if seconds is None:
        lp.setOptionValue("mip_max_nodes", NODES)
    else:
        lp.setOptionValue("time_limit", max(0.1, seconds))
    return lp
