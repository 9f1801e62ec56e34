"""Time to cure or to relapse where other ends compete: written off, sold, in court, dead.

Aalen & Johansen 1978; the variance of a cumulative incidence is that of Marubini & Valsecchi 1995 (10.12).
One minus Kaplan-Meier would count as curable those who can be cured no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from zoufang.core.errors import BadInput
from zoufang.core.evaluation.estimates import wording
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

CENSORED = 0


@dataclass(frozen=True, slots=True)
class Spells:
    """Days from the draw (or from the cure, for relapse) to the first end; `end` 0: still going when last seen."""

    days: Floats
    end: Codes

    def __post_init__(self) -> None:
        if len(self.days) != len(self.end) or not len(self.days) or (self.days < 0).any() or (self.end < 0).any():
            raise BadInput("Spells: give days from zero and one end for each customer.")


@dataclass(frozen=True, slots=True)
class Incidence:
    """Share that has come to this end by the horizon, and its standard error."""

    share: float
    se: float


def incidence(spells: Spells, cause: int, horizon: float) -> Incidence:
    """Cumulative incidence of `cause` by `horizon` days."""
    times = np.unique(spells.days[(spells.end != CENSORED) & (spells.days <= horizon)])
    if not len(times):
        return Incidence(0.0, 0.0)
    ordered = np.sort(spells.days)
    at_risk = len(ordered) - np.searchsorted(ordered, times, side="left").astype(float)
    ended = _count(spells.days[spells.end != CENSORED], times)
    ours = _count(spells.days[spells.end == cause], times)
    before = np.concatenate([[1.0], np.cumprod(1 - ended / at_risk)[:-1]])
    risen = np.cumsum(before * ours / at_risk)
    return Incidence(float(risen[-1]), _se(risen, before, ours, ended, at_risk))


def incidence_effect(
    spells: Spells, assigned: Bools, *, cause: int, horizon: float, drawn: bool, basis: Basis
) -> Finding:
    """Share with this end by the horizon, assigned less held out. `drawn`: chance decided who was assigned."""
    sides = [Spells(spells.days[side], spells.end[side]) for side in (assigned, ~assigned)]
    if any(len(side.days) < 2 for side in sides):
        raise BadInput("Spells: two customers on each side are needed.")
    ours, theirs = (incidence(side, cause, horizon) for side in sides)
    se = float(np.hypot(ours.se, theirs.se))
    low, high = t_interval(ours.share - theirs.share, se, inf, basis.confidence)
    short = any(side.days.max() < horizon and side.end[side.days.argmax()] == CENSORED for side in sides)
    return Finding(
        Estimand.INCIDENCE,
        ours.share - theirs.share,
        se,
        low,
        high,
        basis.confidence,
        n=len(spells.days),
        clusters=len(spells.days),
        method=wording.AALEN_JOHANSEN,
        assumptions=(wording.BY_CHANCE if drawn else wording.ALL_SEEN, wording.INDEPENDENT_CENSORING),
        snapshot_id=basis.snapshot_id,
        grade=Grade.A if drawn and not short else Grade.D,
        warnings=(wording.CENSORED,) * short,
    )


def _count(days: Floats, times: Floats) -> Floats:
    return (np.searchsorted(np.sort(days), times, "right") - np.searchsorted(np.sort(days), times, "left")).astype(
        np.float64
    )


def _se(risen: Floats, before: Floats, ours: Floats, ended: Floats, at_risk: Floats) -> float:
    still = risen[-1] - risen
    last = np.maximum(at_risk - ended, 1e-300)  # nobody left: `still` is zero there
    spread = still**2 * np.where(at_risk > ended, ended / (at_risk * last), 0.0)
    own = before**2 * (at_risk - ours) * ours / at_risk**3
    crossed = still * before * ours / at_risk**2
    return float(np.sqrt(max(0.0, (spread + own - 2 * crossed).sum())))
