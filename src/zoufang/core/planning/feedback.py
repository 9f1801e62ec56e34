"""Yesterday's evaluation in tomorrow's values."""

from __future__ import annotations

from zoufang.core.values import UpliftEstimate


def calibrated(prior: UpliftEstimate, average_prior_fen: int, measured: UpliftEstimate) -> UpliftEstimate:
    """One customer's uplift after a study: the prior keeps the differences between customers, the study the level.

    The prior is scaled by measured effect over the average prior of the study's customers; the interval takes the
    measured relative width. Where the average prior is not positive there is no level to scale: the prior stands.
    """
    if average_prior_fen <= 0:
        return prior

    def scaled(measured_fen: int) -> int:
        return prior.effect_fen * measured_fen // average_prior_fen

    low, middle, high = sorted(scaled(fen) for fen in (measured.low_fen, measured.effect_fen, measured.high_fen))
    return UpliftEstimate(middle, low, high, f"{prior.method}, level by {measured.method}")
