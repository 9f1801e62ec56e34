"""How strong something unseen must be to explain an effect away."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt

from zoufang.core.errors import BadInput
from zoufang.core.evaluation.estimates.finding import Finding


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """`e_value` of the effect and of the limit nearer to zero (VanderWeele & Ding 2017): the risk ratio that
    something unseen would need with both visit and payment. `robustness`: share of what is left unexplained of
    both that it would need to explain (Cinelli & Hazlett 2020). 1 and 0: nothing is needed."""

    e_value: float
    e_value_of_limit: float
    robustness: float


def sensitivity_of(effect: float, low: float, high: float, *, spread: float, t: float, df: float) -> Sensitivity:
    """`spread`: the outcome's standard deviation; d of them stand for a risk ratio of exp(0.91 d)."""
    if spread <= 0 or df <= 0:
        raise BadInput("Sensitivity: the outcome does not vary, or no degrees of freedom are left.")
    limit = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
    f = abs(t) / sqrt(df)
    robustness = (sqrt(f**4 + 4 * f**2) - f**2) / 2
    return Sensitivity(
        _e_value(exp(0.91 * abs(effect) / spread)), _e_value(exp(0.91 * limit / spread)), robustness
    )


def limits_if_unseen(finding: Finding, *, df: float, of_outcome: float, of_choice: float) -> tuple[float, float]:
    """Limits that still hold when something unseen explains these shares of what is left of outcome and choice.

    Cinelli & Hazlett 2020, in either direction; shares of what the columns leave unexplained.
    """
    if not 0 <= of_outcome <= 1 or not 0 <= of_choice < 1:
        raise BadInput("Sensitivity: shares explained lie between 0 and 1.")
    bias = finding.se * sqrt(df * of_outcome * of_choice / (1 - of_choice))
    return finding.low - bias, finding.high + bias


def _e_value(ratio: float) -> float:
    return ratio + sqrt(ratio * (ratio - 1))
