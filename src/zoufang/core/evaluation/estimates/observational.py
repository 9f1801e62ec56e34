"""Where nobody drew: doubly robust, cross-fitted, with everything that can refute it beside it, or refused.

AIPW for the treated or for all (Robins, Rotnitzky & Zhao 1994; Chernozhukov et al. 2018), median over repeated
splits. Overlap by trimming and by the effective number of alike; a placebo on an outcome from before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from zoufang.core.errors import BadInput
from zoufang.core.evaluation.estimates import nuisance, wording
from zoufang.core.evaluation.estimates.finding import Basis, Bools, Codes, Estimand, Finding, Floats, Grade
from zoufang.core.evaluation.estimates.sensitivity import Sensitivity, sensitivity_of
from zoufang.core.values import Message


@dataclass(frozen=True, slots=True)
class Records:
    """What was done and what followed, one entry a customer. `before` holds columns from before the choice."""

    outcome: Floats
    treated: Bools
    before: Mapping[str, Floats]
    cluster: Codes

    def __post_init__(self) -> None:
        columns = [self.outcome, *self.before.values()]
        if not self.before or any(len(column) != len(self.treated) for column in columns):
            raise BadInput("Records: give columns from before the choice, each as long as the outcome.")
        if any(not np.isfinite(np.asarray(column, float)).all() for column in columns):
            raise BadInput("Records: a column has gaps. Give a value and a column that says it was missing.")
        if min(self.treated.sum(), (~self.treated).sum()) < 10:
            raise BadInput("Records: ten treated and ten others are the least that can be compared.")


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Fixed before looking. `trim`: chances beyond it (and 1 − it) are left out; `fewest_alike`: effective number
    of the untreated (for all: of each side) below which no number is given."""

    on_all: bool = False
    folds: int = 5
    repeats: int = 5
    trim: float = 0.01
    fewest_alike: int = 50

    def __post_init__(self) -> None:
        if self.folds < 2 or self.repeats < 1 or not 0 <= self.trim < 0.5 or self.fewest_alike < 1:
            raise BadInput("Adjustment: two folds, one repeat, trimming below a half and one alike at least.")


@dataclass(frozen=True, slots=True)
class Overlap:
    """`alike` is the effective number of untreated, `largest_weight` the share of the heaviest of them."""

    trimmed: int
    alike: float
    largest_weight: float


@dataclass(frozen=True, slots=True)
class Adjusted:
    """`finding` is None when refused, and `refused` says why. `placebo` is on the outcome from before."""

    finding: Finding | None
    refused: Message | None
    overlap: Overlap
    placebo: tuple[float, float] | None
    sensitivity: Sensitivity | None


def effect_by_records(
    records: Records, basis: Basis, *, seed: int, plan: Adjustment | None = None, placebo: str | None = None
) -> Adjusted:
    """`placebo` names the column of `before` that must show no effect once it is left out of the adjustment."""
    plan = plan or Adjustment()
    effect, se, overlap, kept = _estimate(records.outcome, records, plan, seed, without=None)
    if overlap.alike < plan.fewest_alike:
        told = wording.told(wording.FEW_ALIKE, alike=int(overlap.alike), needed=plan.fewest_alike)
        return Adjusted(None, told, overlap, None, None)
    checked = None if placebo is None else _placebo(records, plan, seed, placebo)
    critical = float(stats.norm.ppf((1 + basis.confidence) / 2))
    failed = checked is not None and abs(checked[0]) > critical * checked[1]
    limits = (effect - critical * se, effect + critical * se)
    said = (
        (failed, wording.PLACEBO_FAILED),
        (checked is None, wording.NO_PLACEBO),
        (overlap.trimmed > 0, wording.told(wording.TRIMMED, count=overlap.trimmed)),
    )
    finding = Finding(
        Estimand.ON_ALL if plan.on_all else Estimand.ON_THE_TREATED,
        effect,
        se,
        *limits,
        basis.confidence,
        n=int(kept.sum()),
        clusters=len(np.unique(records.cluster[kept])),
        method=wording.AIPW,
        assumptions=(wording.ALL_SEEN, wording.OVERLAP, wording.NO_SPILL_OVER),
        snapshot_id=basis.snapshot_id,
        grade=Grade.D if failed or checked is None else Grade.C,
        warnings=tuple(message for holds, message in said if holds),
    )
    spread, df = float(records.outcome[~records.treated].std()), len(records.outcome) - len(records.before) - 2
    doubt = sensitivity_of(effect, *limits, spread=spread, t=effect / se, df=df)
    return Adjusted(finding, None, overlap, checked, doubt)


