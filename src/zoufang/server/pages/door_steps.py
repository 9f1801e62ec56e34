"""What the visit page shows: the step that comes next, what else is possible, and what is recorded so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from zoufang.core.compliance import Obligation
from zoufang.core.values import Message, Purpose
from zoufang.core.visits import Outcome, VisitRecord, WhoMet, allowed_next, may_hear, missing_records, must_stop
from zoufang.server.daily.brief import Brief, brief_of, may_agree
from zoufang.server.pages.door_fields import StepForm
from zoufang.server.pages.door_forms import FORMS
from zoufang.server.pages.reader import reader
from zoufang.server.staff.models import User
from zoufang.server.visiting.events import obligations_of, record_of
from zoufang.server.visiting.models import Visit

Wanted = Callable[[VisitRecord, str], bool]


def _talking(record: VisitRecord) -> bool:
    return record.somebody_met and not record.left_for_safety


def _unheard(record: VisitRecord) -> bool:
    """Neither a recording's file nor the reason why there is none."""
    return record.recording_started and not record.recorded and record.no_recording is None


# The script of the door: the first line that applies is the step to show. Alternatives stand together.
GUIDE: tuple[tuple[tuple[str, ...], Wanted], ...] = (
    (("checked_in",), lambda r, me: me not in r.officers),
    (("person_met",), lambda r, me: r.who_met is None and not r.left_for_safety),
    (("person_identified",), lambda r, me: _talking(r) and r.identification is None),
    (
        ("recording_started", "recording_refused"),
        lambda r, me: _talking(r) and not r.recording_started and r.no_recording is None,
    ),
    (("disclosure_made",), lambda r, me: r.amount_unlocked and not r.disclosed),
    (("vulnerability_checked",), lambda r, me: _talking(r) and r.vulnerabilities is None),
    (("outcome_recorded",), lambda r, me: r.outcome is None),
    (("checked_out",), lambda r, me: me in r.officers and me not in r.gone),
    (("evidence_added", "recording_refused"), lambda r, me: _unheard(r)),
    (("closed",), lambda r, me: True),
)
TALK = ("promise_given", "hardship_reported", "dispute_raised", "demand_delivered")
# After a sign of self-harm the script leads out of the door.
LEAVING = frozenset({"checked_in", "outcome_recorded", "checked_out", "closed"})
ALWAYS_THERE = ("left_for_safety",)


@dataclass(frozen=True, slots=True)
class Mate:
    user: User
    arrived: Any
    left: Any


@dataclass(frozen=True, slots=True)
class Door:
    """`forms` by kind of event; `now` the alternatives of the next step, `talk` and `more` what else may come."""

    visit: Visit
    record: VisitRecord
    brief: Brief
    forms: Mapping[str, StepForm]
    now: tuple[str, ...]
    talk: tuple[str, ...]
    more: tuple[str, ...]
    crew: tuple[Mate, ...]
    missing: tuple[Obligation, ...]
    must_stop: tuple[Message, ...]
    wrong: str = ""
    shown: Mapping[str, Any] = field(default_factory=dict)

    @property
    def may_agree(self) -> bool:
        return may_agree(self.visit)

    @property
    def may_flee(self) -> bool:
        return "left_for_safety" in self.forms and not self.record.left_for_safety


def open_door(request: HttpRequest, visit: Visit, day: Any, sent: StepForm | None = None) -> Door:
    """The whole page; `sent` is a form that came back with an error and stands in its place."""
    record, me = record_of(visit), str(reader(request).pk)
    brief = brief_of(visit, record, day)
    turned = brief.held and visit.purpose != Purpose.CARE_VISIT
    allowed = allowed_next(record) if visit.withdrawn_reason is None or record.events else frozenset()
    forms = {kind: FORMS[kind](request, visit, **_known(kind, record)) for kind in FORMS if kind in allowed}
    if sent is not None:
        forms[sent.kind()] = sent
    now = _next(record, me, allowed & LEAVING if turned else allowed)
    talk = tuple(kind for kind in TALK if kind in allowed and not brief.held)
    sent_kind = sent.kind() if sent is not None else ""
    rest = (kind for kind in forms if kind not in (*now, *talk, *ALWAYS_THERE))
    duties = obligations_of(visit)
    return Door(
        visit=visit,
        record=record,
        brief=brief,
        forms=forms,
        now=now,
        talk=talk,
        more=tuple(kind for kind in rest if kind == sent_kind or _sensible(kind, record, me)),
        crew=tuple(_mate(user, record) for user in visit.crew.members.all()),
        missing=missing_records(record, duties) if record.events else (),
        must_stop=must_stop(record),
        wrong=sent_kind,
    )


def _next(record: VisitRecord, me: str, allowed: frozenset[str]) -> tuple[str, ...]:
    for kinds, wanted in GUIDE:
        open_now = tuple(kind for kind in kinds if kind in allowed)
        if open_now and wanted(record, me):
            return open_now
    return ()


def _sensible(kind: str, record: VisitRecord, me: str) -> bool:
    """Repetitions that say nothing are left out: a second check-in or check-out of one's own, an early close."""
    if kind == "checked_in":
        return me not in record.officers
    if kind == "checked_out":
        return me in record.officers and me not in record.gone
    if kind in ("person_identified", "vulnerability_checked"):
        return record.somebody_met
    return kind != "closed"


def _known(kind: str, record: VisitRecord) -> dict[str, Any]:
    """What the record says already, so that nobody picks it twice."""
    if kind == "person_identified" and record.who_met is not None:
        liable = record.who_met in may_hear(record.target_role)
        return {"who": record.who_met} | ({} if liable else {"passed": "no", "method": "name_and_id_tail"})
    if kind == "outcome_recorded":
        said = {"ability": record.ability, "willingness": record.willingness, "reason": record.reason}
        return said | {"outcome": record.outcome or _likely(record)}
    return {}


def _likely(record: VisitRecord) -> Outcome:
    if record.left_for_safety:
        return Outcome.LEFT_FOR_SAFETY
    if record.amount_unlocked:
        return Outcome.MET
    return Outcome.NOT_HOME if record.who_met in (None, WhoMet.NOBODY) else Outcome.THIRD_PARTY


def _mate(user: User, record: VisitRecord) -> Mate:
    key = str(user.pk)
    arrived = next((event for event in record.check_ins if event.by == key), None)
    left = next((event for event in record.check_outs if key in (event.by, *event.left_with)), None)
    return Mate(user, arrived, left)
