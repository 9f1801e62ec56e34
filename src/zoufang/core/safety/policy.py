"""Times and crew sizes of safety, as one settings value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from zoufang.core.errors import BadInput
from zoufang.core.values import RiskLevel


class Rung(StrEnum):
    """Who is told, one after the other."""

    CREW_MATE = "crew_mate"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    COMPLIANCE = "compliance"


@dataclass(frozen=True, slots=True)
class Step:
    """`rung` is told this many minutes after the visit became overdue."""

    rung: Rung
    after_minutes: int


@dataclass(frozen=True, slots=True)
class CrewNeed:
    """What the risk asks of a crew."""

    size: int
    mixed_gender: bool
    tell_supervisor: bool


@dataclass(frozen=True, slots=True)
class SafetyPolicy:
    """Defaults of the bank's safety rules; minutes throughout."""

    expected_minutes: int = 30
    grace_minutes: int = 10
    report_every_low: int = 60
    report_every_raised: int = 30
    report_every_high: int = 15
    crew_low: int = 2
    crew_raised: int = 2
    crew_high: int = 3
    ladder: tuple[Step, ...] = (Step(Rung.CREW_MATE, 0), Step(Rung.SUPERVISOR, 5), Step(Rung.MANAGER, 15))
    report_within_minutes: int = 60
    report_ladder: tuple[Step, ...] = (Step(Rung.CREW_MATE, 0), Step(Rung.SUPERVISOR, 15), Step(Rung.MANAGER, 60))
    follow_up_within_minutes: int = 24 * 60
    crisis_ladder: tuple[Step, ...] = (Step(Rung.SUPERVISOR, 0), Step(Rung.MANAGER, 0), Step(Rung.COMPLIANCE, 0))
    follow_up_ladder: tuple[Step, ...] = (Step(Rung.MANAGER, 0), Step(Rung.COMPLIANCE, 0))
    rest_days: int = 2  # after the day of an incident, unless somebody has talked it over before

    def __post_init__(self) -> None:
        for ladder in (self.ladder, self.report_ladder, self.crisis_ladder, self.follow_up_ladder):
            _climbs(ladder)
        times = (self.expected_minutes, self.report_within_minutes, self.follow_up_within_minutes)
        if self.grace_minutes < 0 or self.rest_days < 0 or min(*times, *self._intervals) <= 0:
            raise BadInput("Safety times are positive minutes. Correct the policy.")
        if not 2 <= self.crew_low <= self.crew_raised <= self.crew_high:
            raise BadInput("Crews are of two at least and never shrink as risk grows. Correct the policy.")

    @property
    def _intervals(self) -> tuple[int, int, int]:
        return self.report_every_low, self.report_every_raised, self.report_every_high

    def report_every(self, level: RiskLevel) -> int:
        """Minutes between two signs of life."""
        return dict(zip(RiskLevel, self._intervals, strict=True))[level]

    def crew_size(self, level: RiskLevel) -> int:
        return dict(zip(RiskLevel, (self.crew_low, self.crew_raised, self.crew_high), strict=True))[level]


def _climbs(ladder: tuple[Step, ...]) -> None:
    delays = [step.after_minutes for step in ladder]
    rungs = [step.rung for step in ladder]
    if not rungs or rungs != sorted(set(rungs), key=list(Rung).index) or delays != sorted(delays):
        raise BadInput("The ladder must climb: each rung once, crew mate first, never sooner than the last.")
    if min(delays) < 0:
        raise BadInput("Safety times are positive minutes. Correct the policy.")
