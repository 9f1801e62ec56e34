"""Watching a visit from afar: when a sign of life is due, and who is told when none comes.

Pure: the shell stores the watch, so a restart or a phone without signal loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from zoufang.core.errors import BadInput
from zoufang.core.safety.policy import Rung, SafetyPolicy
from zoufang.core.values import Message, RiskLevel, gettext_noop


@dataclass(frozen=True, slots=True)
class VisitWatch:
    """One running visit as the server knows it: `raised` are the rungs already told of this silence."""

    visit_id: str
    level: RiskLevel
    started: datetime
    expected_minutes: int
    last_heard: datetime
    sos_at: datetime | None = None
    ended: bool = False
    raised: tuple[Rung, ...] = ()

    def __post_init__(self) -> None:
        if self.started.tzinfo is None or self.last_heard.tzinfo is None:
            raise BadInput(f"Watch of visit {self.visit_id} carries a time without a zone. Attach one.")
        if self.expected_minutes <= 0:
            raise BadInput(f"Visit {self.visit_id} must be expected to last some minutes.")


@dataclass(frozen=True, slots=True)
class Escalation:
    """Tell `rung` now; it was due at `due_at`."""

    visit_id: str
    rung: Rung
    due_at: datetime
    reason: Message


def deadlines(watch: VisitWatch, policy: SafetyPolicy) -> tuple[datetime, ...]:
    """When the crew must report: at regular times by risk, and at the expected end."""
    every = policy.report_every(watch.level)
    end = watch.started + timedelta(minutes=watch.expected_minutes)
    inner = range(every, watch.expected_minutes, every)
    return (*(watch.started + timedelta(minutes=m) for m in inner), end)


def overdue_from(watch: VisitWatch, policy: SafetyPolicy) -> datetime:
    """From when the silence counts: the expected end plus grace, or a missed report, whichever is earlier."""
    grace = timedelta(minutes=policy.grace_minutes)
    end = watch.started + timedelta(minutes=watch.expected_minutes) + grace
    report = watch.last_heard + timedelta(minutes=policy.report_every(watch.level)) + grace
    return min(end, report)


def escalations_due(watch: VisitWatch, now: datetime, policy: SafetyPolicy) -> tuple[Escalation, ...]:
    """Everybody who must be told by `now` and was not; an SOS tells the whole ladder at once."""
    return tuple(e for e in _ladder(watch, policy) if e.due_at <= now and e.rung not in watch.raised)


def next_wake(watch: VisitWatch, policy: SafetyPolicy) -> datetime | None:
    """When the ticker must look again; None when the visit has ended or everybody knows."""
    return min((e.due_at for e in _ladder(watch, policy) if e.rung not in watch.raised), default=None)


def _ladder(watch: VisitWatch, policy: SafetyPolicy) -> tuple[Escalation, ...]:
    if watch.sos_at is not None:
        reason = Message(gettext_noop("SOS"))
        return tuple(Escalation(watch.visit_id, step.rung, watch.sos_at, reason) for step in policy.ladder)
    if watch.ended:
        return ()
    since = overdue_from(watch, policy)
    reason = Message(gettext_noop("Nothing heard since %(at)s"), {"at": watch.last_heard.isoformat()})
    return tuple(
        Escalation(watch.visit_id, step.rung, since + timedelta(minutes=step.after_minutes), reason)
        for step in policy.ladder
    )


def heard(watch: VisitWatch, at: datetime) -> VisitWatch:
    """A sign of life resets the ladder; a late one from before the last changes nothing."""
    return replace(watch, last_heard=at, raised=()) if at > watch.last_heard else watch


def extended(watch: VisitWatch, minutes: int, at: datetime) -> VisitWatch:
    """The crew says that it will take `minutes` more."""
    return replace(heard(watch, at), expected_minutes=watch.expected_minutes + minutes)


def told(watch: VisitWatch, escalations: tuple[Escalation, ...]) -> VisitWatch:
    """After these were sent."""
    rungs = dict.fromkeys((*watch.raised, *(e.rung for e in escalations)))
    return replace(watch, raised=tuple(rungs))


def sos(watch: VisitWatch, at: datetime) -> VisitWatch:
    """The first SOS counts; everybody is told again, whoever knew of the silence."""
    return watch if watch.sos_at is not None else replace(watch, sos_at=at, raised=())


def ended(watch: VisitWatch) -> VisitWatch:
    """Checked out. An SOS stays open until `stood_down`."""
    return replace(watch, ended=True)


def stood_down(watch: VisitWatch, at: datetime) -> VisitWatch:
    """A supervisor has spoken to the crew: the SOS is over."""
    return replace(heard(watch, at), sos_at=None, raised=())
