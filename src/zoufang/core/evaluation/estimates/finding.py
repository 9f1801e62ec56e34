"""An estimate that is never a bare number: interval, size, method, what it rests on, of which data, how good."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from zoufang.core.errors import BadInput
from zoufang.core.values import Message

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Codes = NDArray[np.int64]


class Grade(StrEnum):
    """Grade of evidence, told with every number."""

    A = "A"  # chance decided, compared as drawn
    B = "B"  # chance or a rule decided, and one assumption more carries the number
    C = "C"  # adjusted for what was seen; overlap and placebo hold
    D = "D"  # descriptive: not to be read as an effect


class Estimand(StrEnum):
    AS_DRAWN = "as_drawn"  # intention to treat
    ON_VISITED = "on_visited"  # compliers
    ON_THE_TREATED = "on_the_treated"
    ON_ALL = "on_all"
    WINSORISED = "winsorised"
    QUANTILE = "quantile"
    OF_VISIT = "of_visit"
    OF_OFFER = "of_offer"
    OF_BOTH_TOGETHER = "of_both_together"  # beyond the sum of the two
    GROUP_TIME = "group_time"
    INCIDENCE = "incidence"


@dataclass(frozen=True, slots=True)
class Basis:
    """What an estimate is made of: the frozen snapshot, and the confidence fixed before."""

    snapshot_id: str
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if not self.snapshot_id or not 0 < self.confidence < 1:
            raise BadInput("An estimate needs the id of its frozen snapshot and a confidence between 0 and 1.")


@dataclass(frozen=True, slots=True)
class Finding:
    """An effect in the unit of its outcome. `low` and `high` may be infinite where the data set no limit."""

    estimand: Estimand
    effect: float
    se: float
    low: float
    high: float
    confidence: float
    n: int
    clusters: int
    method: Message
    assumptions: tuple[Message, ...]
    snapshot_id: str
    grade: Grade
    warnings: tuple[Message, ...] = ()

    @property
    def sign(self) -> int:
        """1 or -1 when the whole interval lies on one side of zero, else 0."""
        return (self.low > 0) - (self.high < 0)


def t_interval(effect: float, se: float, df: float, confidence: float) -> tuple[float, float]:
    half = float(stats.t.ppf((1 + confidence) / 2, df)) * se
    return effect - half, effect + half
