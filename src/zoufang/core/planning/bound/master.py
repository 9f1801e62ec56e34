"""The master problem: of all columns at most one for each vehicle and for each customer. HiGHS solves it.

Only prices and candidate routes come from here; no float of it enters the bound except rounded to whole prices.
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from zoufang.core.planning.bound.pricing import Column
from zoufang.core.planning.highs import QuietHighs
from zoufang.core.planning.route_problem import Ints

Floats = NDArray[np.float64]


class Master:
    """Linear master over a growing pool of columns; `counts` vehicles in each class."""

    def __init__(self, customers: Ints, number: int, counts: list[int], unit: float) -> None:
        self._customer, self._number, self._unit = customers, number, unit
        self._lp = _solver()
        for most in [1] * number + counts:
            self._lp.addRow(-highspy.kHighsInf, most, 0, np.empty(0, np.int32), np.empty(0))
        self.columns: dict[tuple[int, tuple[int, ...]], Column] = {}
        self._classes = len(counts)

    def add(self, columns: list[Column]) -> int:
        """Adds those not yet in the pool and returns how many were new."""
        new = 0
        for column in columns:
            key = (column.kind, column.stops)
            if key in self.columns:
                continue
            self.columns[key] = column
            rows = np.append(self._customer[list(column.stops)], self._number + column.kind).astype(np.int32)
            self._lp.addCol(-column.units / self._unit, 0, highspy.kHighsInf, len(rows), rows, np.ones(len(rows)))
            new += 1
        return new

    def solve(self) -> tuple[float, Floats, Floats]:
        """Value of the linear optimum of the pool, price of each customer and of a route of each class."""
        self._lp.run()
        duals = np.maximum(0.0, -np.asarray(self._lp.getSolution().row_dual) * self._unit)
        value = -self._lp.getInfo().objective_function_value * self._unit
        return value, duals[: self._number], duals[self._number :]

    def best(self, prices: Ints, scale: int) -> list[int]:
        """For each class the most (scaled) that a column of the pool earns at these prices, at least 0."""
        best = [0] * self._classes
        if self.columns:
            served = np.concatenate([self._customer[list(c.stops)] for c in self.columns.values()])
            lengths = np.array([len(c.stops) for c in self.columns.values()])
            paid = np.add.reduceat(prices[served], np.cumsum(lengths) - lengths)
            for column, price in zip(self.columns.values(), paid.tolist(), strict=True):
                best[column.kind] = max(best[column.kind], column.units * scale - price)
        return best

    def integer(self, seconds: float, seed: int, start: list[Column]) -> list[Column]:
        """The best choice of whole columns of the pool found in this time; never worse than `start`."""
        pool, chosen = list(self.columns.values()), {(c.kind, c.stops) for c in start}
        given = highspy.HighsSolution()
        given.col_value = [float((c.kind, c.stops) in chosen) for c in pool]
        self._lp.changeColsIntegrality(len(pool), np.arange(len(pool), dtype=np.int32),
                                       np.full(len(pool), highspy.HighsVarType.kInteger))  # fmt: skip
        self._lp.setOptionValue("time_limit", self._lp.getRunTime() + max(0.1, seconds))
        self._lp.setOptionValue("random_seed", seed % 2**31)
        self._lp.setOptionValue("mip_rel_gap", 0.0)
        self._lp.setSolution(given)
        self._lp.run()
        taken = [c for c, x in zip(pool, self._lp.getSolution().col_value, strict=False) if x > 0.5]
        return max(start, taken, key=lambda columns: sum(c.units for c in columns))


def _solver() -> Any:
    lp: Any = QuietHighs()
    lp.setOptionValue("output_flag", False)
    lp.setOptionValue("threads", 1)
    return lp
