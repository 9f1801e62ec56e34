"""A complaint's way to its answer: acknowledged, owned, extended by the rules, gone up when overdue."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.server.answered import answered
from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_customer, another_branch
from zoufang.core.errors import BadInput, Conflict
from zoufang.server.audit.models import AuditLine
from zoufang.server.jobs.ticks import TICKS
from zoufang.server.oversight import complaints
from zoufang.server.oversight.models import Complaint, ComplaintStep
from zoufang.server.oversight.services import close_complaint, open_complaint
from zoufang.server.staff.models import BankState

pytestmark = pytest.mark.django_db
Kind = ComplaintStep.Kind


@pytest.fixture(autouse=True)
def nine_in_the_morning(db):
    a_bank()
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))


def a_complaint(number="C1", days_ago=0, party=None) -> Complaint:
    party = party or a_customer(number)
    day = TODAY - timedelta(days=days_ago)
    return open_complaint(
        id=uuid4(),
        party=party,
        about="conduct",
        text="来访语气不好",
        opened_on=day,
        by=None,
        at=NOW,
        channel="phone",
    )


def step(complaint, kind, note="已电话说明", by="compliance", same=None):
    return complaints.take_step(
        id=same or uuid4(), complaint=complaint, kind=kind, note=note, by=a_member(by), on=TODAY, at=NOW
    )


def test_the_answer_may_be_put_off_to_30_and_then_60_days_and_no_further():
    one = a_complaint()
    assert one.due_on == TODAY + timedelta(days=15)
    for days in (30, 60):
        step(one, Kind.EXTENDED)
        one.refresh_from_db()
        assert one.due_on == TODAY + timedelta(days=days)
    with pytest.raises(Conflict):
        step(one, Kind.EXTENDED)


def test_a_step_sent_twice_counts_once():
    one, same = a_complaint(), uuid4()
    step(one, Kind.EXTENDED, same=same)
    step(one, Kind.EXTENDED, same=same)
    one.refresh_from_db()
    assert (one.due_on, one.steps.count()) == (TODAY + timedelta(days=30), 1)


def test_an_extension_needs_its_reason():
    with pytest.raises(BadInput):
        step(a_complaint(), Kind.EXTENDED, note=" ")


def test_receipt_is_acknowledged_once():
    one = a_complaint()
    step(one, Kind.ACKNOWLEDGED)
    with pytest.raises(Conflict):
        step(one, Kind.ACKNOWLEDGED)


def test_a_closed_complaint_takes_no_step():
    one = a_complaint()
    close_complaint(complaint=answered(one), finding="answered", on=TODAY, by=a_member("compliance"), at=NOW)
    with pytest.raises(Conflict):
        step(one, Kind.OWNED)


def test_an_overdue_answer_goes_up_once_until_an_extension_sets_a_new_day():
    one, _due_today = a_complaint(days_ago=16), a_complaint("C2", days_ago=15)
    assert complaints.escalate_overdue(today=TODAY, at=NOW) == 1
    assert complaints.escalate_overdue(today=TODAY, at=NOW) == 0
    step(one, Kind.EXTENDED)
    later = TODAY + timedelta(days=15)
    assert complaints.escalate_overdue(today=later, at=NOW) == 2
    assert AuditLine.objects.filter(action="complaint_step").count() == 4


def test_overdue_complaints_are_looked_for_by_the_ticker():
    a_complaint(days_ago=16)
    assert TICKS["overdue_complaints"].work(NOW) == 1


def test_the_note_of_a_step_is_sealed_and_only_handlers_read_it(client):
    one = a_complaint()
    kept = step(one, Kind.ACKNOWLEDGED, note="已回电致歉")
    assert "已回电致歉".encode() not in bytes(kept.sealed_note)
    for role, reads in (("compliance", True), ("visitor", False)):
        client.force_login(a_member(role))
        text = client.get(reverse("complaint", args=[one.pk])).content.decode()
        assert ("已回电致歉" in text) is reads


def test_compliance_takes_a_complaint_on_from_its_page(client):
    one, officer = a_complaint(), a_member("compliance")
    client.force_login(officer)
    page = client.get(reverse("complaint", args=[one.pk]))
    given = {"id": page.context["step_form"].initial["id"], "kind": "owned", "note": ""}
    client.post(reverse("complaint_step", args=[one.pk]), given)
    one.refresh_from_db()
    assert one.owner == officer
    assert officer.full_name in client.get(reverse("complaint_list")).content.decode()


def test_a_visitor_takes_no_step(client):
    one = a_complaint()
    client.force_login(a_member("visitor"))
    answer = client.post(reverse("complaint_step", args=[one.pk]), {"id": uuid4(), "kind": "owned"})
    assert (answer.status_code, one.steps.count()) == (403, 0)


def test_no_step_on_another_branchs_complaint(client):
    one = a_complaint(party=a_customer("C9", branch=another_branch()))
    client.force_login(a_member("compliance"))
    answer = client.post(reverse("complaint_step", args=[one.pk]), {"id": uuid4(), "kind": "owned"})
    assert (answer.status_code, one.steps.count()) == (404, 0)


def test_the_pages_of_an_escalated_complaint_speak_both_languages(client):
    one = a_complaint(days_ago=20)
    step(one, Kind.ACKNOWLEDGED)
    complaints.escalate_overdue(today=TODAY, at=NOW)
    client.force_login(a_member("compliance"))
    for url in (reverse("complaint_list"), reverse("complaint", args=[one.pk])):
        assert_speaks_both(client, url)
