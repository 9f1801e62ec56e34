"""Text addresses of the book are placed by the gazetteer, and nothing that is known better is touched."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.server.places.place_builders import ENTRIES, TOWN, VILLAGE, a_gazetteer, a_text
from tests.server.staffing import NOW, a_member
from tests.server.world import a_customer
from zoufang.core.errors import BadInput, NotPermitted
from zoufang.core.places import GazetteerEntry, Level
from zoufang.core.values import Precision
from zoufang.server.audit.models import AuditLine
from zoufang.server.book.models import Address
from zoufang.server.book.services import confirm_point
from zoufang.server.daily.candidates import place_of
from zoufang.server.places import queries
from zoufang.server.places.services import place_addresses

pytestmark = pytest.mark.django_db


def placed():
    return place_addresses(by=None, at=NOW)


def fresh(address):
    return Address.objects.select_related("party").get(pk=address.pk)


def test_a_text_address_gets_its_village_with_the_radius_in_which_the_crew_must_search():
    a_gazetteer()
    address = a_text(a_customer("c1"), "平原县王庙镇李家村3号")
    assert placed().by_precision == {"village": 1}
    door = place_of(fresh(address))
    assert (door.point, door.precision, door.radius_m) == (VILLAGE, Precision.VILLAGE, 600)
    assert (door.county, door.area, door.rural) == ("平原县", "王庙镇", True)


def test_a_village_that_the_gazetteer_lacks_gets_the_middle_of_its_town():
    a_gazetteer()
    address = a_text(a_customer("c1"), "平原县王庙镇赵家屯")
    placed()
    assert (place_of(fresh(address)).point, place_of(fresh(address)).radius_m) == (TOWN, 3_000)
    assert "赵家屯" in fresh(address).placing.why["params"]["unknown"]


def test_a_given_and_a_confirmed_point_are_never_overwritten():
    a_gazetteer()
    customer = a_customer("c1", placed=True)
    given = customer.addresses.get()
    confirmed = a_text(customer, "平原县王庙镇李家村3号")
    confirm_point(address=confirmed, lat=37.21, lon=116.41, by=a_member("manager"), at=NOW)
    assert placed().looked_at == 0
    assert fresh(given).precision == Precision.BUILDING
    assert (fresh(confirmed).place["lat"], place_of(fresh(confirmed)).radius_m) == (37.21, 0)


def test_placing_again_looks_only_at_what_is_new_until_another_gazetteer_comes():
    a_gazetteer(ENTRIES[:-1])
    address = a_text(a_customer("c1"), "平原县王庙镇李家村3号")
    assert placed().by_precision == {"township": 1}
    assert placed().looked_at == 0
    a_gazetteer()
    assert placed().by_precision == {"village": 1}
    assert place_of(fresh(address)).point == VILLAGE


def test_without_a_gazetteer_nothing_is_placed():
    a_text(a_customer("c1"), "平原县王庙镇李家村3号")
    assert placed().looked_at == 0


def test_the_same_code_again_replaces_the_place_and_the_audit_trail_names_the_source():
    a_gazetteer()
    a_gazetteer([replace(ENTRIES[4], name="李家庄村", source="更正")])
    assert queries.known_places().entries["v1"].name == "李家庄村"
    lines = AuditLine.objects.filter(action="import_gazetteer").order_by("pk")
    assert [line.details["source"] for line in lines] == ["县民政局 2026", "县民政局 2026"]


def test_a_tree_that_does_not_hold_together_is_refused_whole():
    with pytest.raises(BadInput, match="missing"):
        a_gazetteer([*ENTRIES, GazetteerEntry("v9", "孙家村", Level.VILLAGE, "nowhere")])
    assert queries.version() == 0


def test_a_visitor_may_not_import_a_gazetteer():
    with pytest.raises(NotPermitted):
        a_gazetteer(by=a_member("visitor"))


def test_the_shares_by_branch_count_only_addresses_of_people_who_still_owe():
    a_gazetteer()
    owes = a_customer("c1", placed=False)
    a_text(owes, "平原县王庙镇李家村3号")
    paid = a_customer("c2", placed=False, arrears_fen=0)
    a_text(paid, "平原县王庙镇李家村4号")
    placed()
    shares = queries.shares_by_branch(a_member("planner"))
    assert [(one.name, one.counts) for one in shares] == [
        (owes.branch.name, {Precision.UNPLACED: 1, Precision.VILLAGE: 1})
    ]
    assert [address.party_id for address in queries.to_mend(a_member("planner"))] == [owes.pk]
