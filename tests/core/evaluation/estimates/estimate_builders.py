"""Samples for the tests of estimates."""

import numpy as np

from zoufang.core.evaluation.estimates import Basis
from zoufang.core.evaluation.estimators import Sample

BASIS = Basis("a" * 64)


def a_sample(outcome, assigned, p_hold_out=0.5, household=None, stratum=None):
    n = len(outcome)
    return Sample(
        np.asarray(outcome, float),
        np.asarray(assigned, bool),
        np.full(n, p_hold_out),
        np.zeros(n, np.int64) if stratum is None else np.asarray(stratum),
        np.arange(n) if household is None else np.asarray(household),
    )


def coverage_allows(covered, runs, level=0.95, errors=3.5):
    """True when so many intervals held the truth as an honest 95% interval would."""
    return abs(covered / runs - level) < errors * (level * (1 - level) / runs) ** 0.5
