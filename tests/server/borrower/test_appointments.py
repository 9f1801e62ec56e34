"""An appointment offered by message, and the hour that the customer chose kept by the planner."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.server.borrower.borrower_world import a_phone
from tests.server.staffing import TODAY, a_bank, a_member
from tests.server.visit_world import TEN
from tests.server.world import a_crew, a_customer, a_study, vouched_facts
from zoufang.core.errors import Conflict, NotPermitted
from zoufang.core.evaluation import Arm
from zoufang.core.values import Channel, Purpose, SourceCode
from zoufang.server.audit.models import AuditLine
from zoufang.server.borrower import outbox
from zoufang.server.borrower.models import Appointment, ChannelWish, Outgoing
from zoufang.server.daily import appointments
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy
from zoufang.server.outreach.models import Contact
from zoufang.server.oversight.models import Stop
from zoufang.server.oversight.services import set_stop
from zoufang.server.staff.ids import new_id
from zoufang.server.studies.models import Assignment
from zoufang.server.visiting.models import PlannerOrder
from zoufang.server.visiting.plans import publish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on(settings):
    settings.ZOUFANG_APPOINTMENTS = True


@pytest.fixture
def party():
    vouched_facts()
    a_crew()
    found = a_customer("C1")
    a_phone(found)
    a_study({found: Arm.FREE})
    return found


def offer(party, *, at=TEN, role="planner"):
    given = {"purpose": Purpose.FIRST_TALK, "link": lambda token: f"https://bank/a/{token}/", "today": TODAY}
    return appointments.offer(id=new_id(), party=party, by=a_member(role), at=at, **given)


def token():
    return re.search(r"/a/([^/]+)/", outbox.text_of(Outgoing.objects.latest("at"))).group(1)


def plan(day):
    return plan_day(branch=a_bank(), day=day, seed=3, by=a_member("planner"), at=TEN, policy=planning_policy(20))


def stop(party, kind=Stop.Kind.DISPUTE):
    set_stop(id=new_id(), party=party, kind=kind, since=TODAY, by=None, at=TEN)


class TestTheOffer:
    def test_it_names_hours_on_days_to_come_goes_out_sealed_and_counts_as_a_contact(self, party):
        made = offer(party).appointment
        days = [slot.day for slot in appointments.slots_of(made)]
        assert 2 <= len(days) <= 3
        assert min(days) >= TODAY + timedelta(days=2)
        assert len(set(days)) == len(days)
        assert token().encode() not in bytes(made.message.sealed)
        assert Contact.objects.get().channel == Channel.SMS
        assert AuditLine.objects.filter(action="offer_appointment").count() == 1

    def test_the_message_says_nothing_of_a_debt(self, party):
        offer(party)
        text = outbox.text_of(Outgoing.objects.get())
        assert not re.search("逾期|欠|贷款|催|还款", text)
        assert party.identity["name"] not in text

    def test_what_the_gate_refuses_is_not_sent(self, party):
        party.phones.update(source_code=SourceCode.AUTHORISED)
        late = TEN.replace(hour=22, minute=30)
        said = offer(party, at=late)
        assert said.appointment is None
        assert not said.said.cleared
        assert not Outgoing.objects.exists()

    @pytest.mark.parametrize("why", ["off", "held_out", "waits", "shared", "no_phone", "stopped"])
    def test_no_offer(self, party, settings, why):
        if why == "off":
            settings.ZOUFANG_APPOINTMENTS = False
        elif why == "held_out":
            Assignment.objects.update(arm=Arm.HOLD_OUT)
        elif why == "waits":
            offer(party)
        elif why == "shared":
            a_phone(a_customer("C2", north=0.05))
        elif why == "no_phone":
            party.phones.all().delete()
        else:
            stop(party)
        before = Outgoing.objects.count()
        with pytest.raises(Conflict):
            offer(party, at=TEN + timedelta(minutes=1))
        assert Outgoing.objects.count() == before

    def test_only_who_plans_offers(self, party):
        with pytest.raises(NotPermitted):
            offer(party, role="approver")


class TestTheChoice:
    def test_the_chosen_hour_is_a_visit_that_the_plan_of_that_day_keeps(self, party):
        slot = appointments.slots_of(offer(party).appointment)[1]
        for _ in range(2):
            appointments.choose(token=token(), number=1, at=TEN + timedelta(hours=1))
        assert PlannerOrder.objects.count() == 1
        made = plan(slot.day).stops.get()
        assert made.party == party
        assert made.required
        assert abs(made.arrive - slot.minute) <= 15
        assert AuditLine.objects.filter(action="appointment_chosen").count() == 1

    def test_a_lapsed_link_a_made_up_one_and_another_answer_choose_nothing(self, party):
        made = offer(party).appointment
        tries = [(token(), 0, made.expires_at), ("made-up", 0, TEN), (token(), 7, TEN), (token(), -1, TEN)]
        for given, number, at in tries:
            with pytest.raises(Conflict):
                appointments.choose(token=given, number=number, at=at)
        appointments.choose(token=token(), number=0, at=TEN)
        with pytest.raises(Conflict):
            appointments.choose(token=token(), number=1, at=TEN)
        assert PlannerOrder.objects.count() == 1

    def test_an_hour_that_a_stop_or_a_published_plan_took_is_gone(self, party):
        slot = appointments.slots_of(offer(party).appointment)[0]
        publish(plan=plan(slot.day), by=a_member("planner"), at=TEN)
        with pytest.raises(Conflict):
            appointments.choose(token=token(), number=0, at=TEN)
        stop(party)
        with pytest.raises(Conflict):
            appointments.choose(token=token(), number=1, at=TEN)

    def test_who_asks_for_a_call_is_left_out_of_plans_for_a_month_unless_a_planner_orders_it(self, party):
        offer(party)
        for _ in range(2):
            appointments.ask_other_way(token=token(), channel=Channel.CALL, today=TODAY, at=TEN)
        wish = ChannelWish.objects.get()
        tomorrow = plan(TODAY + timedelta(days=1))
        assert not tomorrow.stops.exists()
        reason = tomorrow.left_out.get().reasons[0]
        assert reason["template"].startswith("The customer asked to be reached otherwise")
        ChannelWish.objects.update(until=TODAY)
        assert plan(TODAY + timedelta(days=1)).stops.exists()
        assert wish.channel == Channel.CALL


class TestThePublicPage:
    @pytest.fixture(autouse=True)
    def _clock(self, monkeypatch):
        for module in ("appointment_page",):
            monkeypatch.setattr(f"zoufang.server.pages.{module}.now", lambda: TEN)

    def test_it_offers_hours_in_both_languages_and_names_nobody(self, client, party):
        from tests.server.language_check import assert_speaks_both

        offer(party)
        url = reverse("appointment", args=[token()])
        assert_speaks_both(client, url)
        text = client.get(url).content.decode()
        assert party.identity["name"] not in text
        assert text.count('name="number"') >= 2
        answer = client.post(url, {"number": "0"})
        assert answer.status_code == 200
        assert Appointment.objects.get().state == "chosen"
        assert_speaks_both(client, url)

    def test_another_way_is_one_tap(self, client, party):
        offer(party)
        answer = client.post(reverse("appointment", args=[token()]), {"channel": "letter"})
        assert answer.status_code == 200
        assert ChannelWish.objects.get().channel == "letter"

    def test_a_lapsed_and_a_made_up_link_explain_themselves_alike(self, client, party, monkeypatch):
        made = offer(party).appointment
        monkeypatch.setattr("zoufang.server.pages.appointment_page.now", lambda: made.expires_at)
        pages = [client.get(reverse("appointment", args=[one])) for one in (token(), "made-up")]
        assert [page.status_code for page in pages] == [410, 410]
        cut = [
            re.sub(r'"X-CSRFToken": "[^"]+"|value="[^"]+"|/a/[^/]+/', "", page.content.decode()) for page in pages
        ]
        assert cut[0] == cut[1]
        assert "12378" in cut[0]
        assert client.post(reverse("appointment", args=[token()]), {"number": "0"}).status_code == 410
