"""No complaint is closed unanswered, a withdrawal needs the customer's word, and a named superior is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.server.answered import answered
from tests.server.language_check import assert_speaks_both
from tests.server.review.review_world import AFTER, NEXT, finished_visits
from tests.server.staffing import NOW, PASSWORD, TODAY, a_bank, a_member
from tests.server.visit_world import officers
from tests.server.world import a_customer
from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.server.oversight import complaints
from zoufang.server.oversight.models import ComplaintNotice, ComplaintStep
from zoufang.server.oversight.services import close_complaint, open_complaint
from zoufang.server.oversight.superiors import see_notice, superior_of
from zoufang.server.review.lessons import close_and_learn
from zoufang.server.review.models import Finding
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import BankState, Branch, Role
from zoufang.server.staff.services import add_user
from zoufang.server.training.models import Prescription

pytestmark = pytest.mark.django_db
Kind = ComplaintStep.Kind


@pytest.fixture(autouse=True)
def nine_in_the_morning(db):
    a_bank()
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))


def a_complaint(days_ago=0, **given):
    made = {"party": None, "about": "visit_conduct", "text": "语气", "by": None, "at": NOW} | given
    made["party"] = made["party"] or a_customer("C1")
    return open_complaint(id=new_id(), opened_on=TODAY - timedelta(days=days_ago), **made)


def close(complaint, finding):
    return close_complaint(complaint=complaint, finding=finding, on=TODAY, by=a_member("compliance"), at=NOW)


def own_it(complaint, by, named=()):
    return complaints.take_step(
        id=new_id(), complaint=complaint, kind=Kind.OWNED, note="", by=by, on=TODAY, at=NOW, named=named
    )


def a_head(role, number="E901"):
    head = Branch.objects.get(code="3714")
    given = {"full_name": "总行主管", "employee_no": number, "password": PASSWORD}
    return add_user(username=number, role=role, branch=head, at=NOW, **given)


class TestTheAnswer:
    @pytest.mark.parametrize("finding", ["answered", "upheld", "partly_upheld", "not_upheld", "withdrawn"])
    def test_nothing_is_closed_before_it(self, finding):
        with pytest.raises(Conflict):
            close(a_complaint(), finding)

    def test_after_it_any_finding_closes_but_not_as_withdrawn(self):
        one = answered(a_complaint())
        with pytest.raises(Conflict):
            close(one, "withdrawn")
        assert close(one, "upheld").finding == "upheld"

    def test_way_day_and_words_are_kept_under_seal(self):
        one = answered(a_complaint(), via="sms", note="已致歉并调整人员")
        step = one.steps.get()
        assert (step.via, step.sent_on) == ("sms", TODAY)
        assert "致歉".encode() not in bytes(step.sealed_note)

    @pytest.mark.parametrize(
        "wrong", [{"via": ""}, {"via": "pigeon"}, {"note": " "}, {"on": TODAY - timedelta(days=1)}]
    )
    def test_without_a_way_words_or_a_possible_day_it_is_no_answer(self, wrong):
        one = a_complaint()
        with pytest.raises(BadInput):
            answered(one, **wrong)
        assert not one.steps.exists()

    def test_a_withdrawal_needs_the_customers_own_word(self):
        one = a_complaint()
        with pytest.raises(BadInput):
            answered(one, kind=Kind.WITHDRAWN, note="")
        answered(one, kind=Kind.WITHDRAWN, via="phone", note="客户来电：误会已消除，撤回投诉")
        with pytest.raises(Conflict):
            close(one, "upheld")
        assert close(one, "withdrawn").finding == "withdrawn"

    def test_the_page_offers_to_close_only_what_may_be_closed(self, client):
        one = a_complaint()
        client.force_login(a_member("compliance"))
        url = reverse("complaint", args=[one.pk])
        assert client.get(url).context["form"].open == ()
        form = {"id": str(new_id()), "kind": "withdrawn", "note": "撤回", "via": "counter", "sent_on": str(TODAY)}
        client.post(reverse("complaint_step", args=[one.pk]), form, follow=True)
        assert client.get(url).context["form"].open == ("withdrawn",)
        assert_speaks_both(client, url)
        client.post(url, {"finding": "withdrawn"}, follow=True)
        assert_speaks_both(client, url)
        assert_speaks_both(client, reverse("complaint_list") + "?state=closed")


class TestTheSuperior:
    def test_an_overdue_complaint_is_told_to_the_handlers_superior_once_a_due_date(self):
        one, handler = a_complaint(days_ago=16), a_member("compliance")
        head = a_head(Role.COMPLIANCE)
        own_it(one, handler)
        for _again in range(2):
            complaints.escalate_overdue(today=TODAY, at=NOW)
        notice = ComplaintNotice.objects.get()
        assert (notice.to, notice.why, notice.about) == (head, "overdue", handler)

    def test_without_a_handler_the_branchs_manager_is_told(self):
        a_complaint(days_ago=16)
        manager = a_member("manager")
        complaints.escalate_overdue(today=TODAY, at=NOW)
        assert ComplaintNotice.objects.get().to == manager

    def test_a_handler_is_never_the_own_superior(self):
        manager = a_member("manager")
        assert superior_of(manager, manager.branch) is None
        compliance = a_member("compliance")
        assert superior_of(manager, manager.branch) == compliance
        head = a_head(Role.MANAGER)
        assert superior_of(manager, manager.branch) == head

    def test_a_complaint_about_the_handlers_people_is_told_when_it_is_taken_on(self):
        visit = finished_visits()[0]
        head, manager = a_head(Role.MANAGER), a_member("manager")
        one = a_complaint(party=visit.party, visit_id=visit.pk)
        own_it(one, manager, officers(visit))
        assert (ComplaintNotice.objects.get().to, ComplaintNotice.objects.get().why) == (head, "subordinate")

    def test_compliance_leads_nobody_and_taking_on_tells_nobody(self):
        visit = finished_visits()[0]
        own_it(a_complaint(party=visit.party, visit_id=visit.pk), a_member("compliance"), officers(visit))
        assert not ComplaintNotice.objects.exists()

    def test_the_page_names_the_crew_by_itself(self, client):
        visit = finished_visits()[0]
        a_head(Role.MANAGER)
        one = a_complaint(party=visit.party, visit_id=visit.pk)
        client.force_login(a_member("manager"))
        client.post(reverse("complaint_step", args=[one.pk]), {"id": str(new_id()), "kind": "owned", "note": ""})
        assert ComplaintNotice.objects.get().why == "subordinate"

    def test_the_notice_stands_on_each_page_until_its_reader_answers(self, client):
        one, handler = a_complaint(days_ago=16), a_member("compliance")
        head = a_head(Role.COMPLIANCE)
        own_it(one, handler)
        complaints.escalate_overdue(today=TODAY, at=NOW)
        notice = ComplaintNotice.objects.get()
        client.force_login(a_member("manager"))
        assert client.post(reverse("complaint_notice", args=[notice.pk])).status_code == 404
        client.force_login(head)
        assert_speaks_both(client, reverse("complaint_list"))
        assert reverse("complaint_notice", args=[notice.pk]) in client.get(reverse("start")).content.decode()
        client.post(reverse("complaint_notice", args=[notice.pk]))
        assert reverse("complaint_notice", args=[notice.pk]) not in client.get(reverse("start")).content.decode()
        with pytest.raises(NotPermitted):
            see_notice(notice=notice, by=a_member("manager"), at=NOW)


class TestAnUpheldComplaint:
    def closed(self, finding, about="visit_conduct"):
        visit = finished_visits()[0]
        one = answered(a_complaint(party=visit.party, visit_id=visit.pk, about=about))
        close_and_learn(complaint=one, finding=finding, on=NEXT, by=a_member("compliance"), at=AFTER)
        return visit

    @pytest.mark.parametrize(("about", "course"), [("visit_conduct", "communication"), ("disclosure", "law")])
    def test_about_a_visit_asks_its_crew_for_the_course_of_its_subject(self, about, course):
        visit = self.closed("upheld", about)
        asked = Prescription.objects.all()
        assert {one.officer for one in asked} == set(officers(visit))
        assert {one.course.code for one in asked} == {course}
        assert Finding.objects.filter(complaint__isnull=False, asked=True).count() == 2

    @pytest.mark.parametrize(("finding", "about"), [("not_upheld", "visit_conduct"), ("upheld", "amount")])
    def test_one_not_upheld_or_about_the_amount_asks_for_nothing(self, finding, about):
        self.closed(finding, about)
        assert not Prescription.objects.exists()
