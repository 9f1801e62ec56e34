"""The statistics of one draw of the arms or of thousands at once, by household."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
CHUNK_CELLS = 2_000_000  # draws times households held at once: 16 MB


@dataclass(frozen=True, slots=True)
class Households:
    """One entry a household. `weight` and `money` are sums of 1/chance and of outcome/chance, if held out and if
    assigned."""

    assigned: Bools
    stratum: NDArray[np.int64]
    p_hold_out: Floats
    size: Floats
    weight: tuple[Floats, ...]
    money: tuple[Floats, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Effect, standard error and Satterthwaite degrees of freedom of each draw."""

    effect: Floats
    se: Floats
    df: Floats


def statistics(households: Households, draws: Bools) -> Statistics:
    """For draws (draw x household, true is assigned): strata weighted by their customers."""
    effect, variance, spread = (np.zeros(len(draws)) for _ in range(3))
    for stratum in np.unique(households.stratum):
        inside = households.stratum == stratum
        share = float(households.size[inside].sum() / households.size.sum())
        for side, sign in ((1, 1.0), (0, -1.0)):
            drawn = (draws[:, inside] == bool(side)).astype(np.float64)
            mean, cell, df = _cell(drawn, households.weight[side][inside], households.money[side][inside])
            effect += sign * share * mean
            variance += share**2 * cell
            spread += (share**2 * cell) ** 2 / df
    return Statistics(effect, np.sqrt(variance), _ratio(variance**2, spread, len(households.size) - 2))


def redraw(households: Households, count: int, seed: int) -> Floats:
    """The t ratios of `count` draws that chance might have made: the same numbers held out in each stratum and
    among those of each probability."""
    rng = np.random.default_rng(seed)
    chunk = max(1, CHUNK_CELLS // len(households.size))
    found = [_t(households, min(chunk, count - start), rng) for start in range(0, count, chunk)]
    return np.concatenate(found)


def _t(households: Households, count: int, rng: np.random.Generator) -> Floats:
    draws = np.tile(households.assigned, (count, 1))
    alike = np.unique(np.column_stack([households.stratum, households.p_hold_out]), axis=0, return_inverse=True)[1]
    for block in range(int(alike.max()) + 1):
        inside = np.flatnonzero(alike == block)
        draws[:, inside] = rng.permuted(draws[:, inside], axis=1)
    drawn = statistics(households, draws)
    return _ratio(drawn.effect, drawn.se, 0.0)


def _cell(drawn: Floats, weight: Floats, money: Floats) -> tuple[Floats, Floats, Floats]:
    """Weighted mean, its household-robust variance and degrees of freedom, of one stratum and side."""
    count, total = drawn.sum(axis=1), drawn @ weight
    mean = drawn @ money / total
    squares = drawn @ money**2 - 2 * mean * (drawn @ (weight * money)) + mean**2 * (drawn @ weight**2)
    return mean, count / (count - 1) * np.maximum(squares, 0) / total**2, count - 1


def _ratio(above: Floats, below: Floats, otherwise: float) -> Floats:
    return np.divide(above, below, out=np.full_like(above, otherwise), where=below > 0)
