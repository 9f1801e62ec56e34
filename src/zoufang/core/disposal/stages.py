"""The stages of disposing of a debt, as data: who may enter, what it costs, what it does to contact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from zoufang.core.compliance import Confidence, LegalStage
from zoufang.core.disposal.kinds import (
    Check,
    ContactEffect,
    DateKind,
    Evidence,
    FeeKind,
    Outcome,
    StageKind,
)
from zoufang.core.errors import BadInput
from zoufang.core.values import Period


@dataclass(frozen=True, slots=True)
class CheckRule:
    """`override`: a named manager may let it pass with a reason. `numbers` are fen, days or counts by name."""

    check: Check
    override: bool = False
    numbers: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if any(value < 0 for value in self.numbers.values()):
            raise BadInput(f"Check {self.check} has a negative number. Correct it.")


@dataclass(frozen=True, slots=True)
class FeeTier:
    """Of the part of the amount up to `up_to_fen` (None: all above), `per_10k` hundredths of a percent."""

    up_to_fen: int | None
    per_10k: int


@dataclass(frozen=True, slots=True)
class FeeRule:
    """What the body asks in advance by its published scale; without tiers and base nobody can tell beforehand.

    `divisor`: a payment order costs a third of the court fee. `comes_back`: the loser pays it.
    """

    kind: FeeKind
    tiers: tuple[FeeTier, ...] = ()
    base_fen: int = 0  # asked for the first tier as a flat sum
    divisor: int = 1
    most_fen: int | None = None
    advanced: bool = True
    comes_back: bool = True

    def __post_init__(self) -> None:
        tops = [tier.up_to_fen for tier in self.tiers]
        closed = [top for top in tops if top is not None]
        if self.tiers and (tops[-1] is not None or closed != tops[:-1] or closed != sorted(set(closed))):
            raise BadInput(f"Fee {self.kind}: tiers rise and the last is open. Correct them.")
        if self.base_fen < 0 or self.divisor < 1 or (self.most_fen is not None and self.most_fen < 0):
            raise BadInput(f"Fee {self.kind}: negative sums make no sense. Correct them.")


@dataclass(frozen=True, slots=True)
class DateRule:
    """A day that follows from another: `days` after the stage's `after` step; `warn_days` before it calls out."""

    kind: DateKind
    after: str
    days: int
    warn_days: int
    zh: str
    en: str

    def __post_init__(self) -> None:
        if self.after not in ("opened", "filed", "accepted", "served", "ordered", "secured"):
            raise BadInput(f"Date {self.kind} follows {self.after!r}, which is no step. Choose a step.")
        if self.days < 0 or self.warn_days < 0:
            raise BadInput(f"Date {self.kind}: days are not negative. Correct them.")


@dataclass(frozen=True, slots=True)
class DueClause:
    """All that is named must hold; a stage is due where one of its clauses does."""

    limitation_within_days: int | None = None
    guarantee_within_days: int | None = None
    least_fen: int | None = None
    most_fen: int | None = None
    least_dpd: int | None = None
    refusals: int | None = None
    failed_attempts: int | None = None
    secured: bool | None = None
    classes: tuple[str, ...] = ()
    after: tuple[StageKind, ...] = ()  # one of these has ended, and not with the money
    ordered: bool | None = None  # a closed stage left a paper that can be enforced
    days_on: int | None = None  # days since the first step of pursuit

    def __post_init__(self) -> None:
        given = (getattr(self, name) for name in self.__dataclass_fields__)
        if all(value in (None, ()) for value in given):
            raise BadInput("A clause without a condition makes everybody due. Name a condition.")


@dataclass(frozen=True, slots=True)
class StageRule:
    """One stage. `level`: of the legal stages a debt may be in at once, the highest is what the gate hears."""

    kind: StageKind
    zh: str
    en: str
    what_zh: str
    what_en: str
    effect: ContactEffect
    legal_stage: LegalStage | None
    body: str  # court | arbitration | notary | mediator | buyer | bank
    checks: tuple[CheckRule, ...]
    evidence: tuple[Evidence, ...]
    fees: tuple[FeeRule, ...]
    dates: tuple[DateRule, ...]
    due: tuple[DueClause, ...]
    outcomes: tuple[Outcome, ...]
    interrupts_limitation: bool
    source: str
    confidence: Confidence
    verified: bool
    valid: Period

    def __post_init__(self) -> None:
        if (self.effect is ContactEffect.BY_LEAVE) != (self.legal_stage is not None):
            raise BadInput(f"Stage {self.kind}: a legal stage, and it alone, needs leave. Correct the stage.")
        twice = [one.check for one in self.checks]
        if len(set(twice)) < len(twice):
            raise BadInput(f"Stage {self.kind} asks a check twice. Keep one.")
        if not self.outcomes:
            raise BadInput(f"Stage {self.kind} has no outcome to close it with. Name one.")

    def check(self, check: Check) -> CheckRule | None:
        return next((one for one in self.checks if one.check is check), None)


@dataclass(frozen=True, slots=True)
class StagePolicy:
    """All stages of one version of the data."""

    version: str
    stages: tuple[StageRule, ...]
    leave_most_days: int
    remind_days: int
    pursuit_gap_days: int

    def __post_init__(self) -> None:
        if min(self.leave_most_days, self.remind_days, self.pursuit_gap_days) < 1:
            raise BadInput("Days of the disposal policy are positive. Correct them.")
        for kind in {stage.kind for stage in self.stages}:
            spans = sorted((s.valid for s in self.stages if s.kind is kind), key=lambda p: p.start)
            if any(one.end is None or one.end >= after.start for one, after in pairwise(spans)):
                raise BadInput(f"Two versions of stage {kind} are in force on one day. Correct their dates.")

    def on(self, day: date) -> tuple[StageRule, ...]:
        """Those in force on the day, in the order of the file."""
        return tuple(stage for stage in self.stages if day in stage.valid)

    def stage(self, kind: StageKind, day: date) -> StageRule:
        """BadInput where the data know no such stage on that day."""
        found = next((stage for stage in self.on(day) if stage.kind is kind), None)
        if found is None:
            raise BadInput(f"No rule for the stage {kind} is in force on {day}. Add it to the disposal stages.")
        return found


ADVANCED_ORDER = (
    LegalStage.MEDIATION,
    LegalStage.PRESERVATION,
    LegalStage.PAYMENT_ORDER,
    LegalStage.ARBITRATION,
    LegalStage.LITIGATION,
    LegalStage.NOTARIAL,
    LegalStage.ENFORCEMENT,
)


def furthest(stages: tuple[LegalStage, ...]) -> LegalStage:
    """What the gate hears of several: the most advanced; NONE of none."""
    return max(stages, key=ADVANCED_ORDER.index, default=LegalStage.NONE)
