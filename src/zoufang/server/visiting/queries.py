"""Whose visits are to be made today, and what was recorded on past ones."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from zoufang.core.errors import NotFound
from zoufang.core.values import Message, gettext_noop
from zoufang.server.staff.models import Role, User
from zoufang.server.staff.permissions import require, scope
from zoufang.server.visiting.models import Crew, Visit, VisitEvent

WITH = ("party", "target__branch", "address", "crew", "branch", "stop__verdict")


def stops_of(user: User, day: date) -> list[Visit]:
    """The visits of the user's crews on a day, in their order; the withdrawn ones too."""
    require(user, "conduct_visit")
    rows = Visit.objects.filter(scope(user), crew__members=user, day=day).select_related(*WITH, "party__branch")
    found = rows.prefetch_related("crew__members", "party__phones", "target__phones").order_by(
        "stop__arrive", "stop__number", "id"
    )
    return [_whole(visit) for visit in found]


def visit_to_make(visit_id: UUID, user: User) -> Visit:
    """One visit of the user's own crew. NotFound for everybody else's: it must not tell who is a customer."""
    require(user, "conduct_visit")
    rows = Visit.objects.filter(scope(user), crew__members=user, pk=visit_id)
    return _one(rows)


def visits(user: User) -> QuerySet[Visit]:
    """Those whose record the user may read, the newest first; visitors read their own crews'."""
    require(user, "see_visit")
    rows = Visit.objects.filter(scope(user)).select_related("party", "target", "crew", "branch")
    if user.role == Role.VISITOR:
        rows = rows.filter(crew__in=user.crews.values("pk"))
    return rows.order_by("-day", "crew__code", "stop__number", "id")


def visit_to_read(visit_id: UUID, user: User) -> Visit:
    return _one(visits(user).filter(pk=visit_id))


def crews_seen(user: User) -> QuerySet[Crew]:
    """For a filter: the crews whose visits the user may read."""
    rows = Crew.objects.filter(pk__in=visits(user).order_by().values("crew"))
    return rows.order_by("code")


def evidence_event(visit: Visit, event_id: UUID) -> VisitEvent:
    found = visit.events.filter(pk=event_id, kind="evidence_added").first()
    if found is None:
        raise NotFound(Message(gettext_noop("No such evidence in this visit.")))
    found.visit = visit
    return found


def device_time(event_id: UUID) -> datetime | None:
    """When the device made an event that is stored already."""
    return VisitEvent.objects.filter(pk=event_id).values_list("device_at", flat=True).first()


def _one(rows: QuerySet[Visit]) -> Visit:
    visit = rows.select_related(*WITH, "party__branch").prefetch_related("crew__members").first()
    if visit is None:
        raise NotFound(Message(gettext_noop("No such visit among yours.")))
    return _whole(visit)


def _whole(visit: Visit) -> Visit:
    """The address opens with its party's key, which is here already."""
    visit.opened(visit.address)
    return visit
