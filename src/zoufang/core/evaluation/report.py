"""From a frozen study to an answer that a manager can act on, and that says so when the data cannot tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zoufang.core.evaluation import estimators, wording
from zoufang.core.evaluation.costs import CostAnswer, cost_of
from zoufang.core.evaluation.effects import Effects, Verdict
from zoufang.core.evaluation.outcomes import Study, UnitOutcome
from zoufang.core.evaluation.policy import EvaluationPolicy
from zoufang.core.evaluation.refusals import refuse_unusable
from zoufang.core.evaluation.samples import column, sample_of
from zoufang.core.values import Message


@dataclass(frozen=True, slots=True)
class Sizes:
    """Who was counted, and who was not."""

    n_assigned: int
    n_held_out: int
    n_households: int
    n_set_aside: int
    n_open: int
    n_leaked: int
    share_visited: float
    share_met: float | None
    sample_ratio_p: float | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What assignment to visits did to recovered fen per customer, and every number needed to doubt it."""

    study_id: str
    snapshot_id: str
    simulated: bool
    window_days: int | None
    confidence: float
    method: str
    verdict: Verdict
    answer: Message
    effects: Effects
    sizes: Sizes
    cost: CostAnswer
    assumptions: tuple[Message, ...]
    warnings: tuple[Message, ...]

    @property
    def method_said(self) -> tuple[Message, ...]:
        """The method's parts in words for people."""
        return wording.method_said(self.method)

    @property
    def effect_fen(self) -> int:
        return self.effects.itt.effect_fen

    @property
    def low_fen(self) -> int:
        return self.effects.itt.low_fen

    @property
    def high_fen(self) -> int:
        return self.effects.itt.high_fen

    @property
    def n_assigned(self) -> int:
        return self.sizes.n_assigned

    @property
    def n_held_out(self) -> int:
        return self.sizes.n_held_out


def evaluate(study: Study, policy: EvaluationPolicy | None = None) -> Evaluation:
    """Intention to treat, assigned against held out; BadInput when the study cannot be evaluated."""
    policy = policy or EvaluationPolicy()
    refuse_unusable(study, policy)
    units, sample = study.compared, sample_of(study.compared)
    effects = Effects.of(sample, units, policy, seed=study.seed)
    sizes = _sizes(study, sample)
    verdict = effects.verdict(_fewest_households(sample), policy)
    together = sizes.n_households < len(units)
    return Evaluation(
        study_id=study.study_id,
        snapshot_id=study.snapshot_id,
        simulated=study.simulated,
        window_days=study.window_days,
        confidence=policy.confidence,
        method=wording.method(strata=len(np.unique(sample.stratum)), households=together),
        verdict=verdict,
        answer=wording.answer(verdict, effects.itt, effects.smallest_detectable_fen, policy.confidence),
        effects=effects,
        sizes=sizes,
        cost=cost_of(units, effects.itt),
        assumptions=wording.ASSUMPTIONS,
        warnings=_warnings(study, effects, sizes, policy),
    )


def _sizes(study: Study, sample: estimators.Sample) -> Sizes:
    units = study.compared
    known = all(unit.met is not None for unit in units)
    return Sizes(
        n_assigned=int(sample.assigned.sum()),
        n_held_out=int((~sample.assigned).sum()),
        n_households=len(np.unique(sample.household)),
        n_set_aside=study.n_set_aside,
        n_open=study.n_open,
        n_leaked=sum(unit.visited for unit in units if not unit.assigned),
        share_visited=estimators.arm_mean(sample, column([u.visited for u in units]), assigned=True),
        share_met=estimators.arm_mean(sample, column([bool(u.met) for u in units]), assigned=True)
        if known
        else None,
        sample_ratio_p=_sample_ratio(units),
    )


def _sample_ratio(units: tuple[UnitOutcome, ...]) -> float | None:
    household = {unit.household: unit for unit in units}
    chances = [unit.p_hold_out for unit in household.values() if unit.p_hold_out is not None]
    if len(chances) < len(household):
        return None
    held_out = np.array([not unit.assigned for unit in household.values()], dtype=np.bool_)
    return estimators.sample_ratio_p(held_out, column(chances))


def _fewest_households(sample: estimators.Sample) -> int:
    return min(len(np.unique(sample.household[side])) for side in (sample.assigned, ~sample.assigned))


def _warnings(study: Study, effects: Effects, sizes: Sizes, policy: EvaluationPolicy) -> tuple[Message, ...]:
    ratio = sizes.sample_ratio_p
    said = (
        (study.simulated, wording.SIMULATED),
        (sizes.n_leaked > 0, wording.leaked(sizes.n_leaked, sizes.n_held_out)),
        (not any(unit.visited for unit in study.compared), wording.NOBODY_VISITED),
        (ratio is None, wording.NO_PROBABILITIES),
        (ratio is not None and ratio < policy.sample_ratio_alpha, wording.UNEVEN_DRAW),
        (effects.winsorised.sign != effects.itt.sign, wording.FEW_LARGE_PAYMENTS),
        (sizes.n_open > 0, wording.still_open(sizes.n_open)),
        (sizes.n_set_aside > 0, wording.set_aside(sizes.n_set_aside)),
    )
    return tuple(message for holds, message in said if holds)
