"""Estimates by intention to treat, and on the visited. The one door to the statistics library.

The variance is the Hájek (ratio) linearisation summed by household, per stratum and arm. With equal weights, one
stratum and one customer a household the estimate without re-draws is Welch's t interval exactly.

Payments are skewed and the hold-out is small, and there Welch's interval finds visits useful in 7% of A/A studies
instead of 2.5% (300 customers, a fifth held out). So the limits come from re-drawing the arms as the design did:
the studentised randomisation distribution (Chung & Romano 2013, Ann. Statist. 41; Wu & Ding 2021, JASA 116), exact
where visits change nothing and valid in large samples where they do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from zoufang.core.evaluation.redraws import Households, redraw, statistics

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sample:
    """Aligned columns of a study, one entry a customer; codes count from 0. A household lies in one stratum
    and has one probability of being held out."""

    outcome: Floats
    assigned: NDArray[np.bool_]
    p_hold_out: Floats
    stratum: Codes
    household: Codes


@dataclass(frozen=True, slots=True)
class Redraws:
    """How often the arms are drawn again, and from which seed."""

    count: int
    seed: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """An effect in the unit of the outcome, with its standard error, degrees of freedom and interval."""

    effect: float
    se: float
    df: float
    low: float
    high: float


def intention_to_treat(sample: Sample, confidence: float, redraws: Redraws | None = None) -> Estimate:
    """Mean outcome of the assigned less that of the held out, as drawn, whoever was really visited.

    Without `redraws` the limits are Student's t with Satterthwaite degrees of freedom.
    """
    households = _households(sample)
    drawn = statistics(households, households.assigned[np.newaxis])
    effect, se, df = float(drawn.effect[0]), float(drawn.se[0]), float(drawn.df[0])
    half = float(stats.t.ppf((1 + confidence) / 2, df))
    lowest, highest = -half, half
    if redraws is not None:
        t = np.concatenate([redraw(households, redraws.count, redraws.seed), drawn.effect / drawn.se])
        lowest = float(np.quantile(t, (1 - confidence) / 2, method="lower"))
        highest = float(np.quantile(t, (1 + confidence) / 2, method="higher"))
    return Estimate(effect, se, df, effect - highest * se, effect - lowest * se)


def effect_on_treated(
    sample: Sample, treated: Floats, confidence: float, min_f: float, redraws: Redraws | None = None
) -> Estimate | None:
    """Wald ratio with the draw as instrument: the effect on those whom the assignment got visited (or met).

    None when the assignment hardly moved treatment (first-stage F below `min_f`): the ratio would mean nothing.
    """
    first = intention_to_treat(replace(sample, outcome=treated), confidence)
    if first.effect <= 0 or (first.se > 0 and (first.effect / first.se) ** 2 < min_f):
        return None
    ratio = intention_to_treat(sample, confidence).effect / first.effect
    rest = intention_to_treat(replace(sample, outcome=sample.outcome - ratio * treated), confidence, redraws)
    low, high = (ratio + end / first.effect for end in (rest.low, rest.high))
    return Estimate(ratio, rest.se / first.effect, rest.df, low, high)


def arm_mean(sample: Sample, column: Floats, *, assigned: bool) -> float:
    """The weighted mean of a column on one side of the draw."""
    side = sample.assigned == assigned
    chance = 1 - sample.p_hold_out[side] if assigned else sample.p_hold_out[side]
    return float(np.average(column[side], weights=1 / chance))


def winsorised(outcome: Floats, quantile: float) -> tuple[Floats, float]:
    """The outcome capped at a quantile of both arms together (one cap: two would bias), and the cap."""
    cap = float(np.quantile(outcome, quantile, method="inverted_cdf"))
    return np.minimum(outcome, cap), cap


def smallest_detectable(found: Estimate, power: float) -> float:
    """The gain that a study of this precision would have found with the given power."""
    return found.effect - found.low + float(stats.t.ppf(power, found.df)) * found.se


def sample_ratio_p(held_out: NDArray[np.bool_], p_hold_out: Floats) -> float:
    """Two-sided p that so many households are held out under the logged probabilities (normal approximation)."""
    expected, variance = float(p_hold_out.sum()), float((p_hold_out * (1 - p_hold_out)).sum())
    return float(2 * stats.norm.sf(abs(float(held_out.sum()) - expected) / np.sqrt(variance)))


def _households(sample: Sample) -> Households:
    _, first, code = np.unique(sample.household, return_index=True, return_inverse=True)
    centred = sample.outcome - sample.outcome.mean()  # steadier sums of squares; the effect does not change
    weights = (1 / sample.p_hold_out, 1 / (1 - sample.p_hold_out))
    return Households(
        assigned=sample.assigned[first],
        stratum=sample.stratum[first],
        p_hold_out=sample.p_hold_out[first],
        size=np.bincount(code).astype(np.float64),
        weight=tuple(_sums(code, w) for w in weights),
        money=tuple(_sums(code, w * centred) for w in weights),
    )


def _sums(code: NDArray[np.intp], column: Floats) -> Floats:
    return np.bincount(code, weights=column).astype(np.float64)
