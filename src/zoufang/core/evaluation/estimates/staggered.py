"""Effects of a roll-out by waves: each wave's gain against those not started, never two-way fixed effects.

Callaway & Sant'Anna 2021 (J. Econometrics 225) without columns, varying base period; influence functions as in
their section 4.1, summed by cluster.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

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

NEVER = 0


@dataclass(frozen=True, slots=True)
class Panel:
    """`outcome` is unit x period, without gaps; `start` the number of the period (from 1) in which a unit started,
    0: never. `cluster` is what was drawn together. `drawn`: the order of starting was drawn by lot."""

    outcome: Floats
    start: Codes
    cluster: Codes
    drawn: bool

    def __post_init__(self) -> None:
        if self.outcome.ndim != 2 or not len(self.outcome) == len(self.start) == len(self.cluster):
            raise BadInput("Roll-out: give one row of periods, one start and one cluster for each unit.")
        if not np.isfinite(self.outcome).all():
            raise BadInput("Roll-out: some unit lacks a period. Leave the unit out, or count the period as zero.")
        if (self.start == 1).any() or not (self.start > 1).any():
            raise BadInput(
                "Roll-out: every started unit needs a period before its start, and somebody must start."
            )


@dataclass(frozen=True, slots=True)
class RollOut:
    """`overall` is over all started units and periods; `by_age` counts periods from the start (negative: placebo),
    `by_wave` the mean of each wave."""

    overall: Finding
    by_age: tuple[tuple[int, Finding], ...]
    by_wave: tuple[tuple[int, Finding], ...]
    group_time: tuple[tuple[int, int, Finding], ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    wave: int
    period: int
    effect: float
    influence: Floats


def roll_out_effects(panel: Panel, basis: Basis, *, not_yet: bool = True) -> RollOut:
    """`not_yet`: compare with all who have not started by then, not only with those who never do."""
    cells = [
        cell
        for wave in np.unique(panel.start[panel.start > 0])
        for period in range(2, panel.outcome.shape[1] + 1)
        if (cell := _cell(panel, int(wave), period, not_yet)) is not None
    ]
    after = [cell for cell in cells if cell.period >= cell.wave]
    if not after:
        raise BadInput("Roll-out: nobody is left who has not started, so there is nothing to compare with.")
    ages = sorted({cell.period - cell.wave for cell in cells})
    told = _Teller(panel, basis, _moved_apart(panel, cells, basis))
    return RollOut(
        told.of(after),
        tuple((age, told.of([c for c in cells if c.period - c.wave == age])) for age in ages),
        tuple((w, told.of([c for c in after if c.wave == w], even=True)) for w in sorted({c.wave for c in after})),
        tuple((c.wave, c.period, told.of([c])) for c in cells),
    )


def _moved_apart(panel: Panel, cells: list[_Cell], basis: Basis) -> bool:
    """The ages before the start, all together, show more than chance (Hotelling, by cluster)."""
    before = [cell for cell in cells if cell.period < cell.wave]
    ages = sorted({cell.period - cell.wave for cell in before})
    parts = [_weighted(panel, [c for c in before if c.period - c.wave == age]) for age in ages]
    code = np.unique(panel.cluster, return_inverse=True)[1]
    k, clusters = len(ages), int(code.max()) + 1
    if not k or clusters <= k + 1:
        return False
    effects = np.array([effect for effect, _ in parts])
    sums = np.column_stack([np.bincount(code, weights=spread) for _, spread in parts]) / len(code)
    t2 = float(effects @ np.linalg.pinv(sums.T @ sums, hermitian=True) @ effects)
    ratio = (clusters - k) / (k * (clusters - 1)) * t2
    return float(stats.f.sf(ratio, k, clusters - k)) < 1 - basis.confidence


def _cell(panel: Panel, wave: int, period: int, not_yet: bool) -> _Cell | None:
    """The change of this wave since just before, less that of those without a start by then."""
    base = wave - 1 if period >= wave else period - 1
    change = panel.outcome[:, period - 1] - panel.outcome[:, base - 1]
    treated = panel.start == wave
    waiting = panel.start == NEVER
    if not_yet:
        waiting = waiting | ((panel.start > max(period, base)) & ~treated)
    if not waiting.any():
        return None
    ours, ours_influence = _mean(change, treated)
    theirs, their_influence = _mean(change, waiting)
    return _Cell(wave, period, ours - theirs, ours_influence - their_influence)


def _mean(change: Floats, inside: Bools) -> tuple[float, Floats]:
    mean = float(change[inside].mean())
    return mean, np.where(inside, (change - mean) * len(change) / inside.sum(), 0.0)


def _evenly(cells: list[_Cell]) -> tuple[float, Floats]:
    influence = np.column_stack([cell.influence for cell in cells]).mean(axis=1)
    return float(np.mean([cell.effect for cell in cells])), influence


def _weighted(panel: Panel, cells: list[_Cell]) -> tuple[float, Floats]:
    """By the size of their waves, whose error counts too."""
    effects = np.array([cell.effect for cell in cells])
    influence = np.column_stack([cell.influence for cell in cells])
    member = np.column_stack([panel.start == cell.wave for cell in cells]).astype(float)
    share = member.mean(axis=0)
    total = share.sum()
    drift = (member - share) / total - (member - share).sum(axis=1, keepdims=True) * share / total**2
    return float(effects @ share / total), influence @ (share / total) + drift @ effects


@dataclass(frozen=True, slots=True)
class _Teller:
    panel: Panel
    basis: Basis
    broken: bool

    def of(self, cells: list[_Cell], *, even: bool = False) -> Finding:
        """Cells together, by the size of their waves or evenly."""
        total, spread = _evenly(cells) if even else _weighted(self.panel, cells)
        n, code = len(spread), np.unique(self.panel.cluster, return_inverse=True)[1]
        sums = np.bincount(code, weights=spread)
        se = float(np.sqrt(sums @ sums)) / n
        low, high = t_interval(total, se, len(sums) - 1, self.basis.confidence)
        return self._finding(total, se, (low, high), len(sums))

    def _finding(self, effect: float, se: float, limits: tuple[float, float], clusters: int) -> Finding:
        fewest = min(
            len(np.unique(self.panel.cluster[side])) for side in (self.panel.start > 0, self.panel.start == NEVER)
        )
        rough = 0 < fewest < 10
        why = wording.BY_CHANCE if self.panel.drawn else wording.PARALLEL
        good = Grade.A if self.panel.drawn else Grade.B
        return Finding(
            Estimand.GROUP_TIME,
            effect,
            se,
            *limits,
            self.basis.confidence,
            len(self.panel.start),
            clusters,
            wording.GROUP_TIME,
            (why, wording.NO_ANTICIPATION, wording.NO_SPILL_OVER),
            self.basis.snapshot_id,
            Grade.D if self.broken else good,
            (wording.PRE_TREND,) * self.broken + (wording.FEW_CLUSTERS,) * rough,
        )
