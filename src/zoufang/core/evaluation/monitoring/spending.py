"""Planned looks: how much error may be spent at each (O'Brien-Fleming type, Lan & DeMets 1983), both sides."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.integrate import simpson
from scipy.optimize import brentq

from zoufang.core.errors import BadInput

POINTS = 801
WIDEST = 10.0  # standard errors: nothing is spent beyond

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PlannedLook:
    """`information` is the share of the final information (1/se²) reached; beyond `bound` the study may stop."""

    information: float
    bound: float
    spent: float


def plan_looks(information: tuple[float, ...], confidence: float = 0.95) -> tuple[PlannedLook, ...]:
    """Bounds on |effect/se| at each look. The last look has information 1 and spends the rest."""
    if not information or information[-1] != 1 or information[0] <= 0:
        raise BadInput("Looks: shares of information must begin above 0 and end with 1.")
    if any(later <= earlier for earlier, later in pairwise(information)) or not 0 < confidence < 1:
        raise BadInput("Looks: shares of information must rise, and confidence lie between 0 and 1.")
    looks: list[PlannedLook] = []
    state: tuple[Floats, Floats] | None = None
    for share in information:
        earlier = looks[-1] if looks else PlannedLook(0.0, 0.0, 0.0)
        spent = _spent(share, 1 - confidence)
        step = share - earlier.information
        bound = _bound(state, step, share, spent - earlier.spent)
        looks.append(PlannedLook(share, bound, spent))
        state = _carried(state, step, bound * np.sqrt(share))
    return tuple(looks)


def _spent(share: float, alpha: float) -> float:
    """Half of the error on each side, each spent by the one-sided function."""
    return float(4 * stats.norm.sf(stats.norm.isf(alpha / 4) / np.sqrt(share)))


def _bound(state: tuple[Floats, Floats] | None, step: float, share: float, budget: float) -> float:
    """Where the chance to cross now, not having crossed before, equals the budget."""

    def excess(bound: float) -> float:
        edge = bound * np.sqrt(share)
        if state is None:
            return float(2 * stats.norm.sf(edge / np.sqrt(step))) - budget
        places, density = state
        beyond = stats.norm.sf((edge - places) / np.sqrt(step)) + stats.norm.cdf((-edge - places) / np.sqrt(step))
        return float(simpson(density * beyond, x=places)) - budget

    return WIDEST if excess(WIDEST) > 0 else float(brentq(excess, 0.0, WIDEST, xtol=1e-10))


def _carried(state: tuple[Floats, Floats] | None, step: float, edge: float) -> tuple[Floats, Floats]:
    """Density of the score among those who go on."""
    places = np.linspace(-edge, edge, POINTS)
    if state is None:
        return places, stats.norm.pdf(places, scale=np.sqrt(step))
    before, density = state
    steps = stats.norm.pdf(places[:, np.newaxis] - before, scale=np.sqrt(step))
    return places, simpson(density * steps, x=before, axis=1)
