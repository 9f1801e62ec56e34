"""What people do about safety: call for help, ask for more time, say that they know, close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.core.values import Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.safety.models import Closing, Escalation, Extension, Watch
from zoufang.server.safety.queries import concerns
from zoufang.server.safety.watches import follow, is_over, raise_due, settle
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import Visit

LONGEST_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Place:
    """WGS-84, as the device told it."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise BadInput(f"{self.lat}, {self.lon} is no place on earth. Send degrees in WGS-84.")


@transaction.atomic
def call_for_help(*, visit: Visit, by: User, at: datetime, place: Place | None = None) -> Watch:
    """SOS: everybody in the chain is told in this transaction. A second press while it is open changes nothing."""
    _of_crew(visit, by)
    watch = _locked(follow(visit, at))
    if place is not None:
        watch.lat, watch.lon, watch.position_at = place.lat, place.lon, at
    if watch.sos_at is None:
        watch.sos_at, watch.sos_by, watch.over_at = at, by, None
        _audit(watch, by, at, "call_for_help")
    watch.save()
    raise_due(at)
    return watch


@transaction.atomic
def extend(*, key: UUID, visit: Visit, minutes: int, by: User, at: datetime) -> None:
    """The visitor says that it takes `minutes` more: a sign of life, and a later end. One key counts once."""
    _of_crew(visit, by)
    if not 0 < minutes <= LONGEST_MINUTES:
        raise BadInput(f"{minutes} minutes cannot be added. Ask for 1 to {LONGEST_MINUTES} at a time.")
    if visit.started_at is None or is_over(visit):
        raise Conflict(Message(gettext_noop("Only a visit that goes on can take longer.")))
    watch = _locked(follow(visit, at))
    if Extension.objects.filter(pk=key).exists():
        return
    Extension.objects.create(id=key, watch=watch, minutes=minutes, by=by, at=at)
    Watch.objects.filter(pk=watch.pk).update(expected_minutes=F("expected_minutes") + minutes, last_heard=at)
    _audit(watch, by, at, "extend_visit", minutes=minutes)


@transaction.atomic
def acknowledge(*, escalation: Escalation, by: User, at: datetime) -> None:
    """A person whom it concerns says: I see to it. The first one counts; the ladder climbs on all the same."""
    row = Escalation.objects.select_for_update().get(pk=escalation.pk)
    if not concerns(by).filter(pk=row.pk).exists():
        raise NotPermitted(f"{by} is not among those told. Ask one of them to answer.")
    if row.acknowledged_at is None:
        row.acknowledged_by, row.acknowledged_at = by, at
        row.save(update_fields=["acknowledged_by", "acknowledged_at"])
        audit.record(
            at=at,
            actor=by.employee_no,
            action="acknowledge_escalation",
            subject_kind="visit" if row.visit else "escalation",
            subject_id=row.visit.pk if row.visit else row.pk,
            branch_code=row.branch.code,
            details={"rung": row.rung, "kind": row.kind},
        )


@transaction.atomic
def close(*, watch: Watch, by: User, at: datetime, why: str) -> None:
    """A supervisor or manager has made sure of the crew. The SOS is over; a visit that goes on stays watched."""
    require(by, "close_watch", watch.visit)
    if not why.strip():
        raise BadInput(Message(gettext_noop("Say how you made sure of the crew.")))
    watch = _locked(watch)
    Closing.objects.create(watch=watch, by=by, at=at, why=why.strip(), was_sos=watch.sos_at is not None)
    over = is_over(watch.visit) or watch.visit.started_at is None
    watch.sos_at, watch.sos_by, watch.last_heard = None, None, max(at, watch.last_heard)
    watch.over_at = at if over else None
    watch.save()
    settle(watch, at)
    _audit(watch, by, at, "close_watch")


def _of_crew(visit: Visit, by: User) -> None:
    require(by, "conduct_visit", visit)
    if not visit.crew.members.filter(pk=by.pk).exists():
        raise NotPermitted(f"{by} is not of the crew of this visit. Ask the planner to change the crew.")


def _locked(watch: Watch) -> Watch:
    return Watch.objects.select_for_update().select_related("visit__branch").get(pk=watch.pk)


def _audit(watch: Watch, by: User, at: datetime, action: str, **details: object) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="visit",
        subject_id=watch.visit_id,
        branch_code=watch.visit.branch.code,
        details=details,
    )
