"""A dashboard that is always open: an interval that holds at every look together, however often one looks.

Normal-mixture confidence sequence (Robbins 1970; Waudby-Smith et al. 2021 for estimates that are normal in large
samples). Count only customers whose window has closed, so that what is once counted stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log, sqrt

from scipy.special import lambertw

from zoufang.core.errors import BadInput

FEWEST = 20  # clusters a side before normality can be leant on


@dataclass(frozen=True, slots=True)
class OpenInterval:
    """Limits valid now and at all other looks; infinite while too few are counted."""

    effect: float
    low: float
    high: float

    @property
    def sign(self) -> int:
        return (self.low > 0) - (self.high < 0)


@dataclass(frozen=True, slots=True)
class Sequence:
    """Fixed before the first look: `tightest_at_se` is the standard error at which the interval shall be narrowest
    (half the worthwhile effect is a fair choice)."""

    tightest_at_se: float
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if self.tightest_at_se <= 0 or not 0 < self.confidence < 1:
            raise BadInput("Sequence: the standard error must be above 0 and the confidence between 0 and 1.")

    def radius(self, se: float) -> float:
        """Half the width at this standard error."""
        alpha, information = 1 - self.confidence, 1 / se**2
        ratio = float(-lambertw(-(alpha**2) / 2.718281828459045, -1).real) - 1
        spread = ratio * self.tightest_at_se**2
        grown = 1 + information * spread
        return sqrt(grown / spread * (log(grown) + 2 * log(1 / alpha))) / information

    def at(self, effect: float, se: float, fewest_clusters: int) -> OpenInterval:
        """`fewest_clusters`: on the smaller side, so far."""
        if fewest_clusters < FEWEST or se <= 0:
            return OpenInterval(effect, -inf, inf)
        half = self.radius(se)
        return OpenInterval(effect, effect - half, effect + half)
