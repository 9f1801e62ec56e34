"""What is measured and how it will be judged, written down before the draw and frozen."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

from zoufang.core.errors import BadInput, Conflict


class Measure(StrEnum):
    RECOVERED = "recovered"
    KEPT_PROMISES = "kept_promises"
    CURED = "cured"
    RELATIONSHIP = "relationship"
    COMPLAINTS = "complaints"
    INCIDENTS = "incidents"


@dataclass(frozen=True, slots=True)
class Registration:
    """The plan of a study. `first_look_day` and later are counted from the draw; the last look ends it.

    `worthwhile` is in the measure's unit (fen, or a share from 0 to 1); `adjust_for` names columns known before
    the draw, and only these may be adjusted for.
    """

    study_id: str
    registered_on: date
    measure: Measure
    window_days: int
    worthwhile: float
    ends_on: date
    adjust_for: tuple[str, ...] = ()
    look_days: tuple[int, ...] = ()
    confidence: float = 0.95
    power: float = 0.80
    also: tuple[Measure, ...] = ()

    def __post_init__(self) -> None:
        if self.worthwhile <= 0 or self.window_days < 1 or self.ends_on <= self.registered_on:
            raise BadInput(
                f"Study {self.study_id}: the worthwhile effect and the window must be above zero, the end after "
                "the day of registration."
            )
        if not 0 < self.confidence < 1 or not 0 < self.power < 1:
            raise BadInput(f"Study {self.study_id}: confidence and power must lie between 0 and 1.")
        if self.measure in self.also or list(self.look_days) != sorted({d for d in self.look_days if d > 0}):
            raise BadInput(
                f"Study {self.study_id}: name the main measure once, and the days of the looks in rising order."
            )

    @property
    def registration_id(self) -> str:
        """SHA-256 over every field: goes into the frame of the draw, so that the draw proves it came later."""
        return sha256("|".join(str(value) for value in astuple(self)).encode()).hexdigest()


def refuse_other_question(plan: Registration, *, drawn_on: date, measure: Measure, window_days: int) -> None:
    """Conflict when what is reported as the main answer is not what was registered before the draw."""
    if drawn_on < plan.registered_on:
        raise Conflict(
            f"Study {plan.study_id} was drawn {drawn_on}, before it was registered {plan.registered_on}."
        )
    if measure is not plan.measure or window_days != plan.window_days:
        raise Conflict(
            f"Study {plan.study_id} was registered for {plan.measure.value} in {plan.window_days} days, not for "
            f"{measure.value} in {window_days}. Report the registered answer first; others stand beside it."
        )
