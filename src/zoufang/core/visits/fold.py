"""From events to the record. The order of arrival does not matter; the same event twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import reduce
from typing import Any

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import PartyRole
from zoufang.core.visits.codes import Outcome
from zoufang.core.visits.events import AnyVisitEvent
from zoufang.core.visits.record import VisitRecord, VisitState


def fold(visit_id: str, events: Iterable[AnyVisitEvent], target_role: PartyRole = PartyRole.DEBTOR) -> VisitRecord:
    """The record of one visit. Conflict when one id comes with two bodies."""
    once: dict[str, AnyVisitEvent] = {}
    for event in events:
        if event.visit_id != visit_id:
            raise BadInput(f"Event {event.id} belongs to visit {event.visit_id}, not to {visit_id}.")
        if once.setdefault(event.id, event) != event:
            raise Conflict(f"Event {event.id} of visit {visit_id} came with another body. Give it a new id.")
    ordered = sorted(once.values(), key=lambda event: (event.at, event.id))
    return reduce(_apply, ordered, VisitRecord(visit_id, target_role))


def with_event(record: VisitRecord, event: AnyVisitEvent) -> VisitRecord:
    """The record with one more event, which may be a repetition."""
    return fold(record.visit_id, (*record.events, event), record.target_role)


def _apply(record: VisitRecord, event: AnyVisitEvent) -> VisitRecord:
    changes = CHANGES[event.kind](record, event)
    return replace(record, **changes, events=(*record.events, event))


Changes = dict[str, Any]


def _arrive(record: VisitRecord, event: Any) -> Changes:
    first = {"state": VisitState.ARRIVED} if record.state is VisitState.PLANNED else {}
    return first | {"check_ins": (*record.check_ins, event)}


def _leave(record: VisitRecord, event: Any) -> Changes:
    running = record.state not in (VisitState.CLOSED, VisitState.CALLED_OFF)
    return ({"state": VisitState.LEFT} if running else {}) | {"check_outs": (*record.check_outs, event)}


def _identify(record: VisitRecord, event: Any) -> Changes:
    at_door = record.state in (VisitState.ARRIVED, VisitState.IDENTIFIED)
    state = VisitState.IDENTIFIED if event.passed else VisitState.ARRIVED
    return ({"state": state} if at_door else {}) | {"identification": event, "who_met": event.who}


def _result(record: VisitRecord, event: Any) -> Changes:
    names = ("outcome", "ability", "willingness", "reason", "next_step")
    return {name: getattr(event, name) for name in names}


def _flee(record: VisitRecord, event: Any) -> Changes:
    return {
        "left_for_safety": True,
        "outcome": record.outcome or Outcome.LEFT_FOR_SAFETY,
        "notes": (*record.notes, event.note),
    }


def _refuse_recording(record: VisitRecord, event: Any) -> Changes:
    return {"no_recording": event.reason, "notes": (*record.notes, event.note)}


def _hardship(record: VisitRecord, event: Any) -> Changes:
    notes = (*record.notes, event.note) if event.note else record.notes
    return {"hardships": tuple(dict.fromkeys((*record.hardships, *event.hardships))), "notes": notes}


def _call_off(record: VisitRecord, event: Any) -> Changes:
    notes = (*record.notes, event.note) if event.note else record.notes
    return {"state": VisitState.CALLED_OFF, "called_off": event.reason, "notes": notes}


CHANGES: dict[str, Callable[[VisitRecord, Any], Changes]] = {
    "checked_in": _arrive,
    "checked_out": _leave,
    "person_met": lambda record, event: {"who_met": event.who},
    "person_identified": _identify,
    "disclosure_made": lambda record, event: {"disclosed": True},
    "recording_started": lambda record, event: {"recording_started": True},
    "recording_refused": _refuse_recording,
    "evidence_added": lambda record, event: {"evidence": (*record.evidence, event)},
    "vulnerability_checked": lambda record, event: {"vulnerabilities": event.signs},
    "hardship_reported": _hardship,
    "dispute_raised": lambda record, event: {"disputes": (*record.disputes, event.text)},
    "promise_given": lambda record, event: {"promises": (*record.promises, event)},
    "demand_delivered": lambda record, event: {"deliveries": (*record.deliveries, event)},
    "note_added": lambda record, event: {"notes": (*record.notes, event.text)},
    "left_for_safety": _flee,
    "outcome_recorded": _result,
    "called_off": _call_off,
    "closed": lambda record, event: {"state": VisitState.CLOSED},
}
