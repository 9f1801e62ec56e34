"""What is known of finished visits that makes a closer look more likely."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from zoufang.core.review import Limits, Risk, Signs, risks_of
from zoufang.core.values import BANK_ZONE, Point, distance_m
from zoufang.server.oversight.models import Complaint
from zoufang.server.places.queries import FINE
from zoufang.server.staff.models import Role
from zoufang.server.visiting.models import Crew, Visit, VisitEvent

Source = Callable[[Sequence[Visit]], set[UUID]]
LIMITS = Limits()
AT_ONCE = 1000  # visits of which events are read together
SOURCES: dict[Risk, Source] = {}


def add_source(risk: Risk, source: Source) -> None:
    """An app further up says which of these visits bear a risk that it knows of."""
    SOURCES[risk] = source


def _complained(visits: Sequence[Visit]) -> set[UUID]:
    rows = Complaint.objects.filter(visit_id__in=[visit.pk for visit in visits])
    return {one for one in rows.values_list("visit_id", flat=True) if one is not None}


def _by_agency(visits: Sequence[Visit]) -> set[UUID]:
    """Somebody of a collection agency belongs to the crew or checked in."""
    mixed = Visit.objects.filter(pk__in=[visit.pk for visit in visits])
    came = VisitEvent.objects.filter(visit=OuterRef("pk"), kind="checked_in", by__role=Role.AGENCY)
    of_crew = Crew.objects.filter(pk=OuterRef("crew"), members__role=Role.AGENCY)
    return set(mixed.filter(Exists(came) | Exists(of_crew)).values_list("pk", flat=True))


add_source(Risk.COMPLAINT, _complained)
add_source(Risk.AGENCY, _by_agency)


def risks_by_visit(visits: Sequence[Visit]) -> dict[UUID, frozenset[Risk]]:
    """Of visits that have begun and ended; their address must open (party, target at hand)."""
    found: dict[UUID, frozenset[Risk]] = {}
    for start in range(0, len(visits), AT_ONCE):
        found |= _risks(visits[start : start + AT_ONCE])
    return found


def _risks(visits: Sequence[Visit]) -> dict[UUID, frozenset[Risk]]:
    marked = {risk: source(visits) for risk, source in SOURCES.items()}
    events: dict[UUID, list[VisitEvent]] = {visit.pk: [] for visit in visits}
    for row in VisitEvent.objects.filter(visit__in=list(events), kind__in=("checked_in", "checked_out")):
        events[row.visit_id].append(row)
    return {visit.pk: risks_of(_signs(visit, events[visit.pk], marked), LIMITS) for visit in visits}


def _signs(visit: Visit, moves: Sequence[VisitEvent], marked: dict[Risk, set[UUID]]) -> Signs:
    began, ended = visit.started_at or visit.ended_at, visit.ended_at
    assert began is not None and ended is not None  # noqa: S101, PT018 - the query asks for ended visits
    return Signs(
        met=visit.met_role not in ("", "nobody"),
        lasted_min=(ended - began).total_seconds() / 60,
        began_minute=_minute(began),
        ended_minute=_minute(ended),
        away_m=_away(visit, (row for row in moves if row.kind == "checked_in")),
        mocked=any(row.body.get("mock_location") for row in moves),
        complained=visit.pk in marked.get(Risk.COMPLAINT, ()),
        by_agency=visit.pk in marked.get(Risk.AGENCY, ()),
    )


def _minute(at: datetime) -> int:
    local = at.astimezone(BANK_ZONE)
    return local.hour * 60 + local.minute


def _away(visit: Visit, check_ins: Iterable[VisitEvent]) -> float | None:
    """How far the nearest check-in surely was from the door; None where the door or the place isn't known."""
    if visit.address.precision not in FINE:
        return None
    place = visit.opened(visit.address).place
    if place.get("lat") is None or place.get("lon") is None:
        return None
    door = Point(place["lat"], place["lon"])
    found = [
        max(0.0, distance_m(door, Point(row.lat, row.lon)) - (row.accuracy_m or 0))
        for row in check_ins
        if row.lat is not None and row.lon is not None
    ]
    return min(found, default=None)
