"""Places to which nobody goes: entered by one, confirmed by another, until a day or until ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import Message, Point, distance_m, gettext_noop, to_wgs84
from zoufang.server.audit import services as audit
from zoufang.server.book.models import Address
from zoufang.server.safety.models import ClosedPlace
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require

LEAST_M, MOST_M = 10, 20_000


@dataclass(frozen=True, slots=True)
class Circle:
    """`centre` on any datum; kept as WGS-84."""

    centre: Point
    radius_m: int

    def __post_init__(self) -> None:
        if not LEAST_M <= self.radius_m <= MOST_M:
            text = gettext_noop("A radius of %(radius)s m makes no sense. Use %(least)s to %(most)s.")
            raise BadInput(Message(text, {"radius": self.radius_m, "least": LEAST_M, "most": MOST_M}))


@transaction.atomic
def close_place(
    *,
    id: UUID,  # noqa: A002 - made where the fact is made
    branch: Branch,
    where: Circle | Address,
    reason: ClosedPlace.Reason,
    since: date,
    by: User,
    at: datetime,
    until: date | None = None,
    note: str = "",
) -> ClosedPlace:
    """Entered; it counts once a second person has confirmed it. Sent twice it is entered once."""
    require(by, "close_place", branch)
    if until is not None and until < since:
        raise BadInput(Message(gettext_noop("The last day lies before the first. Correct the days.")))
    first = {"branch": branch, "reason": reason, "since": since, "until": until, "note": note.strip()}
    first |= {"entered_by": by, "entered_at": at, **_where(where)}
    row, made = ClosedPlace.objects.get_or_create(id=id, defaults=first)
    if made:
        _audit(row, by, at, "close_place")
    return row


def _where(where: Circle | Address) -> dict[str, object]:
    if isinstance(where, Address):
        return {"address": where}
    point = to_wgs84(where.centre)
    return {"lat": point.lat, "lon": point.lon, "radius_m": where.radius_m}


@transaction.atomic
def confirm_place(*, place: ClosedPlace, by: User, at: datetime) -> ClosedPlace:
    require(by, "confirm_place", place)
    row = _locked(place)
    if row.ended_at is not None or row.confirmed_by_id is not None:
        raise Conflict(Message(gettext_noop("This entry is confirmed or ended already.")))
    if row.entered_by_id == by.pk:
        raise Conflict(Message(gettext_noop("A second person confirms the entry. Ask a colleague.")))
    row.confirmed_by, row.confirmed_at = by, at
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    _audit(row, by, at, "confirm_place")
    return row


@transaction.atomic
def end_place(*, place: ClosedPlace, why: str, by: User, at: datetime) -> ClosedPlace:
    """Visits may go there again, or the entry was wrong; the row stays."""
    require(by, "confirm_place", place)
    row = _locked(place)
    if not why.strip():
        raise BadInput(Message(gettext_noop("Say why visits may go there again.")))
    if row.ended_at is None:
        if row.confirmed_by_id is not None and row.entered_by_id == by.pk:
            raise Conflict(Message(gettext_noop("Whoever entered the place does not open it again alone.")))
        row.ended_by, row.ended_at, row.ended_why = by, at, why.strip()
        row.save(update_fields=["ended_by", "ended_at", "ended_why"])
        _audit(row, by, at, "end_place")
    return row


@dataclass(frozen=True, slots=True)
class ClosedPlaces:
    """Those in force on a day, read once for a whole run."""

    circles: tuple[tuple[Point, int], ...] = ()
    texts: frozenset[bytes] = frozenset()

    def hold(self, address: Address) -> bool:
        """Whether nobody goes to this address; its point is opened only where there is a circle to compare."""
        if bytes(address.text_index) in self.texts:
            return True
        if not self.circles:
            return False
        lat, lon = address.place.get("lat"), address.place.get("lon")
        if lat is None or lon is None:
            return False
        return any(distance_m(Point(lat, lon), centre) <= radius for centre, radius in self.circles)


def closed_on(day: date) -> ClosedPlaces:
    """Of the whole bank: danger knows no branches. One query."""
    rows = ClosedPlace.objects.filter(
        Q(until=None) | Q(until__gte=day), since__lte=day, confirmed_by__isnull=False, ended_at=None
    )
    return _places(list(rows.select_related("address")))


def _places(rows: Sequence[ClosedPlace]) -> ClosedPlaces:
    return ClosedPlaces(
        tuple(
            (Point(r.lat, r.lon), r.radius_m)
            for r in rows
            if r.lat is not None and r.lon is not None and r.radius_m
        ),
        frozenset(bytes(r.address.text_index) for r in rows if r.address is not None),
    )


def _locked(place: ClosedPlace) -> ClosedPlace:
    return ClosedPlace.objects.select_for_update(of=("self",)).select_related("branch").get(pk=place.pk)


def _audit(row: ClosedPlace, by: User, at: datetime, action: str) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="place",
        subject_id=row.pk,
        branch_code=row.branch.code,
        details={"reason": row.reason, "since": row.since.isoformat(), "until": str(row.until or "")},
    )
