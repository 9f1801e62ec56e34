"""Is the draw what it says? Balance, sample ratio, and A/A: the same analysis where no visit can have worked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from zoufang.core.errors import BadInput
from zoufang.core.evaluation.estimators import Estimate, Sample, intention_to_treat

Floats = NDArray[np.float64]
LARGE = 0.1  # of a standard deviation (Austin 2009): to be looked at, not a test


@dataclass(frozen=True, slots=True)
class Imbalance:
    """One column on both sides; `smd` is the difference in pooled standard deviations."""

    name: str
    mean_assigned: float
    mean_held_out: float
    smd: float

    @property
    def large(self) -> bool:
        return abs(self.smd) > LARGE


@dataclass(frozen=True, slots=True)
class Balance:
    """Every column, the worst first, and the p of all together (Hansen & Bowers 2008, by household)."""

    columns: tuple[Imbalance, ...]
    p: float
    df: int


def check_balance(sample: Sample, before: Mapping[str, Floats]) -> Balance:
    """Columns known before the draw, weighted by the chances as drawn. Strata stand in the design, not here."""
    if not before:
        raise BadInput("Balance: give at least one column that was known before the draw.")
    columns = [_imbalance(name, np.asarray(column, float), sample) for name, column in sorted(before.items())]
    matrix = np.column_stack([np.asarray(before[name], float) for name in sorted(before)])
    p, df = _together(sample, matrix)
    return Balance(tuple(sorted(columns, key=lambda one: -abs(one.smd))), p, df)


def sample_ratio(counts: Sequence[int], shares: Sequence[float]) -> float:
    """p that so many fell into each cell: exact for two cells, else chi-square."""
    if len(counts) != len(shares) or len(counts) < 2 or abs(sum(shares) - 1) > 1e-9 or min(shares) <= 0:
        raise BadInput("Sample ratio: give one count for each share, and shares above zero that add up to one.")
    total = sum(counts)
    if len(counts) == 2:
        return float(stats.binomtest(counts[0], total, shares[0]).pvalue)
    return float(stats.chisquare(counts, [total * share for share in shares]).pvalue)


def a_a_effect(sample: Sample, before: Floats, confidence: float) -> Estimate:
    """The study's own analysis on the measure of the window before the draw: its interval should hold zero."""
    return intention_to_treat(replace(sample, outcome=np.asarray(before, float)), confidence)


def a_a_false_alarms(sample: Sample, before: Floats, confidence: float, *, runs: int, seed: int) -> float:
    """Share of `runs` imagined draws of these very households in which the analysis finds what is not there.

    About 1 − confidence when the interval is honest on this book's own payments. Its Monte Carlo error is
    √(p(1 − p)/runs).
    """
    rng = np.random.default_rng(seed)
    quiet = replace(sample, outcome=np.asarray(before, float))
    found = [intention_to_treat(replace(quiet, assigned=_redrawn(sample, rng)), confidence) for _ in range(runs)]
    return sum(one.low > 0 or one.high < 0 for one in found) / runs


def _redrawn(sample: Sample, rng: np.random.Generator) -> NDArray[np.bool_]:
    """The same number of households held out in each stratum, others by chance."""
    _, first, code = np.unique(sample.household, return_index=True, return_inverse=True)
    assigned, stratum = sample.assigned[first].copy(), sample.stratum[first]
    for one in np.unique(stratum):
        inside = np.flatnonzero(stratum == one)
        assigned[inside] = rng.permutation(assigned[inside])
    return np.asarray(assigned[code], dtype=np.bool_)


def _weights(sample: Sample) -> Floats:
    return np.where(sample.assigned, 1 / (1 - sample.p_hold_out), 1 / sample.p_hold_out)


def _imbalance(name: str, column: Floats, sample: Sample) -> Imbalance:
    if not np.isfinite(column).all():
        raise BadInput(f"Balance: column {name} has gaps. Give a value and a column that says it was missing.")
    weights, sides = _weights(sample), (sample.assigned, ~sample.assigned)
    means = [float(np.average(column[side], weights=weights[side])) for side in sides]
    pooled = float(np.sqrt(np.mean([column[side].var(ddof=1) for side in sides])))
    smd = (means[0] - means[1]) / pooled if pooled > 0 else 0.0
    return Imbalance(name, means[0], means[1], smd)


def _together(sample: Sample, columns: Floats) -> tuple[float, int]:
    """Differences of all columns against their variance under re-drawing, summed by household."""
    weights, signs = _weights(sample), np.where(sample.assigned, 1.0, -1.0)
    totals = np.where(sample.assigned, weights[sample.assigned].sum(), weights[~sample.assigned].sum())
    centred = columns - np.average(columns, axis=0, weights=weights)
    parts = centred * (signs * weights / totals)[:, np.newaxis]
    code = np.unique(sample.household, return_inverse=True)[1]
    sums = np.zeros((int(code.max()) + 1, columns.shape[1]))
    np.add.at(sums, code, parts)
    difference, covariance = sums.sum(axis=0), sums.T @ sums
    rank = int(np.linalg.matrix_rank(covariance))
    d2 = float(difference @ np.linalg.pinv(covariance, hermitian=True) @ difference)
    return float(stats.chi2.sf(d2, rank)) if rank else 1.0, rank
