"""What a study measured, in the form that planning weighs against what it expected."""

from __future__ import annotations

from statistics import NormalDist

from zoufang.core.evaluation.report import Evaluation
from zoufang.core.values import UpliftEstimate

CONFIDENCE = 0.95


def measured_uplift(evaluation: Evaluation) -> UpliftEstimate | None:
    """Fen per customer met with a 95% interval, unshrunk; None where the study cannot tell it.

    The effect on the visited includes doors that stayed shut, and planning multiplies by P(met) itself, so only
    the effect on those met is used.
    """
    found = evaluation.effects.on_met
    if found is None or found.high_fen <= found.low_fen:
        return None
    wider = _quantile(CONFIDENCE) / _quantile(evaluation.confidence)
    half = (found.high_fen - found.low_fen) / 2 * wider
    method = f"study {evaluation.study_id} ({evaluation.snapshot_id[:12]})"
    return UpliftEstimate(found.effect_fen, round(found.effect_fen - half), round(found.effect_fen + half), method)


def _quantile(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)
