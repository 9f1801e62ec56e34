"""What happens on a visit, as facts that are made on the phone and never change.

Ids are made outside (UUIDv7, on the phone). `at` is device time; the shell keeps server time beside it.
An entry that corrects an earlier one names it in `corrects`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from zoufang.core.compliance import Vulnerability
from zoufang.core.errors import BadInput
from zoufang.core.values import Hardship, Point, Willingness
from zoufang.core.visits.codes import (
    Ability,
    ArrearsReason,
    CalledOff,
    Delivery,
    EvidenceKind,
    IdentityMethod,
    NoRecording,
    Outcome,
    PromiseChannel,
    SignerRelation,
    WhoMet,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitEvent:
    """What all events share: `by` is the officer whose device made it."""

    id: str
    visit_id: str
    at: datetime
    by: str
    corrects: str = ""

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise BadInput(f"Event {self.id} carries a time without a zone. Attach one on the device.")
        if not (self.id and self.visit_id and self.by):
            raise BadInput("A visit event needs its id, its visit and its officer. Complete it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Positioned(VisitEvent):
    """Where the officer's device was. It proves nothing about where the customer was."""

    position: Point | None = None
    accuracy_m: float | None = None
    mock_location: bool = False

    def __post_init__(self) -> None:
        VisitEvent.__post_init__(self)
        if (self.position is None) != (self.accuracy_m is None) or (self.accuracy_m or 0) < 0:
            raise BadInput(f"Event {self.id}: a position goes with its accuracy in metres. Give both or neither.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedIn(Positioned):
    kind: Literal["checked_in"] = "checked_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedOut(Positioned):
    """`left_with`: crew mates who leave together with `by`, so that one act speaks for all named in it."""

    left_with: tuple[str, ...] = ()
    kind: Literal["checked_out"] = "checked_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMet(VisitEvent):
    who: WhoMet
    words_used: str = ""
    kind: Literal["person_met"] = "person_met"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonIdentified(VisitEvent):
    """The check that unlocks the amount; `passed` False is a fact too."""

    who: WhoMet
    method: IdentityMethod
    passed: bool
    kind: Literal["person_identified"] = "person_identified"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureMade(VisitEvent):
    """Own names and numbers, the bank, purpose, recording, right to refuse, complaint line were stated."""

    kind: Literal["disclosure_made"] = "disclosure_made"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStarted(VisitEvent):
    kind: Literal["recording_started"] = "recording_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingRefused(VisitEvent):
    """Why there is no recording; the crew mate signs the written note as well."""

    reason: NoRecording
    note: str
    co_signed_by: str
    kind: Literal["recording_refused"] = "recording_refused"

    def __post_init__(self) -> None:
        VisitEvent.__post_init__(self)
        if not self.note.strip() or self.co_signed_by in ("", self.by):
            raise BadInput("A visit without recording needs a note that both visitors sign. Let the mate sign.")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceAdded(VisitEvent):
    """A file, by its hash at capture (hex) and the algorithm (SM3 or SHA-256)."""

    evidence: EvidenceKind
    digest: str
    algorithm: Literal["SM3", "SHA-256"]
    kind: Literal["evidence_added"] = "evidence_added"

    def __post_init__(self) -> None:
        VisitEvent.__post_init__(self)
        if len(self.digest) != 64 or not set(self.digest) <= set("0123456789abcdef"):
            raise BadInput(f"Event {self.id}: {self.digest!r} is not a hash of 64 hex digits. Hash at capture.")


@dataclass(frozen=True, slots=True, kw_only=True)
class VulnerabilityChecked(VisitEvent):
    """Signs of vulnerability seen; none is an answer too."""

    signs: tuple[Vulnerability, ...] = ()
    kind: Literal["vulnerability_checked"] = "vulnerability_checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class HardshipReported(VisitEvent):
    hardships: tuple[Hardship, ...]
    note: str = ""
    kind: Literal["hardship_reported"] = "hardship_reported"

    def __post_init__(self) -> None:
        VisitEvent.__post_init__(self)
        if not self.hardships:
            raise BadInput(f"Event {self.id}: name at least one kind of hardship.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRaised(VisitEvent):
    text: str
    kind: Literal["dispute_raised"] = "dispute_raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseGiven(VisitEvent):
    amount_fen: int
    due: date
    channel: PromiseChannel
    kind: Literal["promise_given"] = "promise_given"

    def __post_init__(self) -> None:
        VisitEvent.__post_init__(self)
        if self.amount_fen <= 0:
            raise BadInput(f"Promise of {self.amount_fen} fen is no promise. Give a positive amount.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandDelivered(VisitEvent):
    """A paper at the door: by number, how, and who signed (诉讼时效规定 8)."""

    paper_no: str
    delivery: Delivery
    signer: SignerRelation
    kind: Literal["demand_delivered"] = "demand_delivered"

    def __post_init__(self) -> None:
        VisitEvent.__post_init__(self)
        if (self.delivery is Delivery.SIGNED) == (self.signer is SignerRelation.NOBODY):
            raise BadInput(
                f"Paper {self.paper_no}: a signed paper names its signer, an unsigned one names nobody."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded(VisitEvent):
    text: str
    kind: Literal["note_added"] = "note_added"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftForSafety(VisitEvent):
    """The visitors felt unsafe and left: a good outcome, never held against them."""

    note: str
    kind: Literal["left_for_safety"] = "left_for_safety"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRecorded(VisitEvent):
    """The result in codes; ability and willingness apart, so that neither hides the other."""

    outcome: Outcome
    ability: Ability = Ability.NOT_ASSESSED
    willingness: Willingness = Willingness.NOT_ASSESSED
    reason: ArrearsReason = ArrearsReason.NOT_STATED
    next_step: str = ""
    kind: Literal["outcome_recorded"] = "outcome_recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitCalledOff(VisitEvent):
    reason: CalledOff
    note: str = ""
    kind: Literal["called_off"] = "called_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitClosed(VisitEvent):
    kind: Literal["closed"] = "closed"


AnyVisitEvent = (
    CheckedIn
    | CheckedOut
    | PersonMet
    | PersonIdentified
    | DisclosureMade
    | RecordingStarted
    | RecordingRefused
    | EvidenceAdded
    | VulnerabilityChecked
    | HardshipReported
    | DisputeRaised
    | PromiseGiven
    | DemandDelivered
    | NoteAdded
    | LeftForSafety
    | OutcomeRecorded
    | VisitCalledOff
    | VisitClosed
)
