"""Randomised studies: as drawn, adjusted for what was known before, and on those visited because of the draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf, sqrt

import numpy as np
from scipy import stats

from zoufang.core.errors import BadInput
from zoufang.core.evaluation.estimates import wording
from zoufang.core.evaluation.estimates.finding import Basis, Estimand, Finding, Floats, Grade, t_interval
from zoufang.core.evaluation.estimates.regression import contrast_of
from zoufang.core.evaluation.estimators import Estimate, Sample, intention_to_treat
from zoufang.core.values import Message

FEWEST_CLUSTERS = 10  # a side; below, even corrected intervals are rough
STRONG_F = 10.0


def chance_weights(sample: Sample) -> Floats:
    return np.where(sample.assigned, 1 / (1 - sample.p_hold_out), 1 / sample.p_hold_out)


def effect_as_drawn(sample: Sample, basis: Basis, before: Mapping[str, Floats] | None = None) -> Finding:
    """Intention to treat by Lin's regression: columns of `before` centred and interacted with the arm.

    With the same measure of the window before as the only column this is CUPED. `before` holds columns known
    before the draw only; strata are adjusted for always. Without any it is the difference in means.
    """
    known = _centred(sample, before or {})
    arm = sample.assigned.astype(float)
    columns = np.column_stack([np.ones(len(arm)), arm, known, known * arm[:, np.newaxis]])
    contrast = np.zeros(columns.shape[1])
    contrast[1] = 1.0
    found = contrast_of(sample.outcome, columns, contrast, sample.household, chance_weights(sample))
    low, high = t_interval(found.effect, found.se, found.df, basis.confidence)
    return _finding(
        Estimand.AS_DRAWN,
        Estimate(found.effect, found.se, found.df, low, high),
        sample,
        basis,
        method=wording.LIN if known.size else wording.MEAN,
    )


@dataclass(frozen=True, slots=True)
class ComplierEffect:
    """Effect on those whom the draw got visited, with the strength of the draw as an instrument."""

    finding: Finding
    first_stage: float
    first_stage_f: float

    @property
    def weak(self) -> bool:
        return self.first_stage_f < STRONG_F


def effect_on_visited(sample: Sample, visited: Floats, basis: Basis) -> ComplierEffect:
    """Wald ratio with Anderson-Rubin limits, which hold their coverage however weak the draw.

    The limits are infinite when the data set none. `visited` is 1 or 0, or a number of visits.
    """
    scale = float(sample.outcome.std()) or 1.0
    money, first = sample.outcome / scale, np.asarray(visited, float)
    parts = [
        intention_to_treat(replace(sample, outcome=c), basis.confidence) for c in (money, first, money + first)
    ]
    on_money, on_visit, both = parts
    if on_visit.effect == 0:
        raise BadInput("The draw changed nobody's visit: there is no effect on the visited to estimate.")
    shared = (both.se**2 - on_money.se**2 - on_visit.se**2) / 2
    critical = float(stats.t.ppf((1 + basis.confidence) / 2, on_money.df)) ** 2
    low, high = _fieller(on_money, on_visit, shared, critical)
    ratio = on_money.effect / on_visit.effect
    spread = on_money.se**2 - 2 * ratio * shared + ratio**2 * on_visit.se**2
    f = inf if on_visit.se == 0 else (on_visit.effect / on_visit.se) ** 2
    se = sqrt(max(spread, 0)) / abs(on_visit.effect)
    found = Estimate(scale * ratio, scale * se, on_money.df, scale * low, scale * high)
    notes = (wording.WEAK,) * (f < STRONG_F) + (wording.UNBOUNDED,) * (low == -inf or high == inf)
    assumed = (wording.BY_CHANCE, wording.NO_SPILL_OVER, wording.ONLY_THROUGH_VISITS, wording.NO_DEFIERS)
    finding = _finding(Estimand.ON_VISITED, found, sample, basis, method=wording.WALD)
    finding = replace(finding, assumptions=assumed, grade=Grade.B, warnings=finding.warnings + notes)
    return ComplierEffect(finding, on_visit.effect, f)


def _fieller(money: Estimate, visit: Estimate, shared: float, critical: float) -> tuple[float, float]:
    """All ratios that the data do not reject: a b² + 2 h b + c <= 0."""
    a = visit.effect**2 - critical * visit.se**2
    h = critical * shared - money.effect * visit.effect
    c = money.effect**2 - critical * money.se**2
    root = h * h - a * c
    if a <= 0 or root < 0:
        return -inf, inf
    return (-h - sqrt(root)) / a, (-h + sqrt(root)) / a


def _centred(sample: Sample, before: Mapping[str, Floats]) -> Floats:
    columns = [np.asarray(before[name], float) for name in sorted(before)]
    if any(not np.isfinite(column).all() for column in columns):
        raise BadInput("Adjustment: a column has gaps. Give a value and a column that says it was missing.")
    columns += [(sample.stratum == one).astype(float) for one in np.unique(sample.stratum)[1:]]
    if not columns:
        return np.zeros((len(sample.outcome), 0))
    matrix = np.column_stack(columns)
    matrix = matrix[:, matrix.std(axis=0) > 0]
    fewest = min(len(np.unique(sample.household[side])) for side in (sample.assigned, ~sample.assigned))
    if 3 * matrix.shape[1] > fewest:
        raise BadInput(
            f"Adjustment: {matrix.shape[1]} columns for {fewest} clusters on the smaller side. Leave some out."
        )
    spread = matrix.std(axis=0)
    return np.asarray((matrix - matrix.mean(axis=0)) / spread)


def _finding(estimand: Estimand, found: Estimate, sample: Sample, basis: Basis, *, method: Message) -> Finding:
    sides = [len(np.unique(sample.household[side])) for side in (sample.assigned, ~sample.assigned)]
    return Finding(
        estimand,
        found.effect,
        found.se,
        found.low,
        found.high,
        basis.confidence,
        n=len(sample.outcome),
        clusters=sum(sides),
        method=method,
        assumptions=(wording.BY_CHANCE, wording.NO_SPILL_OVER),
        snapshot_id=basis.snapshot_id,
        grade=Grade.A,
        warnings=(wording.FEW_CLUSTERS,) * (min(sides) < FEWEST_CLUSTERS),
    )
