"""From a study's units to the aligned columns that the estimators take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from zoufang.core.evaluation.estimators import Codes, Floats, Sample
from zoufang.core.evaluation.outcomes import UnitOutcome


def sample_of(units: Sequence[UnitOutcome]) -> Sample:
    """Recovered fen per unit with the logged chance of its household (the same for all when none is logged)."""
    return Sample(
        outcome=column([unit.recovered_fen for unit in units]),
        assigned=np.array([unit.assigned for unit in units], dtype=np.bool_),
        p_hold_out=column([0.5 if unit.p_hold_out is None else unit.p_hold_out for unit in units]),
        stratum=_strata(units),
        household=_codes([unit.household for unit in units]),
    )


def column(values: Sequence[float | bool]) -> Floats:
    return np.array(values, dtype=np.float64)


def _strata(units: Sequence[UnitOutcome]) -> Codes:
    """Strata with two or more households on each side; the smaller are one stratum together, or all are one.

    A household that spans strata belongs to that of its first unit.
    """
    home: dict[str, str] = {}
    sides: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for unit in sorted(units, key=lambda unit: unit.unit):
        stratum = home.setdefault(unit.household, unit.stratum)
        sides[stratum][unit.assigned].add(unit.household)
    whole = {stratum for stratum, both in sides.items() if min(map(len, both)) >= 2}
    rest = [both for stratum, both in sides.items() if stratum not in whole]
    if rest and min(len(set().union(*(both[side] for both in rest))) for side in (0, 1)) < 2:
        whole = set()
    return _codes([f"={home[u.household]}" if home[u.household] in whole else "" for u in units])


def _codes(labels: list[str]) -> Codes:
    return np.unique(np.array(labels, dtype=object), return_inverse=True)[1].astype(np.int64)
