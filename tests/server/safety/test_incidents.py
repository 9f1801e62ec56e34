"""A report within the hour, rest after it, and what the incident means for the next visit."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.server.door_phone import Phone, login
from tests.server.staffing import TODAY, a_member
from tests.server.world import a_visitor
from zoufang.core.errors import BadInput, Conflict
from zoufang.core.planning import Harm
from zoufang.core.safety import IncidentKind, SafetyPolicy
from zoufang.core.values import BANK_ZONE, Precision, RiskLevel
from zoufang.server.audit.models import AuditLine
from zoufang.server.daily.brief import brief_of
from zoufang.server.daily.crews import crews_on
from zoufang.server.daily.facts import read_registers
from zoufang.server.daily.harms import harms_until, segment_of
from zoufang.server.daily.replan_reasons import reasons_to_replan
from zoufang.server.daily.risk import risk_at
from zoufang.server.safety.duties import raise_duties
from zoufang.server.safety.incidents import history_of
from zoufang.server.safety.models import NOTHING, Duty, Escalation, Incident, RefusedStop, Rest
from zoufang.server.safety.rest import talk_over
from zoufang.server.staff.clock import now
from zoufang.server.staff.models import User
from zoufang.server.visiting.events import record_of
from zoufang.server.visiting.models import Visit

pytestmark = pytest.mark.django_db


def sent(**changes):
    local = now().astimezone(BANK_ZONE)
    given = {
        "id": str(uuid4()),
        "kind": "threat",
        "where": "door",
        "at": local.strftime("%Y-%m-%dT%H:%M"),
        "hurt": "nobody",
        "police": "no",
        "text": "对方持棍驱赶，双人撤离",
    }
    return given | changes


def report(phone, **changes):
    return phone.client.post(reverse("visit_incident", args=[phone.visit.pk]), sent(**changes))


def sos(phone):
    phone.client.post(reverse("visit_sos", args=[phone.visit.pk]))


def owed():
    raise_duties(now())
    return list(Duty.objects.filter(kind="report", done_at=None))


class TestWithinTheHour:
    def test_an_sos_makes_a_report_due_in_an_hour(self, begun, phones):
        sos(phones[0])
        (duty,) = owed()
        assert (duty.visit, duty.due_at - duty.since) == (begun, timedelta(hours=1))
        assert duty.since == begun.watch.sos_at

    def test_leaving_for_safety_makes_a_report_due_in_an_hour(self, begun, phones):
        phones[0].take("left_for_safety")
        assert len(owed()) == 1
        assert f"{owed()[0].due_at.astimezone(BANK_ZONE):%H:%M}" in phones[0].html()

    def test_an_sos_and_leaving_after_it_ask_for_one_report(self, begun, phones):
        sos(phones[0])
        raise_duties(now())
        phones[0].take("left_for_safety")
        assert len(owed()) == 1

    def test_a_report_that_comes_late_goes_up_rung_by_rung_and_the_report_ends_it(self, begun, phones):
        sos(phones[0])
        (duty,) = owed()
        late = Escalation.objects.filter(kind="report")
        for minutes, told in ((-1, 0), (0, 1), (15, 2), (59, 2), (60, 3), (600, 3)):
            raise_duties(duty.due_at + timedelta(minutes=minutes))
            assert late.count() == told, minutes
        assert report(phones[1]).status_code == 302
        assert not late.filter(settled_at=None).exists()
        assert owed() == []

    def test_a_report_made_at_once_is_not_asked_for_again(self, begun, phones):
        sos(phones[0])
        assert report(phones[0]).status_code == 302
        assert owed() == []

    def test_the_second_sos_of_a_visit_asks_for_a_second_report(self, begun, phones):
        sos(phones[0])
        report(phones[0])
        watch = begun.watch
        watch.refresh_from_db()
        again = now() + timedelta(minutes=5)
        common = {"rung": "manager", "due_at": again, "raised_at": again, "last_heard": again}
        Escalation.objects.create(watch=watch, kind="sos", since=again, **common)
        raise_duties(again)
        assert Duty.objects.filter(kind="report", done_at=None).count() == 1

    def test_what_a_simulation_played_is_owed_by_nobody(self, begun, phones):
        phones[0].take("left_for_safety")
        begun.events.update(simulated=True)
        assert owed() == []


class TestTheReport:
    def test_the_crew_reports_on_its_phone_and_the_text_is_sealed(self, begun, phones):
        assert report(phones[0]).status_code == 302
        row = Incident.objects.get()
        assert (row.kind, row.hurt, row.police, row.reported_by) == ("threat", "nobody", False, phones[0].user)
        assert "对方持棍".encode() not in bytes(row.sealed_text)
        assert AuditLine.objects.filter(action="report_incident").count() == 1

    def test_sent_twice_it_is_one_report(self, begun, phones):
        same = sent()
        for _ in range(2):
            phones[0].client.post(reverse("visit_incident", args=[begun.pk]), same)
        assert Incident.objects.count() == 1

    def test_the_supervisor_reports_from_the_record(self, begun):
        planner = login(a_member("planner"))
        address = reverse("visit_incident", args=[begun.pk])
        assert address in planner.get(reverse("visit_detail", args=[begun.pk])).content.decode()
        assert planner.post(address, sent(kind="accident", where="way")).status_code == 302

    def test_another_crew_cannot(self, begun):
        assert report(Phone(begun, a_visitor(77))).status_code == 404

    @pytest.mark.parametrize("wrong", [{"text": " "}, {"kind": "party"}, {"at": "2031-01-01T10:00"}, {"hurt": ""}])
    def test_what_is_missing_or_cannot_be_is_said(self, wrong, begun, phones):
        assert report(phones[0], **wrong).status_code == 422
        assert not Incident.objects.exists()

    def test_the_words_are_read_on_record_only(self, begun, phones):
        report(phones[0])
        manager = login(a_member("manager"))
        page = reverse("incident", args=[Incident.objects.get().pk])
        assert page in manager.get(reverse("incident_list")).content.decode()
        assert "持棍" not in manager.get(page).content.decode()
        assert "持棍" in manager.post(page).content.decode()
        assert AuditLine.objects.filter(action="open_incident").count() == 1

    @pytest.mark.parametrize("role", ["visitor", "trainer", "approver", "analyst", "administrator"])
    def test_others_do_not_see_the_list(self, role, begun):
        assert login(a_member(role)).get(reverse("incident_list")).status_code == 403


def risk_of(party):
    address = party.addresses.get()
    past = history_of([address], {party.pk}, TODAY)
    return risk_at(address, Precision.BUILDING, read_registers([party], TODAY), set(), past, TODAY)


class TestWhatItMeansForTheNextVisit:
    def test_a_grave_incident_makes_the_door_a_high_risk_and_is_named(self, begun, phones):
        assert risk_of(begun.party)[0] is RiskLevel.RAISED
        report(phones[0], kind="assault")
        level, reasons = risk_of(begun.party)
        assert level is RiskLevel.HIGH
        assert any(reason.params.get("kind") == "Violence" for reason in reasons)

    def test_it_counts_for_whoever_else_lives_at_that_address(self, begun, phones):
        other = Visit.objects.exclude(pk=begun.pk).get().party
        report(phones[0], kind="weapon")
        assert risk_of(other)[0] is RiskLevel.RAISED
        other.addresses.update(text_index=begun.address.text_index)
        assert risk_of(other)[0] is RiskLevel.HIGH

    @pytest.mark.parametrize("changes", [{"kind": NOTHING}, {"where": "way"}])
    def test_a_false_alarm_or_what_befell_on_the_way_says_nothing_of_the_door(self, changes, begun, phones):
        report(phones[0], **{"kind": "assault"} | changes)
        assert risk_of(begun.party)[0] is RiskLevel.RAISED

    def test_the_planner_learns_the_rate_of_incidents_from_reports_too(self, begun, phones):
        Visit.objects.filter(pk=begun.pk).update(ended_at=now(), outcome="met")
        segment, tomorrow = segment_of(begun.party), TODAY + timedelta(days=1)

        def chance():
            return next(c.rate.mean for c in harms_until(tomorrow).chances(segment) if c.kind is Harm.INCIDENT)

        before = chance()
        report(phones[0])
        assert chance() > before

    def test_a_first_visit_in_a_township_raises_the_risk_and_a_second_does_not(self, begun):
        other = Visit.objects.exclude(pk=begun.pk).get()
        unknown = "The crew does not know the area"

        def says(visit):
            return unknown in [str(r.template) for r in brief_of(visit, record_of(visit), TODAY).risk_reasons]

        assert not says(other)
        other.address.township = "另一个镇"
        other.address.save(update_fields=["township"])
        assert says(other)


def crew_home():
    return [one.code for one in crews_on(a_member("planner").branch, TODAY + timedelta(days=1)).at_home]


class TestRest:
    def test_after_an_incident_the_crew_is_off_new_visits_until_the_policys_days_are_past(self, begun, phones):
        assert crew_home() == []
        report(phones[0])
        assert crew_home() == [begun.crew.code]
        after = TODAY + timedelta(days=SafetyPolicy().rest_days + 1)
        assert not crews_on(begun.branch, after).at_home

    def test_a_false_alarm_asks_for_no_rest(self, begun, phones):
        report(phones[0], kind=NOTHING)
        assert not Rest.objects.exists()

    def test_the_open_visits_of_the_day_ask_to_be_planned_again_and_cannot_begin(self, begun, phones):
        report(phones[0])
        assert "is out" in str(reasons_to_replan(begun.stop.plan))
        other = Visit.objects.exclude(pk=begun.pk).get()
        assert Phone(other, phones[0].user).step("checked_in").status_code == 422

    def test_a_talk_with_another_person_ends_it_and_the_planner_sees_it(self, begun, phones):
        report(phones[0])
        trainer = login(a_member("trainer"))
        for rest in Rest.objects.all():
            page = reverse("rest_talk", args=[rest.pk])
            assert page in trainer.get(reverse("rest_list")).content.decode()
            assert trainer.post(page).status_code == 302
        assert crew_home() == []

    def test_after_the_talk_the_rest_may_be_longer(self, begun, phones):
        report(phones[0])
        later = TODAY + timedelta(days=9)
        for rest in Rest.objects.all():
            talk_over(rest=rest, more_until=later, by=a_member("planner"), on=TODAY, at=now())
        assert crews_on(begun.branch, later).at_home
        with pytest.raises(BadInput):
            talk_over(rest=rest, more_until=TODAY - timedelta(days=1), by=a_member("planner"), on=TODAY, at=now())

    def test_nobody_talks_it_over_with_themselves(self, begun, phones):
        report(phones[0])
        User.objects.filter(pk=phones[0].user.pk).update(role="planner")
        officer = User.objects.get(pk=phones[0].user.pk)
        with pytest.raises(Conflict, match="themselves"):
            talk_over(rest=officer.rests.get(), more_until=None, by=officer, on=TODAY, at=now())


class TestRefusingAVisit:
    def refuse(self, phone, reason="unsafe"):
        address = reverse("visit_refuse", args=[phone.visit.pk])
        return phone.client.post(address, {"id": str(uuid4()), "reason": reason})

    def test_a_visitor_refuses_with_a_reason_and_the_visit_is_called_off(self, visit, phones):
        assert reverse("visit_refuse", args=[visit.pk]) in phones[0].html()
        assert self.refuse(phones[0]).status_code == 302
        visit.refresh_from_db()
        assert (visit.state, RefusedStop.objects.get().reason) == ("called_off", "unsafe")
        assert "would not make" in str(reasons_to_replan(visit.stop.plan))

    def test_it_leaves_no_mark_on_the_visitor(self, visit, phones):
        """Neither rest nor incident nor risk; and no page but the visit's own record names who refused."""
        self.refuse(phones[0])
        assert not Rest.objects.exists()
        assert not Incident.objects.exists()
        for role in ("manager", "planner", "compliance"):
            client = login(a_member(role))
            for page in ("incident_list", "rest_list", "safety_rates", "start"):
                answer = client.get(reverse(page))
                assert phones[0].user.full_name not in answer.content.decode(), (role, page)

    def test_once_begun_a_visit_is_left_not_refused(self, begun, phones):
        assert self.refuse(phones[0]).status_code == 422
        assert not RefusedStop.objects.exists()

    def test_a_stranger_cannot_refuse_for_another_crew(self, visit):
        assert self.refuse(Phone(visit, a_visitor(78))).status_code == 404


def test_every_kind_of_incident_can_be_reported_but_a_sign_of_self_harm_which_has_its_own_button():
    kinds = {code for code, _ in Incident._meta.get_field("kind").choices}
    assert kinds == {kind.value for kind in IncidentKind} - {"self_harm_sign"} | {NOTHING}
