"""A crew's check-in proposes the door; the planner confirms it, or sets the point by hand."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from tests.server.language_check import assert_speaks_both
from tests.server.places.place_builders import a_gazetteer, a_text
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_customer
from zoufang.core.values import Point, Precision, to_wgs84
from zoufang.core.values.places import Datum
from zoufang.server.audit.models import AuditLine
from zoufang.server.book.models import Address
from zoufang.server.places.services import place_addresses
from zoufang.server.visiting.models import Crew, Visit, VisitEvent

pytestmark = pytest.mark.django_db
DOOR = Point(37.2012, 116.4015)


@pytest.fixture
def address() -> Address:
    """A village's address."""
    a_bank()
    a_gazetteer()
    made = a_text(a_customer("c1"), "平原县王庙镇李家村3号")
    place_addresses(by=None, at=NOW)
    return made


@pytest.fixture
def planner(client):
    client.force_login(a_member("planner"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def a_check_in(address: Address, point: Point = DOOR, accuracy_m: float = 12.0, outcome: str = "met") -> Visit:
    crew = Crew.objects.first() or a_crew()
    visit = Visit.objects.create(
        id=uuid4(),
        party=address.party,
        address=address,
        crew=crew,
        branch=crew.branch,
        day=TODAY,
        purpose="first_talk",
        outcome=outcome,
        started_at=NOW,
    )
    VisitEvent.objects.create(
        id=uuid4(),
        visit=visit,
        kind="checked_in",
        body_hash="0",
        device_at=NOW,
        server_at=NOW,
        lat=point.lat,
        lon=point.lon,
        accuracy_m=accuracy_m,
        by=crew.members.first(),
    )
    return visit


def now(address: Address) -> Address:
    return Address.objects.select_related("party").get(pk=address.pk)


def test_the_list_shows_what_crews_found_and_what_nobody_can_drive_to(planner, address):
    a_check_in(address)
    a_text(a_customer("c2"), "河东县无名镇")
    place_addresses(by=None, at=NOW)
    assert_speaks_both(planner, reverse("place_list"))
    assert_speaks_both(planner, reverse("place_list") + "?show=mend")
    assert_speaks_both(planner, reverse("place", args=[address.pk]))


def test_confirming_takes_the_point_where_the_crew_stood_and_keeps_who_said_so(planner, address):
    visit = a_check_in(address)
    planner.post(reverse("place_confirm", args=[address.pk]), {"visit": str(visit.pk)})
    known = now(address)
    assert (known.precision, known.place["lat"], known.place["lon"]) == (Precision.CONFIRMED, DOOR.lat, DOOR.lon)
    line = AuditLine.objects.get(action="confirm_point")
    assert (line.actor, line.details["how"]) == (a_member("planner").employee_no, f"check_in {visit.pk}")


def test_an_unsure_phone_or_a_wrong_address_proposes_nothing(planner, address):
    a_check_in(address, accuracy_m=300)
    a_check_in(address, outcome="wrong_address")
    answer = planner.post(reverse("place_confirm", args=[address.pk]))
    assert answer.status_code == 404
    assert now(address).precision == Precision.VILLAGE


def test_two_visits_that_stood_at_different_doors_are_shown_to_disagree(planner, address):
    a_check_in(address)
    a_check_in(address, Point(DOOR.lat + 0.004, DOOR.lon))
    assert "签到不一致" in planner.get(reverse("place_list")).text


def test_a_point_by_hand_is_converted_from_the_map_that_it_was_read_from(planner, address):
    given = {"lat": "37.2", "lon": "116.4", "datum": "GCJ-02"}
    planner.post(reverse("place", args=[address.pk]), given)
    expected = to_wgs84(Point(37.2, 116.4, Datum.GCJ02))
    assert now(address).precision == Precision.CONFIRMED
    assert (now(address).place["lat"], now(address).place["lon"]) == (expected.lat, expected.lon)


def test_a_visitor_may_neither_see_nor_mend(client, address):
    client.force_login(a_member("visitor"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("place_list")).status_code == 403
    assert client.post(reverse("place_confirm", args=[address.pk])).status_code == 403
