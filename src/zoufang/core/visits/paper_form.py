"""A visit's record that was written by hand, as the events that it tells of.

A form knows times by the minute, and leaves some open. The order of its lines is the order of the door.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, get_args
from uuid import UUID, uuid5

from zoufang.core.compliance import Obligation
from zoufang.core.errors import BadInput
from zoufang.core.values import Message
from zoufang.core.visits.events import AnyVisitEvent
from zoufang.core.visits.fold import with_event
from zoufang.core.visits.record import VisitRecord
from zoufang.core.visits.steps import problems

NAMESPACE = UUID("0d4f3b1e-6a57-4f0e-9a55-6f1a3a0b7c21")
EVENT_TYPES: dict[str, type[Any]] = {
    kind.__dataclass_fields__["kind"].default: kind for kind in get_args(AnyVisitEvent)
}
STEP = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One thing that the form says happened. `at` None: no time is written beside it; that of the line before."""

    kind: str
    by: str
    at: datetime | None = None
    fields: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if self.kind not in EVENT_TYPES:
            raise BadInput(f"A form has no line {self.kind!r}.")


def events_of_form(form_no: str, visit_id: str, lines: Sequence[PaperLine]) -> tuple[AnyVisitEvent, ...]:
    """In the order of time; of one minute in the order of the form, a millisecond apart.

    The same form keyed in again gives the same ids. BadInput where the first line has no time.
    """
    if not lines or lines[0].at is None:
        raise BadInput(
            "A form begins with a time: when the first visitor arrived, or when the visit was given up."
        )
    made, last = [], lines[0].at
    for number, line in enumerate(lines):
        last = line.at or last
        key = str(uuid5(NAMESPACE, f"{form_no}/{number}/{line.kind}"))
        at = last + number * STEP
        made.append(EVENT_TYPES[line.kind](id=key, visit_id=visit_id, by=line.by, at=at, **line.fields))
    return tuple(sorted(made, key=lambda event: event.at))


@dataclass(frozen=True, slots=True)
class NotTaken:
    """What the form says and the order of the door does not allow: a finding, not an event."""

    event: AnyVisitEvent
    why: Message


@dataclass(frozen=True, slots=True)
class Sifted:
    """`record` with all that was taken; nothing of the form is lost, what was not taken stands in `left`."""

    record: VisitRecord
    taken: tuple[AnyVisitEvent, ...]
    left: tuple[NotTaken, ...]


def sift(record: VisitRecord, events: Iterable[AnyVisitEvent], obligations: Iterable[Obligation] = ()) -> Sifted:
    """Put each event to the same rules as one from the app. What is on record already is left out silently."""
    duties, taken, left = tuple(obligations), [], []
    for event in events:
        if _known(record, event):
            continue
        if why := problems(record, event, duties):
            left.append(NotTaken(event, Message.joined(why)))
            continue
        record = with_event(record, event)
        taken.append(event)
    return Sifted(record, tuple(taken), tuple(left))


def _known(record: VisitRecord, event: AnyVisitEvent) -> bool:
    """The phone lasted for a while: who checked in or out by it does not do so again by the paper."""
    if event.kind == "checked_in":
        return event.by in record.officers
    return event.kind == "checked_out" and event.by in record.gone
