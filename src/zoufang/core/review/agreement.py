"""How far two reviewers agree beyond chance: Cohen's kappa, its interval by resampling visits."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from zoufang.core.review.form import Mark
from zoufang.core.values import Message, gettext_noop

MARKS = tuple(Mark)
RESAMPLES = 999
FEWEST = 10  # visits, for an interval
MOST_WITHOUT = 0.05  # share of resamples in which kappa isn't defined, from where on there is no interval
CELLS = 2_000_000  # resampled at once
Pair = tuple[Mark, Mark]


@dataclass(frozen=True, slots=True)
class Agreement:
    """`visits` scored twice, `pairs` of marks; kappa with its 95 % interval, or `why` there is none."""

    visits: int
    pairs: int
    agreed: int
    kappa: float | None = None
    low: float | None = None
    high: float | None = None
    why: Message | None = None


def agreement(visits: Sequence[Sequence[Pair]], *, seed: int = 1) -> Agreement:
    """Of the pairs of marks of each visit; items of one visit hang together, so whole visits are resampled.

    Cohen (1960), unweighted: the marks have no order. Each visit gives as many pairs as the others.
    """
    if not visits:
        return Agreement(0, 0, 0, why=Message(gettext_noop("No visit has been scored by two reviewers yet.")))
    first, second = (np.array([[MARKS.index(p[i]) for p in v] for v in visits], np.int8) for i in (0, 1))
    counts = len(visits), int(first.size), int((first == second).sum())
    kappa = float(_kappa(first.ravel(), second.ravel()))
    if np.isnan(kappa):
        text = gettext_noop("All marks are alike, so that agreement beyond chance cannot be measured.")
        return Agreement(*counts, why=Message(text))
    if any(np.all(side == side.flat[0]) for side in (first, second)):
        text = gettext_noop(
            "One of the two gave the same mark each time, so that agreement beyond chance cannot show."
        )
        return Agreement(*counts, kappa=kappa, why=Message(text))
    if len(visits) < FEWEST:
        text = gettext_noop("Fewer than %(n)s visits: too few for an interval.")
        return Agreement(*counts, kappa=kappa, why=Message(text, {"n": FEWEST}))
    bounds = _interval(first, second, seed)
    if bounds is None:
        return Agreement(*counts, kappa=kappa, why=Message(gettext_noop("Too few marks differ for an interval.")))
    return Agreement(*counts, kappa, *bounds)


def _kappa(first: NDArray[np.int8], second: NDArray[np.int8]) -> NDArray[np.float64]:
    """Along the last axis; nan where chance alone would make all marks agree."""
    seen = (first == second).mean(axis=-1)
    by_chance = sum((first == k).mean(axis=-1) * (second == k).mean(axis=-1) for k in range(len(MARKS)))
    room = 1 - np.asarray(by_chance)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(room > 1e-12, (seen - by_chance) / room, np.nan)


def _interval(first: NDArray[np.int8], second: NDArray[np.int8], seed: int) -> tuple[float, float] | None:
    def statistic(rows: NDArray[np.int64], axis: int = -1) -> NDArray[np.float64]:
        picked = np.asarray(rows).astype(np.int64)
        shape = (*picked.shape[:-1], -1)
        return _kappa(first[picked].reshape(shape), second[picked].reshape(shape))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)  # counted below instead
        drawn = stats.bootstrap(
            (np.arange(len(first)),),
            statistic,
            n_resamples=RESAMPLES,
            batch=max(1, CELLS // first.size),
            method="percentile",
            vectorized=True,
            rng=np.random.default_rng(seed),
        ).bootstrap_distribution
    if np.isnan(drawn).mean() > MOST_WITHOUT:
        return None
    low, high = np.nanquantile(drawn, (0.025, 0.975))
    return float(low), float(high)
