"""What the sample says of all visits: each drawn visit stands for as many as its share leaves undrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

FEWEST = 20
RESAMPLES = 999


@dataclass(frozen=True, slots=True)
class SampleRate:
    """Share of all finished visits with a finding, weighted by 1 / probability (Hájek); 95 % interval or none."""

    visits: int
    found: int
    rate: float | None = None
    low: float | None = None
    high: float | None = None


def sample_rate(found: Sequence[bool], probabilities: Sequence[float], *, seed: int = 1) -> SampleRate:
    """Of visits drawn by lot with these known probabilities; fewer than 20, or all alike: no interval."""
    n, with_finding = len(found), sum(found)
    if not n:
        return SampleRate(0, 0)
    marks, weights = np.array(found, float), 1 / np.array(probabilities, float)
    rate = float(np.average(marks, weights=weights))
    if n < FEWEST or with_finding in (0, n):
        return SampleRate(n, with_finding, rate)

    def statistic(rows: NDArray[np.int64], axis: int = -1) -> NDArray[np.float64]:
        picked = np.asarray(rows).astype(np.int64)
        weighted: NDArray[np.float64] = (marks[picked] * weights[picked]).sum(-1) / weights[picked].sum(-1)
        return weighted

    drawn = stats.bootstrap(
        (np.arange(n),),
        statistic,
        n_resamples=RESAMPLES,
        batch=max(1, 2_000_000 // n),
        method="percentile",
        vectorized=True,
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return SampleRate(n, with_finding, rate, float(drawn.low), float(drawn.high))
