"""Each look at personal data in the clear: its purpose, its row, and what is unusual about it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_customer, another_branch
from zoufang.core.errors import BadInput, NotPermitted
from zoufang.server.audit.models import AuditLine
from zoufang.server.book.models import Reveal, RevealPurpose
from zoufang.server.book.reveals import note_reveal, reason_of
from zoufang.server.book.services import reveal
from zoufang.server.oversight.services import open_complaint
from zoufang.server.pages.reveals import has_to_do
from zoufang.server.staff.models import BankState
from zoufang.server.visiting.models import Visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bank():
    a_bank()


def look(party, by, *, purpose=RevealPurpose.CALL, reason="", at=NOW, what="phone"):
    return reveal(party=party, what=what, purpose=purpose, by=by, at=at, reason=reason)


def page(client, **query) -> str:
    client.force_login(a_member("compliance"))
    return client.get(reverse("reveal_list"), query).content.decode()


def test_a_look_leaves_a_row_with_reader_person_and_purpose_besides_the_audit_line():
    party = a_customer("C1")
    look(party, a_member("manager"), what="name")
    row = Reveal.objects.get()
    assert (row.party, row.by, row.what, row.purpose) == (party, a_member("manager"), "name", "call")
    assert AuditLine.objects.filter(action="reveal_personal_data", subject_id=str(party.pk)).count() == 1


@pytest.mark.parametrize("purpose", ["", "curiosity"])
def test_without_a_purpose_of_the_list_nothing_is_shown_nor_kept(purpose):
    with pytest.raises(BadInput):
        look(a_customer("C1"), a_member("manager"), purpose=purpose)
    assert not Reveal.objects.exists()


def test_another_purpose_needs_words_and_these_are_sealed():
    party = a_customer("C1")
    with pytest.raises(BadInput):
        look(party, a_member("manager"), purpose=RevealPurpose.OTHER, reason="  ")
    look(party, a_member("manager"), purpose=RevealPurpose.OTHER, reason="送医协助")
    row = Reveal.objects.get()
    assert reason_of(row) == "送医协助"
    assert "送医协助".encode() not in bytes(row.sealed_reason)


def test_the_customer_page_asks_for_words_with_another_purpose(client):
    party = a_customer("C1")
    client.force_login(a_member("manager"))
    url = reverse("customer_reveal", args=[party.pk])
    client.post(url, {"what": "name", "purpose": "other"})
    assert not Reveal.objects.exists()
    assert "张三丰" in client.post(url, {"what": "name", "purpose": "other", "reason": "x"}).content.decode()


def test_only_compliance_reads_the_list_and_only_of_its_branches(client):
    look(a_customer("C1"), a_member("manager"))
    far = a_customer("C9", branch=another_branch())
    note_reveal(party=far, what="name", purpose="call", by=a_member("manager"), at=NOW)
    html = page(client)
    assert "C1" in html
    assert "C9" not in html
    client.force_login(a_member("manager"))
    assert client.get(reverse("reveal_list")).status_code == 403


def test_a_day_with_more_people_than_the_bank_allows_is_marked(client, settings):
    settings.ZOUFANG_REVEALS_A_DAY = 2
    BankState.objects.update(business_date=TODAY)
    for number in range(3):
        look(a_customer(f"C{number}"), a_member("manager"))
    look(a_customer("C7"), a_member("planner"))
    html = page(client)
    assert html.count("当日查看人数过多") == 3
    assert "当日查看人数过多" not in page(client, reader=a_member("planner").employee_no)


def test_a_visitor_who_looks_at_somebody_of_no_visit_of_theirs_is_marked(client):
    crew = a_crew()
    officer = crew.members.first()
    mine, other = a_customer("C1"), a_customer("C2")
    Visit.objects.create(
        id=uuid4(),
        party=mine,
        address=mine.addresses.get(),
        crew=crew,
        branch=mine.branch,
        day=TODAY + timedelta(days=1),
        purpose="first_talk",
    )
    look(mine, officer)
    look(other, officer)
    assert has_to_do(officer, mine, TODAY)
    assert not has_to_do(officer, other, TODAY)
    assert "不属于其走访或管户" in page(client, customer="C2")
    assert "不属于其走访或管户" not in page(client, customer="C1")


def test_a_complaint_read_by_who_may_close_it_is_a_look_of_each_day(client):
    complaint = open_complaint(
        id=uuid4(),
        party=a_customer("C1"),
        opened_on=TODAY,
        about="conduct",
        text="他们太吵",
        by=a_member("manager"),
        at=NOW,
    )
    client.force_login(a_member("compliance"))
    for _twice in range(2):
        client.get(reverse("complaint", args=[complaint.pk]))
    assert list(Reveal.objects.values_list("what", "purpose")) == [("complaint", "complaint")]


def test_nobody_without_the_right_sees_anything():
    with pytest.raises(NotPermitted):
        look(a_customer("C1"), a_member("approver"))


def test_the_list_speaks_both_languages(client):
    look(a_customer("C1"), a_member("manager"), purpose=RevealPurpose.OTHER, reason="送医")
    client.force_login(a_member("compliance"))
    assert_speaks_both(client, reverse("reveal_list"))
