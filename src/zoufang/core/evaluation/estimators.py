"""Estimates by intention to treat, and on the visited. The one door to the statistics library.

The variance is the Hájek (ratio) linearisation summed by household, per stratum and arm, with Satterthwaite
degrees of freedom. With equal weights, one stratum and one customer a household it is Welch's t interval exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sample:
    """Aligned columns of a study: `weight` is 1/probability of the side that was drawn; codes count from 0."""

    outcome: Floats
    assigned: NDArray[np.bool_]
    weight: Floats
    stratum: Codes
    household: Codes


@dataclass(frozen=True, slots=True)
class Estimate:
    """An effect in the unit of the outcome, with its standard error, degrees of freedom and interval."""

    effect: float
    se: float
    df: float
    low: float
    high: float


def intention_to_treat(sample: Sample, confidence: float) -> Estimate:
    """Mean outcome of the assigned less that of the held out, as drawn, whoever was really visited."""
    effect = variance = spread = 0.0
    for stratum in np.unique(sample.stratum):
        inside = sample.stratum == stratum
        share = float(inside.mean())
        for side, sign in ((True, 1.0), (False, -1.0)):
            mean, cell_variance, cell_df = _cell(sample, inside & (sample.assigned == side))
            effect += sign * share * mean
            variance += share**2 * cell_variance
            spread += (share**2 * cell_variance) ** 2 / cell_df
    df = variance**2 / spread if spread > 0 else float(len(sample.outcome) - 2)
    return _interval(effect, float(np.sqrt(variance)), df, confidence)


def effect_on_treated(sample: Sample, treated: Floats, confidence: float, min_f: float) -> Estimate | None:
    """Wald ratio with the draw as instrument: the effect on those whom the assignment got visited (or met).

    None when the assignment hardly moved treatment (first-stage F below `min_f`): the ratio would mean nothing.
    """
    first = intention_to_treat(replace(sample, outcome=treated), confidence)
    if first.effect <= 0 or (first.se > 0 and (first.effect / first.se) ** 2 < min_f):
        return None
    ratio = intention_to_treat(sample, confidence).effect / first.effect
    residual = intention_to_treat(replace(sample, outcome=sample.outcome - ratio * treated), confidence)
    return _interval(ratio, residual.se / first.effect, residual.df, confidence)


def arm_mean(sample: Sample, column: Floats, *, assigned: bool) -> float:
    """The weighted mean of a column on one side of the draw."""
    side = sample.assigned == assigned
    return float(np.average(column[side], weights=sample.weight[side]))


def winsorised(outcome: Floats, quantile: float) -> tuple[Floats, float]:
    """The outcome capped at a quantile of both arms together (one cap: two would bias), and the cap."""
    cap = float(np.quantile(outcome, quantile, method="inverted_cdf"))
    return np.minimum(outcome, cap), cap


def smallest_detectable(estimate: Estimate, confidence: float, power: float) -> float:
    """The effect that a study of this precision would have found with the given power."""
    t = stats.t(estimate.df)
    return float((t.ppf((1 + confidence) / 2) + t.ppf(power)) * estimate.se)


def sample_ratio_p(held_out: NDArray[np.bool_], p_hold_out: Floats) -> float:
    """Two-sided p that so many households are held out under the logged probabilities (normal approximation)."""
    expected, variance = float(p_hold_out.sum()), float((p_hold_out * (1 - p_hold_out)).sum())
    return float(2 * stats.norm.sf(abs(float(held_out.sum()) - expected) / np.sqrt(variance)))


def _cell(sample: Sample, cell: NDArray[np.bool_]) -> tuple[float, float, int]:
    """Weighted mean, its household-robust variance, and degrees of freedom, of one stratum and arm."""
    weight, outcome = sample.weight[cell], sample.outcome[cell]
    mean = float(np.average(outcome, weights=weight))
    names, household = np.unique(sample.household[cell], return_inverse=True)
    sums = np.bincount(household, weights=weight * (outcome - mean) / weight.sum())
    count = len(names)
    return mean, count / (count - 1) * float((sums**2).sum()), count - 1


def _interval(effect: float, se: float, df: float, confidence: float) -> Estimate:
    half = float(stats.t.ppf((1 + confidence) / 2, df)) * se
    return Estimate(effect, se, df, effect - half, effect + half)
