"""What staff see of messages to borrowers, and who may offer an appointment."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.server.borrower.borrower_world import a_phone
from tests.server.language_check import assert_speaks_both
from tests.server.staffing import a_member
from tests.server.visit_world import TEN
from tests.server.world import a_crew, a_customer, a_study, vouched_facts
from zoufang.core.evaluation import Arm
from zoufang.server.borrower import outbox
from zoufang.server.borrower.models import Appointment, Outgoing
from zoufang.server.staff.models import BankState

pytestmark = pytest.mark.django_db


@pytest.fixture
def party(settings, monkeypatch):
    settings.ZOUFANG_APPOINTMENTS = True
    monkeypatch.setattr("zoufang.server.pages.messages_out.now", lambda: TEN)
    vouched_facts()
    a_crew()
    found = a_customer("C1")
    a_phone(found)
    a_study({found: Arm.FREE})
    return found


def offered(client, party):
    client.force_login(a_member("planner"))
    return client.post(reverse("customer_appointment", args=[party.pk]), {"purpose": "first_talk"})


def test_a_planner_offers_hours_from_the_customers_page(client, party):
    client.force_login(a_member("planner"))
    url = reverse("customer_appointment", args=[party.pk])
    assert url in client.get(reverse("customer", args=[party.pk])).content.decode()
    assert_speaks_both(client, url)
    assert offered(client, party).status_code == 302
    assert "/a/" in outbox.text_of(Outgoing.objects.get())
    assert Appointment.objects.get().party == party


def test_what_the_gate_refuses_comes_back_with_its_reasons(client, party, monkeypatch):
    monkeypatch.setattr("zoufang.server.pages.messages_out.now", lambda: TEN.replace(hour=22, minute=30))
    answer = offered(client, party)
    assert answer.status_code == 200
    assert "未发送" in answer.content.decode()
    assert not Outgoing.objects.exists()


def test_texts_show_in_a_demo_bank_and_never_in_a_real_one(client, party):
    offered(client, party)
    client.force_login(a_member("compliance"))
    url = reverse("message_list")
    assert_speaks_both(client, url)
    assert "/a/" in client.get(url).content.decode()
    BankState.objects.update(simulated=False)
    assert "/a/" not in client.get(url).content.decode()
    assert_speaks_both(client, url)


@pytest.mark.parametrize("role", ["visitor", "approver", "compliance", "analyst", "administrator"])
def test_others_offer_nothing(client, party, role):
    client.force_login(a_member(role))
    assert client.post(reverse("customer_appointment", args=[party.pk])).status_code == 403
    assert not Outgoing.objects.exists()


@pytest.mark.parametrize("role", ["visitor", "planner", "approver", "analyst", "administrator"])
def test_who_sees_no_messages(client, party, role):
    client.force_login(a_member(role))
    assert client.get(reverse("message_list")).status_code == 403
