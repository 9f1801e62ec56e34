"""Go on or stop: for harm at any day, for benefit at planned looks only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from zoufang.core.errors import BadInput
from zoufang.core.evaluation.designs import Measure
from zoufang.core.evaluation.monitoring.always_open import Sequence
from zoufang.core.evaluation.monitoring.spending import PlannedLook
from zoufang.core.values import Message, gettext_noop


class Advice(StrEnum):
    GO_ON = "go_on"
    STOP_FOR_HARM = "stop_for_harm"
    STOP_FOR_BENEFIT = "stop_for_benefit"
    STOP_FOR_LOSS = "stop_for_loss"  # those assigned to visits pay less
    END = "end"


REASONS = {
    Advice.GO_ON: gettext_noop("Nothing found so far asks for an end; the next look comes as planned."),
    Advice.STOP_FOR_HARM: gettext_noop(
        "Stop: %(measure)s among those assigned to visits are higher by %(points)s points, beyond chance at any "
        "look."
    ),
    Advice.STOP_FOR_BENEFIT: gettext_noop("May stop: the gain crossed the bound of this planned look."),
    Advice.STOP_FOR_LOSS: gettext_noop("Stop: those assigned to visits pay less, beyond the bound of this look."),
    Advice.END: gettext_noop("The last planned look is reached. Evaluate the study."),
}
MEASURES = {
    Measure.COMPLAINTS: gettext_noop("complaints"),
    Measure.INCIDENTS: gettext_noop("safety incidents"),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """A share or mean so far: assigned less held out, its standard error, and clusters on the smaller side."""

    effect: float
    se: float
    fewest_clusters: int


@dataclass(frozen=True, slots=True)
class HarmRule:
    """Fixed before: five points more complaints or incidents must show within 14 days (see `Sequence`)."""

    worst: float = 0.05
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if not 0 < self.worst < 1 or not 0 < self.confidence < 1:
            raise BadInput("Harm rule: the worst bearable harm and the confidence lie between 0 and 1.")

    def found(self, so_far: Progress, measures: int) -> bool:
        """One-sided; the error is shared among the measures watched."""
        alpha = 2 * (1 - self.confidence) / measures
        sequence = Sequence(self.worst / 3.5, 1 - alpha)
        return sequence.at(so_far.effect, so_far.se, so_far.fewest_clusters).low > 0


@dataclass(frozen=True, slots=True)
class Judgement:
    advice: Advice
    reason: Message


def judge(
    harms: Mapping[Measure, Progress],
    rule: HarmRule,
    *,
    main: Progress | None = None,
    look: PlannedLook | None = None,
) -> Judgement:
    """Harm first and every day; the main measure only at a planned `look`, with its `main` progress."""
    for measure in sorted(harms):
        if rule.found(harms[measure], len(harms)):
            points = f"{100 * harms[measure].effect:.1f}"
            shown = {"measure": Message(MEASURES.get(measure, measure.value)), "points": points}
            return Judgement(Advice.STOP_FOR_HARM, Message(REASONS[Advice.STOP_FOR_HARM], shown))
    if look is None:
        return _plainly(Advice.GO_ON)
    if main is None or main.se <= 0:
        raise BadInput("A planned look needs the main measure so far, with its standard error.")
    ratio = main.effect / main.se
    if abs(ratio) >= look.bound:
        return _plainly(Advice.STOP_FOR_BENEFIT if ratio > 0 else Advice.STOP_FOR_LOSS)
    return _plainly(Advice.END if look.information >= 1 else Advice.GO_ON)


def _plainly(advice: Advice) -> Judgement:
    return Judgement(advice, Message(REASONS[advice]))
