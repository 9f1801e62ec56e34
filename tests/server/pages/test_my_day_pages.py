"""The visitor's day and what may be revealed on the way."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.server.door_phone import arrive, login
from tests.server.language_check import assert_speaks_both
from tests.server.staffing import a_member
from tests.server.visit_world import TEN, a_published_day, officers
from tests.server.world import a_visitor
from zoufang.core.values import Point, distance_m, to_gcj02
from zoufang.server.audit.models import AuditLine
from zoufang.server.visiting.events import withdraw

pytestmark = pytest.mark.django_db


class TestMyDay:
    def test_the_stops_stand_in_order_the_next_one_on_top_without_a_full_name_or_address(self, visits, phones):
        html = phones[0].client.get(reverse("my_day")).content.decode()
        assert html.index(str(visits[0].pk)) < html.index(str(visits[1].pk))
        assert "张**" in html
        assert "张三丰" not in html
        assert "龙门街道0" not in html
        assert "0/2" in html

    def test_a_withdrawn_stop_stays_on_the_list_with_its_reason_and_counts_no_more(self, visits, phones):
        reason = {"template": "Nothing is overdue any more", "params": {}}
        withdraw(visit=visits[0], reason=reason, actor="daily", at=TEN)
        html = phones[0].client.get(reverse("my_day")).content.decode()
        assert "已撤回" in html
        assert "0/1" in html
        assert phones[0].step("checked_in").status_code == 422

    def test_both_pages_speak_both_languages(self, visit, phones):
        for page in ("my_day", "visit_list"):
            assert_speaks_both(phones[0].client, reverse(page))
        assert_speaks_both(phones[0].client, reverse("visit_page", args=[visit.pk]))

    def test_the_number_of_queries_does_not_grow_with_the_stops(self, django_assert_max_num_queries):
        visits = a_published_day(3)
        client = login(officers(visits[0])[0])
        client.get(reverse("my_day"))
        with django_assert_max_num_queries(14):
            client.get(reverse("my_day"))

    @pytest.mark.parametrize("role", ["manager", "planner", "approver", "analyst"])
    def test_who_makes_no_visits_has_no_stops(self, role, visits):
        assert login(a_member(role)).get(reverse("my_day")).status_code == 403

    def test_a_visitor_of_another_crew_finds_no_such_visit(self, visit):
        stranger = login(a_visitor(77))
        assert stranger.get(reverse("visit_page", args=[visit.pk])).status_code == 404
        assert stranger.post(reverse("visit_reveal", args=[visit.pk, "name"])).status_code == 404


class TestRevealing:
    def test_the_name_is_shown_after_one_logged_look_and_stays_for_the_session(self, visit, phones):
        phone = phones[0]
        name = visit.party.identity["name"]
        assert name not in phone.html()
        phone.client.post(reverse("visit_reveal", args=[visit.pk, "name"]))
        phone.client.post(reverse("visit_reveal", args=[visit.pk, "name"]))
        assert name in phone.html()
        assert name not in phones[1].html()
        (line,) = AuditLine.objects.filter(action="reveal_personal_data")
        assert line.details == {"what": "name", "purpose": "visit"}

    def test_the_way_is_handed_over_in_the_datum_of_the_map_without_the_name(self, visit, phones):
        phones[0].client.post(reverse("visit_reveal", args=[visit.pk, "address"]))
        html = phones[0].html()
        here = Point(visit.address.place["lat"], visit.address.place["lon"])
        there = to_gcj02(here)
        assert f"to={there.lon:.6f}%2C{there.lat:.6f}" in html
        assert "coordinate=gaode" in html
        assert f"geo:{here.lat:.6f},{here.lon:.6f}" in html
        assert distance_m(here, Point(there.lat, there.lon)) > 300
        assert "uri.amap.com" not in phones[1].html()

    def test_of_the_id_only_the_end_is_shown(self, visit, phones):
        arrive(phones)
        phones[0].take("person_met", who="debtor")
        phones[0].client.post(reverse("visit_reveal", args=[visit.pk, "id_no"]))
        html = phones[0].html()
        assert ">1235<" in html
        assert "19800101" not in html

    def test_only_known_things_can_be_revealed(self, visit, phones):
        assert phones[0].client.post(reverse("visit_reveal", args=[visit.pk, "salary"])).status_code == 404
