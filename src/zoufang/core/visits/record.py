"""A visit as its events tell it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from zoufang.core.compliance import Vulnerability
from zoufang.core.values import Hardship, PartyRole, Willingness
from zoufang.core.visits.codes import (
    Ability,
    ArrearsReason,
    CalledOff,
    EvidenceKind,
    NoRecording,
    Outcome,
    WhoMet,
    may_hear,
)
from zoufang.core.visits.events import (
    AnyVisitEvent,
    CheckedOut,
    DemandDelivered,
    EvidenceAdded,
    PersonIdentified,
    Positioned,
    PromiseGiven,
)


class VisitState(StrEnum):
    PLANNED = "planned"
    ARRIVED = "arrived"
    IDENTIFIED = "identified"
    LEFT = "left"
    CLOSED = "closed"
    CALLED_OFF = "called_off"


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """Folded from `events`, which stand in the order of (device time, id); `target_role` is whom it is for."""

    visit_id: str
    target_role: PartyRole = PartyRole.DEBTOR
    state: VisitState = VisitState.PLANNED
    events: tuple[AnyVisitEvent, ...] = ()
    check_ins: tuple[Positioned, ...] = ()
    check_outs: tuple[CheckedOut, ...] = ()
    who_met: WhoMet | None = None
    identification: PersonIdentified | None = None
    disclosed: bool = False
    recording_started: bool = False
    no_recording: NoRecording | None = None
    evidence: tuple[EvidenceAdded, ...] = ()
    vulnerabilities: tuple[Vulnerability, ...] | None = None  # None: not asked yet
    hardships: tuple[Hardship, ...] = ()
    disputes: tuple[str, ...] = ()
    promises: tuple[PromiseGiven, ...] = ()
    deliveries: tuple[DemandDelivered, ...] = ()
    notes: tuple[str, ...] = ()
    outcome: Outcome | None = None
    ability: Ability = Ability.NOT_ASSESSED
    willingness: Willingness = Willingness.NOT_ASSESSED
    reason: ArrearsReason = ArrearsReason.NOT_STATED
    next_step: str = ""
    left_for_safety: bool = False
    called_off: CalledOff | None = None

    @property
    def amount_unlocked(self) -> bool:
        """The debt may be shown and spoken of: who may hear of it on this visit passed the identity check."""
        check = self.identification
        return check is not None and check.passed and check.who in may_hear(self.target_role)

    @property
    def somebody_met(self) -> bool:
        return self.who_met not in (None, WhoMet.NOBODY)

    @property
    def recorded(self) -> bool:
        """A recording was started and its file's hash is here."""
        kinds = {item.evidence for item in self.evidence}
        return self.recording_started and bool(kinds & {EvidenceKind.AUDIO, EvidenceKind.VIDEO})

    @property
    def started_at(self) -> datetime | None:
        return min((event.at for event in self.check_ins), default=None)

    @property
    def ended_at(self) -> datetime | None:
        """When the last of those who had come left; None while anybody is still there."""
        return max((event.at for event in self.check_outs), default=None) if self.everybody_left else None

    @property
    def officers(self) -> tuple[str, ...]:
        """Who checked in, each once."""
        return tuple(dict.fromkeys(event.by for event in self.check_ins))

    @property
    def gone(self) -> frozenset[str]:
        """Who checked out, or is named in a mate's check-out as leaving together."""
        return frozenset(who for event in self.check_outs for who in (event.by, *event.left_with))

    @property
    def everybody_left(self) -> bool:
        return bool(self.check_outs) and self.gone.issuperset(self.officers)
