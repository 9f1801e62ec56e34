"""What the gate answers. Only compliance can make a ClearedVisit."""

from __future__ import annotations

import dataclasses
from dataclasses import InitVar, dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

from zoufang.core.compliance.duties import Obligation, StopCondition
from zoufang.core.compliance.facts import Facts
from zoufang.core.compliance.request import ContactRequest, Override
from zoufang.core.errors import BadInput
from zoufang.core.values import Decision, Finding, Message, PartyRole, Purpose, TimeWindow

_SEAL = object()  # known to this package only: whoever lacks it cannot clear a visit


@dataclass(frozen=True, slots=True, order=True)
class DayWindow:
    """Local hours of one day in which the contact may take place."""

    day: date
    window: TimeWindow


@dataclass(frozen=True, slots=True)
class Verdict:
    """The word of every rule on one request, with the facts and pack versions it was decided on.

    `findings` decide; `set_aside` are those of days that were dropped because others are free.
    """

    request: ContactRequest
    facts: Facts
    today: date
    pack_versions: tuple[str, ...]
    decision: Decision
    findings: tuple[Finding, ...]
    set_aside: tuple[Finding, ...] = ()
    windows: tuple[DayWindow, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    stops: tuple[StopCondition, ...] = ()
    overrides: tuple[Override, ...] = ()

    @property
    def open_reasons(self) -> tuple[Finding, ...]:
        """Blocks, and warnings that no supervisor has overridden."""
        return tuple(f for f in self.findings if unresolved(f, self.overrides))

    @property
    def cleared(self) -> bool:
        return not self.open_reasons

    def as_json(self) -> dict[str, Any]:
        """Plain values for storing: the decision together with everything it was decided on."""
        stored = to_plain(self)
        assert isinstance(stored, dict)  # noqa: S101 - a dataclass always becomes a dict
        return stored | {"cleared": self.cleared}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A lawful no, with every reason. `awaits_override` when a supervisor may still say yes."""

    reasons: tuple[Finding, ...]
    verdict: Verdict = field(compare=False, repr=False)

    @property
    def awaits_override(self) -> bool:
        return all(f.decision is Decision.WARN for f in self.reasons)

    def as_json(self) -> dict[str, Any]:
        return self.verdict.as_json()


@dataclass(frozen=True, slots=True)
class ClearedVisit:
    """Permission to plan one visit, in `windows` only. Made by `review`, and by nothing else."""

    customer_id: str
    address_id: str
    target_id: str
    target_role: PartyRole
    purpose: Purpose
    windows: tuple[DayWindow, ...]
    warnings: tuple[Finding, ...]  # all of them overridden
    overrides: tuple[Override, ...]
    obligations: tuple[Obligation, ...]
    stops: tuple[StopCondition, ...]
    findings: tuple[Finding, ...]
    pack_versions: tuple[str, ...]
    decided_on: date
    verdict: Verdict = field(compare=False, repr=False)
    seal: InitVar[object] = None

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise BadInput("A ClearedVisit is made by compliance.review only. Ask for a review.")

    def windows_on(self, day: date) -> tuple[TimeWindow, ...]:
        return tuple(w.window for w in self.windows if w.day == day)

    def as_json(self) -> dict[str, Any]:
        return self.verdict.as_json()


def unresolved(finding: Finding, overrides: tuple[Override, ...]) -> bool:
    """A block always; a warning unless a supervisor has overridden its rule."""
    if finding.decision is Decision.WARN:
        return all(finding.rule_id not in override.rule_ids for override in overrides)
    return finding.decision is Decision.BLOCK


def cleared_visit(verdict: Verdict) -> ClearedVisit | Refusal:
    """The visit that this verdict clears, or the refusal that it is."""
    if not verdict.cleared:
        return Refusal(verdict.open_reasons, verdict)
    request, place = verdict.request, verdict.facts.address
    return ClearedVisit(
        customer_id=request.customer_id,
        address_id=place.id if place else "",
        target_id=request.target_id,
        target_role=request.target_role,
        purpose=request.purpose,
        windows=verdict.windows,
        warnings=tuple(f for f in verdict.findings if f.decision is Decision.WARN),
        overrides=verdict.overrides,
        obligations=verdict.obligations,
        stops=verdict.stops,
        findings=verdict.findings,
        pack_versions=verdict.pack_versions,
        decided_on=verdict.today,
        verdict=verdict,
        seal=_SEAL,
    )


def to_plain(value: Any) -> Any:
    """Dataclasses, enums, dates and messages as JSON; a message keeps its template and parameters."""
    if isinstance(value, Message):
        return value.as_json()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    return value
