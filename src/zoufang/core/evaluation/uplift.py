"""What planning may expect of a visit tomorrow: yesterday's evidence, shrunk towards a stated prior."""

from __future__ import annotations

from statistics import NormalDist

from zoufang.core.evaluation.report import Evaluation
from zoufang.core.values import UpliftEstimate

# No published randomised estimate of bank visits was found (the nearest, Ortega & Scartascini 2020, is a tax
# agency). So: 300 yuan for each customer met, with a 95% range from -200 to 800 that admits harm. A bank that
# knows better passes its own.
DOCUMENTED_PRIOR = UpliftEstimate(30_000, -20_000, 80_000, "documented prior")
PRIOR_CONFIDENCE = 0.95


def uplift_from(evaluation: Evaluation, prior: UpliftEstimate = DOCUMENTED_PRIOR) -> UpliftEstimate:
    """Normal-normal shrinkage by precision of the effect on those met; the prior alone where that is unknown.

    The effect on the visited includes doors that stayed shut, and planning multiplies by P(met) itself, so only
    the effect on those met is used. The outcome is per customer met, in fen, as 95% intervals.
    """
    found = evaluation.effects.on_met
    if found is None or found.high_fen <= found.low_fen:
        return prior
    prior_sd = _sd(prior.low_fen, prior.high_fen, PRIOR_CONFIDENCE)
    found_sd = _sd(found.low_fen, found.high_fen, evaluation.confidence)
    trust = prior_sd**2 / (prior_sd**2 + found_sd**2)
    effect = prior.effect_fen + trust * (found.effect_fen - prior.effect_fen)
    half = NormalDist().inv_cdf((1 + PRIOR_CONFIDENCE) / 2) * prior_sd * (1 - trust) ** 0.5
    method = f"study {evaluation.study_id} ({evaluation.snapshot_id[:12]}), weight {trust:.2f}, on {prior.method}"
    return UpliftEstimate(round(effect), round(effect - half), round(effect + half), method)


def _sd(low_fen: int, high_fen: int, confidence: float) -> float:
    return (high_fen - low_fen) / 2 / NormalDist().inv_cdf((1 + confidence) / 2)
