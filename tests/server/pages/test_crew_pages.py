"""Crews: formed by those who plan, of two officers at least, and at home when someone may not go."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import SEAT, a_crew, a_customer, a_visitor, another_branch, certified
from zoufang.core.errors import Conflict
from zoufang.core.values import Datum, Point, TimeWindow, distance_m, to_gcj02
from zoufang.server.audit.models import AuditLine
from zoufang.server.daily.crews import crews_on
from zoufang.server.staff.models import Absence, User
from zoufang.server.visiting import crews as services
from zoufang.server.visiting.models import Crew, Visit

pytestmark = pytest.mark.django_db
MONDAY = TODAY  # 2026-05-11


@pytest.fixture(autouse=True)
def bank(db):
    return a_bank()


@pytest.fixture
def pair():
    return certified(a_visitor(1)), certified(a_visitor(2))


@pytest.fixture
def planner(client):
    client.force_login(a_member("planner"))
    return client


def a_form(officers, **more):
    """Hours from Monday to Friday, a depot on WGS-84."""
    hours = {f"day{day}_{end}": at for day in range(1, 6) for end, at in (("from", "08:30"), ("to", "17:30"))}
    said = {"code": "C9", "branch": a_bank().pk, "name": "平原九组", "car": "鲁N12345", "datum": "WGS-84"}
    place = {"depot_lat": SEAT[0], "depot_lon": SEAT[1], "rest_from": "12:00", "rest_to": "13:00"}
    return said | hours | place | {"officers": [one.pk for one in officers]} | more


class TestForming:
    def test_a_planner_forms_a_crew_and_the_planner_counts_on_it(self, planner, pair):
        assert planner.post(reverse("crew_new"), a_form(pair)).status_code == 302
        crew = Crew.objects.get()
        assert (crew.car, crew.branch, set(crew.members.all())) == ("鲁N12345", a_bank(), set(pair))
        going = crews_on(a_bank(), MONDAY).going[0]
        assert (going.shift, going.rest) == (TimeWindow(510, 1050), TimeWindow(720, 780))
        line = AuditLine.objects.get(action="form_crew")
        assert (line.subject_id, line.actor, line.details["officers"]) == (
            "C9",
            a_member("planner").employee_no,
            ["V001", "V002"],
        )

    def test_on_a_weekday_without_hours_it_stays_at_home_and_says_so(self, planner, pair):
        planner.post(reverse("crew_new"), a_form(pair))
        saturday = crews_on(a_bank(), MONDAY + timedelta(days=5))
        assert saturday.going == ()
        assert "weekday" in saturday.at_home[0].findings[0].message.template

    def test_a_depot_read_from_a_chinese_map_is_kept_on_wgs84(self, planner, pair):
        shown = to_gcj02(Point(*SEAT))
        place = {"depot_lat": shown.lat, "depot_lon": shown.lon, "datum": Datum.GCJ02.value}
        planner.post(reverse("crew_new"), a_form(pair, **place))
        crew = Crew.objects.get()
        assert distance_m(Point(crew.depot_lat, crew.depot_lon), Point(*SEAT)) < 1

    @pytest.mark.parametrize(
        "wrong",
        [
            {"day1_from": "18:00"},
            {"day1_to": ""},
            {"rest_from": "07:00", "rest_to": "08:00"},
            {"depot_lat": "370"},
            {"code": ""},
            {f"day{day}_{end}": "" for day in range(1, 6) for end in ("from", "to")},
        ],
        ids=["backwards", "half", "rest-outside", "no-place", "no-code", "no-hours"],
    )
    def test_what_cannot_be_is_refused_on_the_form(self, planner, pair, wrong):
        answer = planner.post(reverse("crew_new"), a_form(pair, **wrong))
        assert answer.context["form"].errors
        assert not Crew.objects.exists()

    def test_one_officer_is_no_crew(self, planner, pair):
        answer = planner.post(reverse("crew_new"), a_form(pair[:1]))
        assert answer.context["form"].errors
        assert not Crew.objects.exists()

    def test_an_officer_goes_with_one_crew_only(self, planner, pair):
        a_crew("K1", members=pair)
        page = planner.get(reverse("crew_new")).content.decode()
        assert "V001" not in page
        terms = services.CrewTerms("x", pair, Point(*SEAT), {1: TimeWindow(510, 1050)})
        with pytest.raises(Conflict):
            services.form_crew(code="K2", branch=a_bank(), terms=terms, by=a_member("planner"), at=NOW)

    def test_a_code_that_is_in_use_is_refused(self, planner, pair):
        a_crew("C9")
        assert planner.post(reverse("crew_new"), a_form(pair)).context["form"].errors
        assert Crew.objects.count() == 1

    def test_officers_of_another_branch_cannot_be_taken(self, planner, pair):
        stranger = a_visitor(7, branch=another_branch())
        assert planner.post(reverse("crew_new"), a_form((pair[0], stranger))).context["form"].errors
        assert not Crew.objects.exists()


class TestChanging:
    def test_a_change_is_kept_and_audited(self, planner, pair):
        crew = a_crew("K1", members=pair)
        planner.post(reverse("crew_change", args=["K1"]), a_form(pair, name="新名"))
        crew.refresh_from_db()
        assert crew.name == "新名"
        assert sorted(crew.weekday_shifts) == ["1", "2", "3", "4", "5"]
        assert AuditLine.objects.filter(action="change_crew", subject_id="K1").exists()

    def test_a_retired_crew_goes_out_no_more_and_may_come_back(self, planner, pair):
        a_crew("K1", members=pair)
        planner.post(reverse("crew_retire", args=["K1"]))
        assert crews_on(a_bank(), MONDAY).going == ()
        planner.post(reverse("crew_retire", args=["K1"]))
        assert len(crews_on(a_bank(), MONDAY).going) == 1

    def test_a_crew_for_which_visits_wait_is_not_retired(self, planner, pair):
        crew, party = a_crew("K1", members=pair), a_customer("1")
        Visit.objects.create(
            id=uuid4(),
            party=party,
            address=party.addresses.get(),
            crew=crew,
            branch=party.branch,
            day=TODAY,
            purpose="first_talk",
        )
        assert planner.post(reverse("crew_retire", args=["K1"])).status_code == 409
        crew.refresh_from_db()
        assert crew.active


class TestAbsence:
    def absent(self, client, officer, since=TODAY, until=TODAY + timedelta(days=2)):
        given = {"officer": officer.pk, "since": since.isoformat(), "until": until.isoformat(), "reason": "leave"}
        return client.post(reverse("absence_new"), given)

    def test_an_absent_officer_keeps_the_crew_at_home_until_back(self, planner, pair):
        a_crew("K1", members=pair)
        assert self.absent(planner, pair[0]).status_code == 302
        home = crews_on(a_bank(), TODAY + timedelta(days=2)).at_home[0]
        assert {finding.rule_id for finding in home.findings} >= {"roster", "CN-V1"}
        assert len(crews_on(a_bank(), TODAY + timedelta(days=3)).going) == 1
        text = planner.get(reverse("crew_list")).content.decode()
        assert "留守" in text
        assert AuditLine.objects.filter(action="note_absence", subject_id=str(pair[0].pk)).exists()

    def test_with_a_third_officer_the_others_go(self, planner, pair):
        a_crew("K1", members=(*pair, certified(a_visitor(3))))
        self.absent(planner, pair[0])
        assert crews_on(a_bank(), TODAY).going[0].officer_ids == (str(pair[1].pk), str(pair[1].pk + 1))

    def test_withdrawn_it_counts_no_more(self, planner, pair):
        a_crew("K1", members=pair)
        self.absent(planner, pair[0])
        planner.post(reverse("absence_withdraw", args=[Absence.objects.get().pk]))
        assert len(crews_on(a_bank(), TODAY).going) == 1

    def test_one_that_ends_before_it_begins_is_refused(self, planner, pair):
        assert self.absent(planner, pair[0], until=TODAY - timedelta(days=1)).context["form"].errors
        assert not Absence.objects.exists()


class TestList:
    def test_a_lapsed_certificate_is_told_in_red_with_why_the_crew_stays(self, planner, pair):
        a_crew("K1", members=pair)
        assert 'class="late"' not in planner.get(reverse("crew_list")).content.decode()
        pair[0].certificates.update(expires=TODAY - timedelta(days=1))
        text = planner.get(reverse("crew_list")).content.decode()
        assert 'class="late"' in text
        assert "留守原因" in text

    def test_the_depot_is_told_with_its_datum(self, planner, pair):
        a_crew("K1", members=pair)
        text = planner.get(reverse("crew_list")).content.decode()
        assert "37.16500, 116.43400" in text
        assert "WGS-84" in text

    @pytest.mark.parametrize("role", ["visitor", "approver", "analyst", "administrator"])
    def test_others_see_no_crews(self, client, role):
        client.force_login(a_member(role))
        assert client.get(reverse("crew_list")).status_code == 403

    @pytest.mark.parametrize("role", ["compliance", "trainer"])
    def test_who_may_look_forms_changes_and_retires_none(self, client, role, pair):
        a_crew("K1", members=pair)
        client.force_login(a_member(role))
        text = client.get(reverse("crew_list")).content.decode()
        assert reverse("crew_new") not in text
        for name, args in (
            ("crew_new", []),
            ("crew_change", ["K1"]),
            ("crew_retire", ["K1"]),
            ("absence_new", []),
        ):
            assert client.post(reverse(name, args=args), a_form(pair)).status_code == 403
        assert Crew.objects.get().active

    def test_a_planner_of_another_branch_finds_none(self, client, pair):
        a_crew("K1", members=pair)
        stranger = User.objects.create_user(
            "stranger", password="x", role="planner", branch=another_branch(), full_name="外", employee_no="X1"
        )
        client.force_login(stranger)
        assert "K1" not in client.get(reverse("crew_list")).content.decode()
        assert client.get(reverse("crew_change", args=["K1"])).status_code == 404

    def test_the_pages_speak_both_languages(self, planner, pair):
        a_crew("K1", members=pair)
        planner.post(
            reverse("absence_new"),
            {"officer": pair[0].pk, "since": TODAY.isoformat(), "until": TODAY.isoformat(), "reason": "ill"},
        )
        for address in (
            reverse("crew_list"),
            reverse("crew_new"),
            reverse("crew_change", args=["K1"]),
            reverse("absence_new"),
        ):
            assert_speaks_both(planner, address)
