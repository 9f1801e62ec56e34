"""The records of visits that others read."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.server.door_phone import arrive, leave, login, talk
from tests.server.language_check import assert_speaks_both
from tests.server.staffing import TODAY, a_member
from tests.server.world import a_visitor, another_branch
from zoufang.server.audit.models import AuditLine

pytestmark = pytest.mark.django_db


class TestRecords:
    def test_the_list_is_filtered_by_day_crew_and_outcome(self, visits, phones):
        arrive(phones)
        phones[0].take("person_met", who="nobody")
        leave(phones, outcome="not_home", ability="not_assessed", willingness="not_assessed")
        manager = login(a_member("manager"))

        def found(**query):
            return {v.pk for v in manager.get(reverse("visit_list"), query).context["page"].object_list}

        every = {v.pk for v in visits}
        assert found() == every
        assert found(outcome="not_home") == {visits[0].pk}
        assert found(outcome="met") == set()
        assert found(day=TODAY.isoformat(), crew="K1") == every
        assert found(day="2020-01-01") == set()
        assert found(crew="nonsense", day="tomorrow") == every

    def test_the_record_shows_events_times_places_and_verdict_but_not_the_notes(self, visit, phones):
        talk(phones)
        phones[0].take("note_added", text="邻居说常在晚上回来")
        manager = login(a_member("manager"))
        address = reverse("visit_detail", args=[visit.pk])
        html = manager.get(address).content.decode()
        assert "±12 m" in html
        assert "37.16000, 116.43000" in html
        assert visit.stop.verdict.body["pack_versions"][0] in html
        assert "邻居说" not in html
        assert_speaks_both(manager, address)
        assert "邻居说常在晚上回来" in manager.post(address).content.decode()
        assert AuditLine.objects.filter(action="read_visit_notes", actor=a_member("manager").employee_no).exists()

    def test_who_may_not_see_personal_data_cannot_open_the_notes(self, visit):
        address = reverse("visit_detail", args=[visit.pk])
        assert login(a_member("approver")).get(address).status_code == 403
        assert login(a_member("analyst")).post(address).status_code == 403

    def test_another_branch_finds_no_such_visit(self, visit):
        far = login(a_visitor(88, branch=another_branch()))
        assert far.get(reverse("visit_detail", args=[visit.pk])).status_code == 404
        assert not far.get(reverse("visit_list")).context["page"].object_list

    def test_a_visitor_reads_the_own_crews_records_only(self, visit, phones):
        stranger = login(a_visitor(77))
        assert stranger.get(reverse("visit_detail", args=[visit.pk])).status_code == 404
        assert phones[0].client.get(reverse("visit_detail", args=[visit.pk])).status_code == 200
