"""The effects of one study side by side, and the verdict that they allow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from zoufang.core.evaluation import estimators
from zoufang.core.evaluation.estimators import Estimate, Redraws, Sample
from zoufang.core.evaluation.outcomes import UnitOutcome
from zoufang.core.evaluation.policy import EvaluationPolicy
from zoufang.core.evaluation.samples import column


class Verdict(StrEnum):
    RECOVERS_MORE = "recovers_more"
    RECOVERS_LESS = "recovers_less"
    CANNOT_TELL = "cannot_tell"
    TOO_SMALL = "too_small"


@dataclass(frozen=True, slots=True)
class Interval:
    """An effect in fen with its confidence interval."""

    effect_fen: int
    low_fen: int
    high_fen: int

    @property
    def sign(self) -> int:
        """1 or -1 when the whole interval lies on one side of zero, else 0."""
        return (self.low_fen > 0) - (self.high_fen < 0)

    @classmethod
    def of(cls, found: Estimate) -> Interval:
        return cls(round(found.effect), round(found.low), round(found.high))


@dataclass(frozen=True, slots=True)
class Effects:
    """`itt` on raw money is the answer; the rest stands beside it. None: the draw hardly moved the treatment,
    or who was met was not recorded."""

    itt: Interval
    winsorised: Interval
    winsor_cap_fen: int
    mean_assigned_fen: int
    mean_held_out_fen: int
    on_visited: Interval | None
    on_met: Interval | None
    smallest_detectable_fen: int

    @classmethod
    def of(cls, sample: Sample, units: tuple[UnitOutcome, ...], policy: EvaluationPolicy, seed: int) -> Effects:
        """`seed` is of the re-draws, so that the same snapshot gives the same limits."""
        redraws = Redraws(policy.redraws, seed)
        main = estimators.intention_to_treat(sample, policy.confidence, redraws)
        capped, cap = estimators.winsorised(sample.outcome, policy.winsor_quantile)
        small = estimators.intention_to_treat(replace(sample, outcome=capped), policy.confidence, redraws)
        return cls(
            itt=Interval.of(main),
            winsorised=Interval.of(small),
            winsor_cap_fen=round(cap),
            mean_assigned_fen=round(estimators.arm_mean(sample, sample.outcome, assigned=True)),
            mean_held_out_fen=round(estimators.arm_mean(sample, sample.outcome, assigned=False)),
            on_visited=_on_treated(sample, [unit.visited for unit in units], policy, redraws),
            on_met=_on_treated(sample, [unit.met for unit in units], policy, redraws),
            smallest_detectable_fen=round(estimators.smallest_detectable(main, policy.power)),
        )

    def verdict(self, fewest_households: int, policy: EvaluationPolicy) -> Verdict:
        """`fewest_households`: on the smaller side; too few and the interval itself is not to be trusted."""
        if fewest_households < policy.min_households_per_arm:
            return Verdict.TOO_SMALL
        if self.itt.sign:
            return Verdict.RECOVERS_MORE if self.itt.sign > 0 else Verdict.RECOVERS_LESS
        if policy.worthwhile_fen is not None and self.smallest_detectable_fen > policy.worthwhile_fen:
            return Verdict.TOO_SMALL
        return Verdict.CANNOT_TELL


def _on_treated(
    sample: Sample, treated: list[bool] | list[bool | None], policy: EvaluationPolicy, redraws: Redraws
) -> Interval | None:
    known = [bool(t) for t in treated if t is not None]
    if len(known) < len(treated):
        return None
    found = estimators.effect_on_treated(
        sample, column(known), policy.confidence, policy.min_first_stage_f, redraws
    )
    return None if found is None else Interval.of(found)
