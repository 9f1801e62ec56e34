"""Yesterday's evaluation in tomorrow's values."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

from zoufang.core.values import UpliftEstimate

# How sure we are of the average level before any study: one standard deviation is half of it, so that 95% of the
# belief lies between nothing and twice the average. An assumption; the per-customer range is another matter.
LEVEL_SD_SHARE = 0.5
# Below this share of the prior only a study that excludes any benefit may bring the level: a plan emptied by
# chance would visit nobody, and so would never learn that it erred.
FLOOR_SHARE = 0.1
Z_95 = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Level:
    """What a visit adds on average after a study; `weight` in [0, 1] is how far the study moved it."""

    effect_fen: int
    low_fen: int
    high_fen: int
    weight: float


def level_after(average_prior_fen: int, measured: UpliftEstimate) -> Level:
    """Shrink a measured level towards the prior by precision; `average_prior_fen` is above zero.

    Normal-normal with known variances (Gelman et al., Bayesian Data Analysis, 3rd ed., 2.5): weight of the study =
    prior variance / (prior variance + squared standard error), the error from its 95% interval. A wide interval
    moves little, a narrow one a lot; noise alone never brings the level below `FLOOR_SHARE` of the prior.
    """
    sd = LEVEL_SD_SHARE * average_prior_fen
    error = (measured.high_fen - measured.low_fen) / 2 / Z_95
    weight = sd**2 / (sd**2 + error**2)
    effect = average_prior_fen + weight * (measured.effect_fen - average_prior_fen)
    half = Z_95 * sd * (1 - weight) ** 0.5
    low, high = effect - half, effect + half
    if measured.high_fen >= 0:
        effect = max(effect, FLOOR_SHARE * average_prior_fen)
    return Level(round(effect), round(low), round(max(high, effect)), weight)


def calibrated(prior: UpliftEstimate, average_prior_fen: int, measured: UpliftEstimate) -> UpliftEstimate:
    """One customer's uplift after a study: the prior keeps the differences between customers, the study the level.

    The prior is scaled by the level after the study over the average prior of its customers; the interval takes
    that level's relative width. Where the average prior is not positive there is no level to scale: it stands.
    """
    if average_prior_fen <= 0:
        return prior
    level = level_after(average_prior_fen, measured)

    def scaled(level_fen: int) -> int:
        return prior.effect_fen * level_fen // average_prior_fen

    low, middle, high = sorted(scaled(fen) for fen in (level.low_fen, level.effect_fen, level.high_fen))
    method = f"{prior.method}, level by {measured.method} with weight {level.weight:.2f}"
    return UpliftEstimate(middle, low, high, method)
