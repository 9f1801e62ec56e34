"""The events of a visit as lines to read: what, when by the device and by the server, where, and by whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from zoufang.server.pages.words import word
from zoufang.server.staff.models import User
from zoufang.server.visiting.models import Visit, VisitEvent


@dataclass(frozen=True, slots=True)
class EventLine:
    """`words`: the codes in the reader's words. `note`: free text, "" while it is sealed (`sealed` then True)."""

    row: VisitEvent
    title: str
    words: tuple[str, ...]
    amount_fen: int | None
    due: str
    note: str
    sealed: bool

    @property
    def at(self) -> datetime:
        return self.row.device_at

    @property
    def by(self) -> User:
        return self.row.by

    @property
    def late_s(self) -> int:
        """How long it took to arrive."""
        return round((self.row.server_at - self.row.device_at).total_seconds())


def lines_of(visit: Visit, notes: Mapping[UUID, Mapping[str, str]] | None = None) -> list[EventLine]:
    """In the order of device time; free texts only where they have been opened for this reader."""
    return [_line(row, (notes or {}).get(row.pk)) for row in visit.events.select_related("by")]


def _line(row: VisitEvent, note: Mapping[str, str] | None) -> EventLine:
    body = row.body
    return EventLine(
        row=row,
        title=word(row.kind, "event"),
        words=(*(text for name, say in SAID if name in body for text in say(body[name])), *_reason(row)),
        amount_fen=body.get("amount_fen"),
        due=body.get("due", ""),
        note=" ".join(note.values()) if note else "",
        sealed=row.sealed_note is not None and note is None,
    )


def _reason(row: VisitEvent) -> list[str]:
    """One field name, three lists of codes."""
    code = row.body.get("reason", "not_stated")
    return [] if code == "not_stated" else [word(code, REASONS[row.kind])]


def _coded(kind: str, *silent: str) -> Callable[[Any], list[str]]:
    return lambda code: [] if code in silent else [word(code, kind)]


def _all(kind: str, none: Callable[[], str]) -> Callable[[Any], list[str]]:
    return lambda codes: [word(code, kind) for code in codes] or [none()]


SAID: tuple[tuple[str, Callable[[Any], list[str]]], ...] = (
    ("who", _coded("role")),
    ("method", _coded("identity")),
    ("passed", lambda passed: [_("Check passed") if passed else _("Check not passed")]),
    ("outcome", _coded("outcome")),
    ("ability", _coded("ability", "not_assessed")),
    ("willingness", _coded("willingness", "not_assessed")),
    ("signs", _all("vulnerability", lambda: _("No signs seen"))),
    ("hardships", _all("reason", lambda: "")),
    ("channel", _coded("pay_channel")),
    ("delivery", _coded("delivery")),
    ("signer", _coded("signer")),
    ("evidence", _coded("evidence")),
)
REASONS = {"recording_refused": "no_recording", "called_off": "called_off", "outcome_recorded": "reason"}
