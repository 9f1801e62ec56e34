"""Least squares with the CR2 variance by cluster and Bell-McCaffrey degrees of freedom.

CR2 removes the bias of the sandwich when clusters are few or uneven (Bell & McCaffrey 2002; Pustejovsky & Tipton
2018); with one observation a cluster it is HC2. Working model: independent errors of equal variance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zoufang.core.errors import BadInput
from zoufang.core.evaluation.estimates.finding import Codes, Floats


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One linear combination of the coefficients."""

    effect: float
    se: float
    df: float
    clusters: int


def contrast_of(
    outcome: Floats, columns: Floats, contrast: Floats, cluster: Codes, weights: Floats | None = None
) -> Coefficient:
    """`contrast` @ coefficients. BadInput when the columns depend on each other or leave no degrees of freedom."""
    root = np.ones(len(outcome)) if weights is None else np.sqrt(weights)
    x, y = columns * root[:, np.newaxis], outcome * root
    if np.linalg.matrix_rank(x) < x.shape[1] or len(y) <= x.shape[1]:
        raise BadInput("Adjustment: the columns depend on each other or are too many. Leave some out.")
    bread: Floats = np.linalg.inv(x.T @ x).astype(np.float64)
    coefficients = bread @ (x.T @ y)
    direction = bread @ contrast
    code = np.unique(cluster, return_inverse=True)[1]
    count = int(code.max()) + 1
    if count < 2:
        raise BadInput("Adjustment: a single cluster gives no interval.")
    loads = _loads(x, bread, direction, code, count)
    sums = np.bincount(code, weights=loads * (y - x @ coefficients), minlength=count)
    df = _degrees_of_freedom(x, bread, loads, code, count)
    return Coefficient(float(contrast @ coefficients), float(np.sqrt(sums @ sums)), df, count)


def _loads(x: Floats, bread: Floats, direction: Floats, code: Codes, count: int) -> Floats:
    """(I - H_g)^(-1/2) X_g M c, stacked: what each residual counts for in the variance."""
    plain = x @ direction
    if count == len(x):
        leverage = np.einsum("ij,jk,ik->i", x, bread, x)
        return np.asarray(plain / np.sqrt(np.maximum(1 - leverage, 1e-10)))
    half = np.linalg.cholesky(bread)
    loads = plain.copy()
    order = np.argsort(code, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(code[order])) + 1):
        left, singular, _ = np.linalg.svd(x[rows] @ half, full_matrices=False)
        rest = 1 - singular**2
        # A direction that the cluster alone decides has no residual; Moore-Penrose gives it no weight.
        factor = np.where(rest > 1e-10, 1 / np.sqrt(np.maximum(rest, 1e-10)), 0.0)
        loads[rows] += left @ ((factor - 1) * (left.T @ plain[rows]))
    return loads


def _degrees_of_freedom(x: Floats, bread: Floats, loads: Floats, code: Codes, count: int) -> float:
    """Satterthwaite: (sum of eigenvalues)² over sum of squares, without building the cluster-by-cluster matrix."""
    own = np.bincount(code, weights=loads**2, minlength=count)
    shared = np.zeros((count, x.shape[1]))
    np.add.at(shared, code, x * loads[:, np.newaxis])
    through = np.einsum("ij,jk,ik->i", shared, bread, shared)
    crossed = bread @ (shared.T @ shared)
    trace, squares = own.sum() - through.sum(), own @ own - 2 * own @ through + np.trace(crossed @ crossed)
    return float(max(1.0, trace**2 / squares)) if squares > 0 else 1.0