def _placebo(records: Records, plan: Adjustment, seed: int, name: str) -> tuple[float, float]:
    if name not in records.before or len(records.before) < 2:
        raise BadInput(f"Placebo: {name} must be one of several columns from before.")
    effect, se, _, _ = _estimate(np.asarray(records.before[name], float), records, plan, seed, without=name)
    return effect, se


def _estimate(
    outcome: Floats, records: Records, plan: Adjustment, seed: int, *, without: str | None
) -> tuple[float, float, Overlap, Bools]:
    """Median over splits; each split's squared error grows by how far it lies from the median."""
    names = [name for name in sorted(records.before) if name != without]
    x = nuisance.features(np.column_stack([np.asarray(records.before[name], float) for name in names]))
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(plan.repeats):
        fold = nuisance.folds(records.treated, records.cluster, plan.folds, rng)
        found.append(_split(outcome, records, x, fold, plan))
    effects = np.array([one[0] for one in found])
    middle = float(np.median(effects))
    se = float(np.sqrt(np.median([one[1] ** 2 + (one[0] - middle) ** 2 for one in found])))
    closest = found[int(np.argmin(np.abs(effects - middle)))]
    return middle, se, closest[2], closest[3]


def _split(
    outcome: Floats, records: Records, x: Floats, fold: Codes, plan: Adjustment
) -> tuple[float, float, Overlap, Bools]:
    d = records.treated
    m, g0, g1 = _cross_fitted(outcome, d, x, fold)
    kept = (m <= 1 - plan.trim) & ((m >= plan.trim) if plan.on_all else np.ones(len(m), bool))
    weight = np.where(kept & ~d, 1 / (1 - m) if plan.on_all else m / (1 - m), 0.0)
    if not (kept & d).any() or weight.sum() == 0:
        return 0.0, 1.0, Overlap(int((~kept).sum()), 0.0, 1.0), kept
    alike = float(weight.sum() ** 2 / (weight**2).sum())
    if plan.on_all:
        other = np.where(kept & d, 1 / m, 0.0)
        alike = min(alike, float(other.sum() ** 2 / (other**2).sum()))
        score = g1 - g0 + other * (outcome - g1) - weight * (outcome - g0)
        base = kept.astype(float)
    else:
        score = np.where(d, outcome - g0, -weight * (outcome - g0))
        base = (kept & d).astype(float)
    effect = float(score[kept].sum() / base.sum())
    spread = np.where(kept, score - effect * base, 0.0) / base.sum()
    sums = np.bincount(np.unique(records.cluster, return_inverse=True)[1], weights=spread)
    overlap = Overlap(int((~kept).sum()), alike, float(weight.max() / weight.sum()))
    return effect, float(np.sqrt(sums @ sums)), overlap, kept


def _cross_fitted(outcome: Floats, d: Bools, x: Floats, fold: Codes) -> tuple[Floats, Floats, Floats]:
    """For each unit, the chance of treatment and both outcomes as the other folds tell them."""
    m, g0, g1 = (np.zeros(len(d)) for _ in range(3))
    for one in np.unique(fold):
        here, rest = fold == one, fold != one
        m[here] = nuisance.chance(x[here], nuisance.fit_logit(x[rest], d[rest].astype(float)))
        g0[here] = x[here] @ nuisance.fit_line(x[rest & ~d], outcome[rest & ~d])
        g1[here] = x[here] @ nuisance.fit_line(x[rest & d], outcome[rest & d])
    return m, g0, g1
