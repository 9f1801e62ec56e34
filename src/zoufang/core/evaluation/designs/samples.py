"""From a frozen draw with two sides to the columns that estimates take."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from zoufang.core.errors import BadInput
from zoufang.core.evaluation.designs.draws import Cell, FrozenDraw, Kind
from zoufang.core.evaluation.estimators import Sample

TWO_SIDED = frozenset({Kind.CLUSTER, Kind.ENCOURAGEMENT, Kind.QUEUE_CUT})
TOWARDS_VISITS = frozenset({Cell.VISIT, Cell.ENCOURAGED})


def sample_of_draw(draw: FrozenDraw, outcome: Mapping[str, float]) -> Sample:
    """Everybody on whom chance decided, with `outcome` by subject, as drawn. BadInput when somebody has none."""
    if draw.kind not in TWO_SIDED:
        raise BadInput(f"A {draw.kind.value} study does not compare two sides; use its own estimate.")
    lots = draw.compared
    missing = [lot.subject for lot in lots if lot.subject not in outcome]
    if missing:
        raise BadInput(
            f"{len(missing)} who were drawn have no outcome ({', '.join(missing[:3])}). Count nobody out."
        )
    assigned = np.array([lot.cell in TOWARDS_VISITS for lot in lots], dtype=np.bool_)
    chance = np.array([lot.probability for lot in lots], dtype=np.float64)
    within_strata = draw.kind is Kind.ENCOURAGEMENT
    return Sample(
        outcome=np.array([outcome[lot.subject] for lot in lots], dtype=np.float64),
        assigned=assigned,
        p_hold_out=np.where(assigned, 1 - chance, chance),
        stratum=_codes([lot.stratum if within_strata else "" for lot in lots]),
        household=_codes([lot.cluster for lot in lots]),
    )


def _codes(labels: list[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)
