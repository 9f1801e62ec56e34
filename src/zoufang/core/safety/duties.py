"""What must be done by a time after danger: report an incident, follow up a sign of self-harm.

Pure: the shell stores when each duty began and who was told, so a restart loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from zoufang.core.errors import BadInput
from zoufang.core.safety.policy import Rung, SafetyPolicy, Step


class DutyKind(StrEnum):
    REPORT = "report"
    FOLLOW_UP = "follow_up"


class Call(StrEnum):
    """Why somebody is told."""

    CRISIS = "crisis"  # a sign of self-harm, at once
    REPORT_LATE = "report"
    FOLLOW_UP_LATE = "followup"


@dataclass(frozen=True, slots=True)
class Reminder:
    """`rung` is told at `due_at` unless the duty is done before."""

    call: Call
    rung: Rung
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """`raised`: what was told already."""

    kind: DutyKind
    since: datetime
    done: bool = False
    raised: tuple[tuple[Call, Rung], ...] = ()

    def __post_init__(self) -> None:
        if self.since.tzinfo is None:
            raise BadInput("A duty carries a time without a zone. Attach one.")


def duty_due_at(kind: DutyKind, since: datetime, policy: SafetyPolicy) -> datetime:
    minutes = policy.report_within_minutes if kind is DutyKind.REPORT else policy.follow_up_within_minutes
    return since + timedelta(minutes=minutes)


def reminders_due(duty: Duty, now: datetime, policy: SafetyPolicy) -> tuple[Reminder, ...]:
    """Everybody who must be told by `now` and was not; nobody once it is done."""
    if duty.done:
        return ()
    told = set(duty.raised)
    return tuple(r for r in _reminders(duty, policy) if r.due_at <= now and (r.call, r.rung) not in told)


def _reminders(duty: Duty, policy: SafetyPolicy) -> tuple[Reminder, ...]:
    due = duty_due_at(duty.kind, duty.since, policy)
    if duty.kind is DutyKind.REPORT:
        return _steps(Call.REPORT_LATE, due, policy.report_ladder)
    at_once = _steps(Call.CRISIS, duty.since, policy.crisis_ladder)
    return (*at_once, *_steps(Call.FOLLOW_UP_LATE, due, policy.follow_up_ladder))


def _steps(call: Call, start: datetime, ladder: tuple[Step, ...]) -> tuple[Reminder, ...]:
    return tuple(Reminder(call, step.rung, start + timedelta(minutes=step.after_minutes)) for step in ladder)


def rests_until(day: date, policy: SafetyPolicy) -> date:
    """The last day off new visits after an incident on `day`, unless it is talked over before."""
    return day + timedelta(days=policy.rest_days)
