"""A place closed by two people: the gate, the plan and the door keep to it from its first day to its last."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.server.door_phone import login
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import SEAT, a_crew, a_customer, a_study, a_visitor, vouched_facts
from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.core.evaluation import Arm
from zoufang.core.values import Datum, Point, distance_m, to_gcj02
from zoufang.server.daily.facts import facts_of, read_registers
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy
from zoufang.server.safety import places
from zoufang.server.safety.models import ClosedPlace
from zoufang.server.safety.places import Circle

pytestmark = pytest.mark.django_db
DOOR = Point(SEAT[0] + 0.01, SEAT[1] + 0.01)  # of a_customer


@pytest.fixture
def party():
    return a_customer("1")


def entered(where, *, since=TODAY, until=None, by="planner", note=""):
    return places.close_place(
        id=uuid4(),
        branch=a_bank(),
        where=where,
        reason=ClosedPlace.Reason.VIOLENCE,
        since=since,
        until=until,
        by=a_member(by),
        at=NOW,
        note=note,
    )


def closed(where, **more):
    return places.confirm_place(place=entered(where, **more), by=a_member("manager"), at=NOW)


def banned(party, day=TODAY):
    return facts_of(party, party.addresses.get(), read_registers([party], day)).do_not_visit


def test_an_address_counts_once_a_second_person_has_confirmed_it(party):
    row = entered(party.addresses.get())
    assert banned(party) is False
    with pytest.raises(Conflict, match="second person"):
        places.confirm_place(place=row, by=a_member("planner"), at=NOW)
    places.confirm_place(place=row, by=a_member("compliance"), at=NOW)
    assert banned(party) is True


def test_whoever_lives_at_a_closed_address_is_not_visited_there(party):
    other = a_customer("2", north=0.5)
    other.addresses.update(text_index=party.addresses.get().text_index)
    closed(party.addresses.get())
    assert banned(other) is True


@pytest.mark.parametrize(("radius", "inside"), [(500, True), (20, False)])
def test_a_circle_holds_the_doors_within_its_radius(party, radius, inside):
    near = Point(DOOR.lat + 0.002, DOOR.lon)
    assert 20 < distance_m(near, DOOR) < 500
    closed(Circle(near, radius))
    assert banned(party) is inside


def test_a_point_from_a_chinese_map_is_turned_to_the_datum_that_doors_are_kept_in(party):
    """The maps differ by hundreds of metres: taken as it stands, it would close somebody else's door."""
    read = to_gcj02(DOOR)
    assert distance_m(Point(read.lat, read.lon), DOOR) > 100
    closed(Circle(read, 50))
    assert banned(party) is True
    row = ClosedPlace.objects.get()
    assert distance_m(Point(row.lat, row.lon), DOOR) < 5


@pytest.mark.parametrize(("day", "inside"), [(-1, False), (0, True), (7, True), (8, False)])
def test_it_holds_from_its_first_day_to_its_last(party, day, inside):
    closed(party.addresses.get(), since=TODAY, until=TODAY + timedelta(days=7))
    assert banned(party, TODAY + timedelta(days=day)) is inside


def test_the_planner_goes_elsewhere_and_names_the_rule(party):
    vouched_facts()
    free = a_customer("2", north=0.05)
    a_study(dict.fromkeys((party, free), Arm.FREE))
    a_crew()
    closed(Circle(DOOR, 200))
    plan = plan_day(branch=a_bank(), day=TODAY, seed=3, by=a_member("planner"), at=NOW, policy=planning_policy(20))
    assert [stop.party_id for stop in plan.stops.all()] == [free.pk]
    refused = plan.left_out.get(party=party)
    findings = refused.verdict.body["findings"]
    assert "CN-X4" in {f["rule_id"] for f in findings if f["decision"] == "block"}


def test_a_visit_planned_before_the_place_was_closed_does_not_begin(visit, phones):
    closed(visit.address)
    answer = phones[0].step("checked_in")
    assert answer.status_code == 422
    visit.refresh_from_db()
    assert visit.started_at is None


def test_opened_again_by_another_person_it_holds_no_more_and_the_row_stays(party):
    row = closed(party.addresses.get())
    with pytest.raises(Conflict, match="alone"):
        places.end_place(place=row, why="没事了", by=a_member("planner"), at=NOW)
    places.end_place(place=row, why="村委确认恶犬已移走", by=a_member("manager"), at=NOW)
    assert banned(party) is False
    assert ClosedPlace.objects.get().ended_by == a_member("manager")


def test_what_cannot_be_is_refused(party):
    with pytest.raises(BadInput):
        entered(party.addresses.get(), until=TODAY - timedelta(days=1))
    with pytest.raises(BadInput):
        Circle(Point(0, 0, Datum.WGS84), 5)
    with pytest.raises(NotPermitted):
        entered(party.addresses.get(), by="compliance")


def test_the_pages_enter_a_point_and_the_address_of_a_visit_and_another_confirms(visit):
    planner, manager = login(a_member("planner")), login(a_member("manager"))
    common = {"reason": "animal", "since": TODAY.isoformat(), "until": "", "note": "大型犬散放"}
    point = {"lat": "37.16", "lon": "116.43", "datum": "GCJ-02", "radius_m": "300"}
    assert planner.post(reverse("closed_place_new"), {"id": uuid4(), **common, **point}).status_code == 302
    address = reverse("visit_close_place", args=[visit.pk])
    assert address in planner.get(reverse("visit_detail", args=[visit.pk])).content.decode()
    assert planner.post(address, {"id": uuid4(), **common}).status_code == 302
    listed = reverse("closed_place_list")
    for row in ClosedPlace.objects.all():
        confirm = reverse("closed_place_confirm", args=[row.pk])
        assert confirm not in planner.get(listed).content.decode()
        assert confirm in manager.get(listed).content.decode()
        assert manager.post(confirm).status_code == 302
    assert ClosedPlace.objects.filter(confirmed_by=a_member("manager")).count() == 2
    end = reverse("closed_place_end", args=[row.pk])
    assert manager.post(end, {"why": ""}).status_code == 422
    assert manager.post(end, {"why": "已处理"}).status_code == 302
    assert "大型犬" in login(a_visitor(9)).get(listed).content.decode()


@pytest.mark.parametrize("wrong", [{"lat": "137"}, {"radius_m": "5"}, {"datum": ""}, {"reason": "mood"}])
def test_a_point_that_makes_no_sense_is_said_at_its_field(wrong):
    common = {"id": uuid4(), "reason": "animal", "since": TODAY.isoformat()}
    point = {"lat": "37.16", "lon": "116.43", "datum": "GCJ-02", "radius_m": "300"}
    answer = login(a_member("planner")).post(reverse("closed_place_new"), common | point | wrong)
    assert answer.status_code == 422
    assert not ClosedPlace.objects.exists()


@pytest.mark.parametrize(("role", "status"), [("visitor", 403), ("compliance", 403), ("analyst", 403)])
def test_only_supervisors_enter_a_place(role, status):
    assert login(a_member(role)).get(reverse("closed_place_new")).status_code == status
