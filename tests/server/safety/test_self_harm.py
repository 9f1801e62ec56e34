"""One press at the door holds all collection; somebody trained follows up within a day; two people release it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.server.door_phone import Phone, identify, login
from tests.server.staffing import NOW, TODAY, a_member
from tests.server.world import a_customer, an_id, certified
from zoufang.core.compliance import ContactRequest, review_contact
from zoufang.core.errors import Conflict, NotPermitted
from zoufang.core.values import Channel, PartyRole, Purpose
from zoufang.server.audit.models import AuditLine
from zoufang.server.daily.facts import facts_of, read_registers
from zoufang.server.daily.policies import compliance_policy
from zoufang.server.oversight import services as oversight
from zoufang.server.oversight.models import Stop
from zoufang.server.safety import crisis as crises
from zoufang.server.safety.duties import raise_duties
from zoufang.server.safety.models import Crisis, Duty, Escalation
from zoufang.server.safety.queries import notices
from zoufang.server.staff.clock import now
from zoufang.server.visiting.models import Visit

pytestmark = pytest.mark.django_db
HOLD = "CN-X12"


def press(phone, key=None):
    address = reverse("visit_self_harm", args=[phone.visit.pk])
    return phone.client.post(address, {"id": str(key or uuid4())}, follow=True)


@pytest.fixture
def held(begun, phones) -> Crisis:
    press(phones[0])
    return Crisis.objects.get()


@pytest.fixture
def trained():
    return certified(a_member("compliance"))


def rules_against(party, channel, purpose=Purpose.FIRST_TALK, role=PartyRole.DEBTOR):
    facts = facts_of(party, party.addresses.get(), read_registers([party], TODAY))
    asked = ContactRequest(
        customer_id=str(party.pk),
        channel=channel,
        purpose=purpose,
        target_id=str(party.pk),
        target_role=role,
        days=(TODAY,),
    )
    return {f.rule_id for f in review_contact(asked, facts, compliance_policy(TODAY), TODAY).open_reasons}


def test_one_press_holds_every_channel_by_the_rule_and_shows_the_script(begun, phones):
    page = press(phones[0])
    html = page.content.decode()
    for text in ("tel:120", "tel:110", "tel:12356", "保持冷静"):
        assert text in html
    assert Stop.objects.get(party=begun.party).kind == Stop.Kind.SELF_HARM
    for channel in Channel:
        assert HOLD in rules_against(begun.party, channel), channel
        assert HOLD not in rules_against(begun.party, channel, Purpose.CARE_VISIT), channel
    assert AuditLine.objects.filter(action="report_self_harm").count() == 1


def test_the_button_stands_at_the_door_before_and_after_the_check_in(visit, phones):
    address = reverse("visit_self_harm", args=[visit.pk])
    assert f'action="{address}"' in phones[0].html()
    press(phones[0])
    assert Crisis.objects.get().visit == visit


def test_pressed_twice_by_two_people_it_is_one_hold(begun, phones):
    for phone in (phones[0], phones[0], phones[1]):
        press(phone)
    assert (Crisis.objects.count(), Stop.objects.count(), Duty.objects.count()) == (1, 1, 1)


def test_the_visit_turns_to_leaving_and_can_be_closed_without_a_talk(visit, phones):
    identify(phones)
    press(phones[0])
    html = phones[0].html()
    assert "debt-title" not in html
    assert "talk-title" not in html
    phones[0].take(
        "outcome_recorded", outcome="met", ability="not_assessed", willingness="not_assessed", reason="not_stated"
    )
    for phone in phones:
        phone.take("checked_out")
    phones[0].take("closed")
    visit.refresh_from_db()
    assert visit.state == "closed"


def test_what_else_was_planned_for_the_customer_is_withdrawn(begun, phones):
    other = Visit.objects.exclude(pk=begun.pk).get()
    Visit.objects.filter(pk=other.pk).update(party=begun.party)
    press(phones[0])
    other.refresh_from_db()
    assert other.withdrawn_reason


def test_supervisor_manager_and_compliance_are_told_at_once(held):
    assert set(Escalation.objects.values_list("kind", "rung")) == {
        ("crisis", rung) for rung in ("supervisor", "manager", "compliance")
    }
    page = login(a_member("compliance")).get(reverse("start")).content.decode()
    assert reverse("safety_acknowledge", args=[notices(a_member("compliance")).get().pk]) in page


def test_a_follow_up_that_is_a_day_late_goes_up_and_once_only(held):
    due = held.at + timedelta(hours=24)
    assert held.duty.due_at == due
    for moment, late in ((due - timedelta(seconds=1), 0), (due, 2), (due + timedelta(days=3), 2)):
        raise_duties(moment)
        assert Escalation.objects.filter(kind="followup").count() == late


def test_only_somebody_trained_follows_up_and_then_nothing_goes_up(held, trained):
    given = {"crisis": held, "how": Channel.VISIT, "note": "家属陪伴，已联系心理医生", "by": trained, "at": now()}
    with pytest.raises(Conflict, match="no valid certificate"):
        crises.follow_up(who=a_member("manager"), **given)
    crises.follow_up(who=trained, **given)
    raise_duties(held.at + timedelta(days=2))
    assert not Escalation.objects.filter(kind="followup").exists()
    assert HOLD in rules_against(held.party, Channel.CALL)


def follow(held, trained):
    crises.follow_up(crisis=held, who=trained, how=Channel.CALL, note="已稳定", by=trained, at=now())


def test_two_people_release_it_and_none_of_them_reported_it(held, trained):
    manager, compliance = a_member("manager"), trained
    release = {"crisis": held, "at": now()}
    with pytest.raises(Conflict, match="followed up"):
        crises.propose_release(why="医生同意", by=manager, **release)
    follow(held, trained)
    crises.propose_release(why="医生同意", by=manager, **release)
    with pytest.raises(Conflict, match="second person"):
        crises.approve_release(by=manager, **release)
    with pytest.raises(NotPermitted):
        crises.approve_release(by=held.reported_by, **release)
    assert HOLD in rules_against(held.party, Channel.LETTER)
    crises.approve_release(by=compliance, **release)
    assert HOLD not in rules_against(held.party, Channel.LETTER)
    held.refresh_from_db()
    assert (held.release_by, held.released_by) == (manager, compliance)


def test_whoever_reported_it_takes_no_part_in_the_release(trained):
    party, manager = a_customer("9"), a_member("manager")
    made = crises.report(id=an_id(), party=party, whom=party, by=manager, at=NOW)
    follow(made, trained)
    with pytest.raises(Conflict, match="two colleagues"):
        crises.propose_release(crisis=made, why="无事", by=manager, at=NOW)


def test_a_refused_release_keeps_the_hold_and_may_be_proposed_again(held, trained):
    follow(held, trained)
    crises.propose_release(crisis=held, why="一", by=trained, at=now())
    crises.refuse_release(crisis=held, by=a_member("manager"), at=now())
    assert HOLD in rules_against(held.party, Channel.SMS)
    crises.propose_release(crisis=held, why="二", by=a_member("manager"), at=now())


def test_no_single_person_lifts_the_stop_on_the_list_of_stops(held):
    with pytest.raises(Conflict, match="two people"):
        oversight.lift_stop(stop=held.stops.get(), by=a_member("compliance"), at=now())


def test_a_stop_set_by_a_form_or_feed_is_followed_up_as_well():
    party = a_customer("9")
    oversight.set_stop(id=an_id(), party=party, kind=Stop.Kind.SELF_HARM, since=TODAY, by=None, at=NOW)
    for _ in range(2):
        raise_duties(NOW)
    made = Crisis.objects.get()
    assert (made.party, made.reported_by, made.duty.due_at) == (party, None, NOW + timedelta(hours=24))


def test_a_sign_ticked_in_the_record_does_the_same(begun, phones):
    phones[0].take("person_met", who="debtor")
    phones[0].take("vulnerability_checked", signs=["self_harm_risk"])
    assert Crisis.objects.get().visit == begun
    assert Escalation.objects.filter(kind="crisis").count() == 3


def test_where_a_guarantor_shows_the_sign_the_debtor_is_held_too(begun, phones):
    guarantor = a_customer("G")
    Visit.objects.filter(pk=begun.pk).update(target=guarantor, target_role=PartyRole.GUARANTOR)
    press(Phone(begun, phones[0].user))
    assert set(Stop.objects.values_list("party", flat=True)) == {guarantor.pk, begun.party_id}


def test_the_pages_lead_from_the_hold_to_its_release(held, trained):
    manager, compliance = login(a_member("manager")), login(trained)
    page = reverse("crisis", args=[held.pk])
    assert page in manager.get(reverse("crisis_list")).content.decode()

    def step(client, name, **given):
        return client.post(reverse("crisis_step", args=[held.pk, name]), given)

    assert step(manager, "follow-up", who="0", how="visit", note="x").status_code == 422
    assert step(manager, "follow-up", who=trained.pk, how="visit", note="家属陪伴").status_code == 302
    assert "家属陪伴" in compliance.get(page).content.decode()
    assert step(compliance, "propose", why="医生评估后同意").status_code == 302
    assert "approve" not in compliance.get(page).content.decode()
    assert step(compliance, "approve").status_code == 302
    assert Crisis.objects.get().released_at is None
    assert step(manager, "approve").status_code == 302
    assert Crisis.objects.get().released_at is not None
    assert page in manager.get(reverse("crisis_list") + "?state=released").content.decode()


@pytest.mark.parametrize("role", ["visitor", "planner", "trainer", "approver", "analyst", "administrator"])
def test_nobody_else_reads_who_is_on_hold(role, held):
    client = login(a_member(role))
    for address in (reverse("crisis_list"), reverse("crisis", args=[held.pk])):
        assert client.get(address).status_code == 403
