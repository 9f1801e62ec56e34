"""What check-ins say about addresses that are only roughly known; a person confirms it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from zoufang.core.errors import NotFound
from zoufang.core.places import MOST_ACCURACY_M, Fix, ProposedPoint, propose_point
from zoufang.core.values import Message, Point, gettext_noop, to_wgs84
from zoufang.core.visits import Outcome
from zoufang.server.book.models import Address
from zoufang.server.book.services import confirm_point
from zoufang.server.places.queries import FINE
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require, scope
from zoufang.server.visiting.models import VisitEvent

# There somebody stood at a door that was not the customer's.
ELSEWHERE = (Outcome.WRONG_ADDRESS, Outcome.UNSAFE, Outcome.LEFT_FOR_SAFETY)
BY_CHECK_IN, BY_HAND = "check_in", "by_hand"


def addresses_with_fixes(user: User) -> QuerySet[Address]:
    """Roughly known addresses at which a crew has checked in surely enough, those of one place together."""
    found = Address.objects.filter(scope(user, "party__branch"), pk__in=_fixes().values("visit__address"))
    rows = found.exclude(precision__in=FINE).select_related("party__branch", "placing")
    return rows.order_by("county", "township", "village", "id")


def proposals(addresses: Iterable[Address]) -> dict[UUID, ProposedPoint]:
    """By address; those without a sure check-in are not among them."""
    fixes: dict[UUID, list[Fix]] = defaultdict(list)
    for event in _fixes().filter(visit__address__in=[a.pk for a in addresses]).select_related("visit"):
        if event.lat is not None and event.lon is not None and event.accuracy_m is not None:
            point = Point(event.lat, event.lon)
            fix = Fix(str(event.visit_id), event.device_at, point, event.accuracy_m)
            fixes[event.visit.address_id].append(fix)
    made = {address: propose_point(found) for address, found in fixes.items()}
    return {address: proposal for address, proposal in made.items() if proposal is not None}


def _fixes() -> QuerySet[VisitEvent]:
    """Check-ins that are sure enough, of visits that were made at this door."""
    sure = VisitEvent.objects.filter(kind="checked_in", lat__isnull=False, accuracy_m__lte=MOST_ACCURACY_M)
    return sure.exclude(visit__outcome__in=ELSEWHERE)


@transaction.atomic
def confirm_check_in(*, address: Address, visit_id: UUID | None, by: User, at: datetime) -> Address:
    """Take the proposed point, or that of one of the visits where they disagree. NotFound: no such check-in."""
    require(by, "mend_places", address.party)
    proposal = proposals([address]).get(address.pk)
    fixes = proposal.fixes if proposal else ()
    fix = next((one for one in fixes if visit_id is None or one.visit_id == str(visit_id)), None)
    if fix is None:
        raise NotFound(Message(gettext_noop("No check-in at this address is sure enough to confirm its point.")))
    how = f"{BY_CHECK_IN} {fix.visit_id}"
    return confirm_point(address=address, lat=fix.point.lat, lon=fix.point.lon, by=by, at=at, how=how)


def set_by_hand(*, address: Address, point: Point, by: User, at: datetime) -> Address:
    """A person knows the door: the point comes on the datum of the map that it was read from."""
    require(by, "mend_places", address.party)
    wgs = to_wgs84(point)
    return confirm_point(address=address, lat=wgs.lat, lon=wgs.lon, by=by, at=at, how=f"{BY_HAND} {point.datum}")
