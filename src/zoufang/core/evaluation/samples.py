"""From a study's units to the aligned columns that the estimators take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from zoufang.core.evaluation.estimators import Codes, Floats, Sample
from zoufang.core.evaluation.outcomes import UnitOutcome


def sample_of(units: Sequence[UnitOutcome]) -> Sample:
    """Recovered fen per unit, weighted by its side's logged probability (equally when none is logged)."""
    return Sample(
        outcome=column([unit.recovered_fen for unit in units]),
        assigned=np.array([unit.assigned for unit in units], dtype=np.bool_),
        weight=column([_weight(unit) for unit in units]),
        stratum=_strata(units),
        household=_codes([unit.household for unit in units]),
    )


def column(values: Sequence[float | bool]) -> Floats:
    return np.array(values, dtype=np.float64)


def _weight(unit: UnitOutcome) -> float:
    if unit.p_hold_out is None:
        return 1.0
    return 1 / (1 - unit.p_hold_out if unit.assigned else unit.p_hold_out)


def _strata(units: Sequence[UnitOutcome]) -> Codes:
    """Strata with two or more households on each side; the smaller are one stratum together, or all are one."""
    sides: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for unit in units:
        sides[unit.stratum][unit.assigned].add(unit.household)
    names = {name: name for name in sides if min(map(len, sides[name])) >= 2}
    rest = [sides[name] for name in sides if name not in names]
    if rest and min(len(set().union(*(both[side] for both in rest))) for side in (0, 1)) < 2:
        names = {}
    return _codes([f"={names[unit.stratum]}" if unit.stratum in names else "" for unit in units])


def _codes(labels: list[str]) -> Codes:
    return np.unique(np.array(labels, dtype=object), return_inverse=True)[1].astype(np.int64)
