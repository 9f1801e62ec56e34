"""Effects of the special designs: weeks on and off, and visit by offer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zoufang.core.errors import BadInput
from zoufang.core.evaluation.estimates import wording
from zoufang.core.evaluation.estimates.adjusted import FEWEST_CLUSTERS
from zoufang.core.evaluation.estimates.finding import (
    Basis,
    Bools,
    Codes,
    Estimand,
    Finding,
    Floats,
    Grade,
    t_interval,
)
from zoufang.core.evaluation.estimates.regression import contrast_of
from zoufang.core.values import Message


def switchback_effect(outcome: Floats, on: Bools, branch: Codes, pair: Codes, basis: Basis) -> Finding:
    """One row a branch and week. The mean over branches of on less off within pairs, spread between branches.

    With a single branch the pairs stand for themselves. BadInput for a pair that is not one week on and one off.
    """
    differences, of_branch = _pair_differences(outcome, on, branch, pair)
    groups = of_branch if len(np.unique(of_branch)) > 1 else np.arange(len(of_branch))
    columns = np.ones((len(differences), 1))
    found = contrast_of(differences, columns, np.ones(1), groups)
    low, high = t_interval(found.effect, found.se, found.df, basis.confidence)
    return Finding(
        Estimand.OF_VISIT,
        found.effect,
        found.se,
        low,
        high,
        basis.confidence,
        n=len(outcome),
        clusters=found.clusters,
        method=wording.PAIRS,
        assumptions=(wording.BY_CHANCE, wording.NO_CARRY_OVER),
        snapshot_id=basis.snapshot_id,
        grade=Grade.A,
        warnings=(wording.FEW_CLUSTERS,) * (found.clusters < FEWEST_CLUSTERS),
    )


@dataclass(frozen=True, slots=True)
class FactorialEffects:
    """Each effect averaged over the other factor; `together` is what both bring beyond their sum."""

    visit: Finding
    offer: Finding
    together: Finding


def factorial_effects(
    outcome: Floats, visit: Bools, offer: Bools, probability: Floats, household: Codes, basis: Basis
) -> FactorialEffects:
    """`probability` is that of the cell in which each customer was drawn."""
    if len({(bool(v), bool(o)) for v, o in zip(visit, offer, strict=True)}) < 4:
        raise BadInput("Factorial: one of the four cells is empty, so visit and offer cannot be told apart.")
    v, o = visit.astype(float) - 0.5, offer.astype(float) - 0.5
    columns = np.column_stack([np.ones(len(v)), v, o, v * o])
    found = []
    for place, estimand in ((1, Estimand.OF_VISIT), (2, Estimand.OF_OFFER), (3, Estimand.OF_BOTH_TOGETHER)):
        contrast = np.eye(4)[place]
        one = contrast_of(outcome, columns, contrast, household, 1 / probability)
        low, high = t_interval(one.effect, one.se, one.df, basis.confidence)
        found.append(_factor(estimand, (one.effect, one.se, low, high), (len(outcome), one.clusters), basis))
    return FactorialEffects(*found)


def _factor(
    estimand: Estimand, numbers: tuple[float, float, float, float], sizes: tuple[int, int], basis: Basis
) -> Finding:
    assumptions: tuple[Message, ...] = (wording.BY_CHANCE, wording.NO_SPILL_OVER)
    return Finding(
        estimand,
        *numbers,
        basis.confidence,
        *sizes,
        wording.FACTORIAL,
        assumptions,
        basis.snapshot_id,
        Grade.A,
    )


def _pair_differences(outcome: Floats, on: Bools, branch: Codes, pair: Codes) -> tuple[Floats, Codes]:
    keys, code = np.unique(np.column_stack([branch, pair]), axis=0, return_inverse=True)
    code = np.ravel(code)
    weeks_on = np.bincount(code, weights=on)
    if not (np.bincount(code) == 2).all() or not (weeks_on == 1).all():
        raise BadInput("Switchback: each branch needs one week on and one week off in every pair.")
    differences = np.bincount(code, weights=np.where(on, outcome, -outcome))
    return differences.astype(np.float64), keys[:, 0]
