"""What a visit is for, as data: value beside money, legal deadline, the evidence and the form that close it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from zoufang.core.errors import BadInput, NotFound
from zoufang.core.planning.harm import Harm
from zoufang.core.values import Purpose, gettext_noop


class DeadlineKind(StrEnum):
    """After which day the right that the visit keeps is lost."""

    LIMITATION = "limitation"  # 诉讼时效届满, 民法典 188
    GUARANTEE = "guarantee"  # 保证期间届满, 民法典 692


DEADLINE_NAMES = {
    DeadlineKind.LIMITATION: gettext_noop("limitation"),
    DeadlineKind.GUARANTEE: gettext_noop("guarantee period"),
}


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day on which a visit still keeps the right."""

    kind: DeadlineKind
    on: date


@dataclass(frozen=True, slots=True)
class PurposeRule:
    """`urgent_fen` is added in full on the deadline and falls evenly to nothing `urgent_days` before it; from
    `hard_days` before it on the visit is required. `evidence` and `closes` name what the visit must bring back.
    """

    value_fen: int = 0
    deadline: DeadlineKind | None = None
    urgent_fen: int = 0
    urgent_days: int = 0
    hard_days: int = -1
    evidence: str = ""
    closes: str = ""

    def __post_init__(self) -> None:
        if min(self.value_fen, self.urgent_fen, self.urgent_days) < 0:
            raise BadInput("A purpose's value, urgency and days are zero or more. Correct the visit values.")
        if self.deadline is None and (self.urgent_fen or self.hard_days >= 0):
            raise BadInput("Urgency needs a deadline. Name the deadline or take the urgency away.")

    def urgency_fen(self, deadline: Deadline | None, day: date) -> int:
        """What waiting costs on `day`; nothing where the deadline is of another kind, or has passed."""
        if deadline is None or deadline.kind is not self.deadline or not self.urgent_days:
            return 0
        left = (deadline.on - day).days
        return self.urgent_fen * max(0, self.urgent_days - left) // self.urgent_days if left >= 0 else 0

    def is_hard(self, deadline: Deadline | None, day: date) -> bool:
        """Must the visit be in the plan of `day`?"""
        if deadline is None or deadline.kind is not self.deadline:
            return False
        return 0 <= (deadline.on - day).days <= self.hard_days


@dataclass(frozen=True, slots=True)
class VisitValues:
    """One dated version of the bank's word on what visits are worth and what their harm costs; amounts in fen."""

    version: str
    valid_from: date
    source: str
    purposes: Mapping[Purpose, PurposeRule] = field(default_factory=dict)
    harm_price_fen: Mapping[Harm, int] = field(default_factory=dict)
    exploration_share: float = 0.0

    def __post_init__(self) -> None:
        if min([*self.harm_price_fen.values(), 0]) < 0:
            raise BadInput(f"Visit values {self.version}: a price of harm is zero or more fen. Correct it.")

    def rule(self, purpose: Purpose) -> PurposeRule:
        return self.purposes.get(purpose, PurposeRule())


def values_on(versions: Sequence[VisitValues], day: date) -> VisitValues:
    """The version in force on `day`; NotFound where none has begun."""
    begun = [one for one in versions if one.valid_from <= day]
    if not begun:
        raise NotFound(f"No visit values are in force on {day}. Add a version that begins earlier.")
    return max(begun, key=lambda one: one.valid_from)
