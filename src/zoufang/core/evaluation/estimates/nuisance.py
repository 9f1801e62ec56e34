"""What an observational estimate needs on the side: who would be visited, and what they would pay. Ridge, with
squares; penalties are small, fixed and in units of standardised columns."""

from __future__ import annotations

import numpy as np

from zoufang.core.evaluation.estimates.finding import Bools, Codes, Floats

PENALTY = 1.0
STEPS = 50


def features(columns: Floats) -> Floats:
    """One, each column standardised, and its square where it takes more than two values."""
    varied = columns[:, columns.std(axis=0) > 0]
    standard = (varied - varied.mean(axis=0)) / varied.std(axis=0)
    several = np.array([len(np.unique(column)) > 2 for column in varied.T], dtype=bool)
    squares = standard[:, several] ** 2
    squares = (squares - squares.mean(axis=0)) / np.where(squares.std(axis=0) > 0, squares.std(axis=0), 1)
    return np.column_stack([np.ones(len(columns)), standard, squares])


def fit_line(x: Floats, y: Floats) -> Floats:
    return np.asarray(np.linalg.solve(x.T @ x + _penalty(x), x.T @ y))


def fit_logit(x: Floats, y: Floats) -> Floats:
    """Newton's method; steps stop when nothing moves."""
    b = np.zeros(x.shape[1])
    penalty = _penalty(x)
    for _ in range(STEPS):
        p = chance(x, b)
        step = np.linalg.solve(x.T @ (x * (p * (1 - p))[:, np.newaxis]) + penalty, x.T @ (y - p) - penalty @ b)
        b = b + step
        if np.abs(step).max() < 1e-8:
            break
    return b


def chance(x: Floats, b: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(x @ b, -35, 35))))


def folds(treated: Bools, cluster: Codes, count: int, rng: np.random.Generator) -> Codes:
    """A fold for each unit: clusters whole, dealt in turn among those with and those without treatment."""
    _, first, code = np.unique(cluster, return_index=True, return_inverse=True)
    fold = np.zeros(len(first), dtype=np.int64)
    for side in (True, False):
        inside = rng.permutation(np.flatnonzero(treated[first] == side))
        fold[inside] = np.arange(len(inside)) % count
    return fold[code]


def _penalty(x: Floats) -> Floats:
    """The constant is free."""
    penalty = PENALTY * np.eye(x.shape[1])
    penalty[0, 0] = 0.0
    return penalty
