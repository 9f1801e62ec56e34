"""The visit at the door, step by step."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.server.door_phone import arrive, identify, leave, login, talk
from tests.server.staffing import PASSWORD, TODAY, a_member
from tests.server.visit_world import TEN
from zoufang.server.agreements.models import Promise
from zoufang.server.audit.models import AuditLine
from zoufang.server.oversight.models import Complaint, Override, Stop
from zoufang.server.visiting.models import VisitEvent

pytestmark = pytest.mark.django_db
ARREARS = ("30,000.00", "30000", "3000000")


class TestTheDoor:
    def test_the_amount_is_not_in_the_page_before_somebody_who_owes_it_is_identified(self, visit, phones):
        Promise.objects.create(
            id=uuid4(),
            loan=visit.party.loans.get(),
            party=visit.party,
            branch=visit.branch,
            amount_fen=123_456,
            due=TODAY,
            made_on=TODAY - timedelta(days=9),
        )
        hidden = (*ARREARS, "1,234.56", "90,000.00")
        assert not [amount for amount in hidden if amount in phones[0].html()]
        arrive(phones)
        phones[0].take("person_met", who="neighbour")
        phones[0].take("person_identified", who="neighbour", method="id_shown", passed="no")
        assert not [amount for amount in hidden if amount in phones[0].html()]
        phones[0].take("person_met", who="debtor")
        phones[0].take("person_identified", who="debtor", method="id_shown", passed="yes")
        html = phones[0].html()
        assert "30,000.00" in html
        assert "1,234.56" in html

    def test_a_promise_before_the_identity_check_is_refused_in_place_and_in_chinese(self, phones):
        arrive(phones)
        answer = phones[0].step("promise_given", amount="200", due=TODAY, channel="bank_app")
        assert answer.status_code == 422
        assert "先核实" in answer.content.decode()
        assert not Promise.objects.exists()

    def test_sending_a_step_twice_makes_one_event(self, visit, phones):
        arrive(phones)
        sent = {"event_id": str(uuid4()), "who": "nobody"}
        for _ in range(2):
            answer = phones[0].client.post(reverse("visit_event", args=[visit.pk, "person_met"]), sent)
            assert answer.status_code == 302
        assert VisitEvent.objects.filter(kind="person_met").count() == 1

    def test_the_same_id_with_other_words_is_told_in_place(self, phones):
        arrive(phones)
        one = str(uuid4())
        phones[0].take("person_met", event_id=one, who="nobody")
        answer = phones[0].step("person_met", event_id=one, who="debtor")
        assert answer.status_code == 422
        assert "重新打开页面" in answer.content.decode()

    def test_without_permission_the_position_is_recorded_as_unknown(self, phones):
        phones[0].take("checked_in")
        event = VisitEvent.objects.get()
        assert (event.lat, event.accuracy_m) == (None, None)
        assert "位置不明" in phones[0].html()

    def test_the_devices_time_is_kept_and_a_clock_that_is_days_off_is_not(self, phones):
        early = TEN - timedelta(minutes=3)
        phones[0].take("checked_in", device_at=early.isoformat())
        assert VisitEvent.objects.get().device_at == early
        phones[0].take("person_met", who="nobody", device_at="2019-01-01T00:00:00+00:00")
        assert VisitEvent.objects.get(kind="person_met").device_at.year == TODAY.year

    def test_no_recording_needs_the_mates_own_password(self, phones):
        identify(phones)
        given = {"reason": "device_failed", "note": "没电了", "co_signed_by": str(phones[1].user.pk)}
        assert phones[0].step("recording_refused", password="wrong", **given).status_code == 422
        assert not VisitEvent.objects.filter(kind="recording_refused").exists()
        phones[0].take("recording_refused", password=PASSWORD, **given)
        event = VisitEvent.objects.get(kind="recording_refused")
        assert event.body["co_signed_by"] == str(phones[1].user.pk)
        assert "没电了" not in str(event.body)
        assert "password" not in str(event.body)

    def test_a_recording_counts_once_its_file_is_sealed_and_hashed(self, visit, phones, settings, tmp_path):
        settings.ZOUFANG_FILES = tmp_path
        identify(phones)
        phones[0].take("recording_started")
        sound = SimpleUploadedFile("door.mp3", b"voices at the door", "audio/mpeg")
        phones[0].take("evidence_added", evidence="audio", file=sound)
        (kept,) = tmp_path.rglob("*.sealed")
        assert b"voices" not in kept.read_bytes()
        event = VisitEvent.objects.get(kind="evidence_added")
        address = reverse("visit_evidence", args=[visit.pk, event.pk])
        assert phones[0].client.get(address).content == b"voices at the door"
        assert AuditLine.objects.filter(action="read_evidence").count() == 1
        assert login(a_member("approver")).get(address).status_code == 403

    def test_a_full_visit_with_a_promise_closes_and_the_promise_is_kept_as_one(self, visit, phones):
        talk(phones)
        phones[0].take("promise_given", amount="500.50", due=TODAY + timedelta(days=7), channel="bank_app")
        phones[0].take("hardship_reported", hardships=["job_loss", "illness"], note="厂里停工")
        leave(phones)
        visit.refresh_from_db()
        assert (visit.state, visit.outcome, visit.ability, visit.willingness) == ("closed", "met", "part", "open")
        assert visit.hardship == ["job_loss", "illness"]
        promise = Promise.objects.get()
        assert (promise.amount_fen, promise.visit_id) == (50_050, visit.pk)
        assert "30,000.00" not in phones[0].html()

    def test_nobody_at_home_needs_neither_identity_nor_recording(self, visit, phones):
        arrive(phones)
        phones[0].take("person_met", who="nobody")
        leave(phones, outcome="not_home", ability="not_assessed", willingness="not_assessed", reason="not_stated")
        visit.refresh_from_db()
        assert (visit.state, visit.outcome) == ("closed", "not_home")

    def test_closing_names_what_is_still_missing(self, phones):
        identify(phones)
        phones[0].take("outcome_recorded", outcome="met", ability="none", willingness="open", reason="illness")
        for phone in phones:
            phone.take("checked_out")
        assert "尚待记录" in phones[0].html()
        answer = phones[0].step("closed")
        assert answer.status_code == 422
        (wrong,) = answer.context["door"].forms["closed"].non_field_errors()
        assert wrong in answer.content.decode()
        assert wrong.count("尚未记录") == len(answer.context["door"].missing)

    def test_one_mates_check_out_does_not_close_the_visit(self, visit, phones):
        arrive(phones)
        phones[0].take("person_met", who="nobody")
        given = {"ability": "not_assessed", "willingness": "not_assessed", "reason": "not_stated"}
        phones[0].take("outcome_recorded", outcome="not_home", **given)
        phones[0].take("checked_out")
        assert phones[0].step("closed").status_code == 422
        visit.refresh_from_db()
        assert visit.ended_at is None
        phones[1].take("checked_out")
        phones[0].take("closed")

    def test_both_may_leave_by_one_act_that_names_the_mate(self, visit, phones):
        arrive(phones)
        phones[0].take("person_met", who="nobody")
        given = {"ability": "not_assessed", "willingness": "not_assessed", "reason": "not_stated"}
        phones[0].take("outcome_recorded", outcome="not_home", **given)
        phones[0].take("checked_out", left_with=[str(phones[1].user.pk)])
        phones[0].take("closed")
        visit.refresh_from_db()
        assert visit.state == "closed"

    def test_leaving_for_safety_takes_one_touch_and_owes_no_talk(self, visit, phones):
        arrive(phones)
        phones[0].take("left_for_safety")
        assert "您" in phones[0].html()
        leave(phones, outcome="left_for_safety", ability="not_assessed", willingness="not_assessed")
        visit.refresh_from_db()
        assert (visit.state, visit.outcome) == ("closed", "left_for_safety")

    def test_the_way_out_and_the_emergency_numbers_are_on_the_page(self, phones):
        arrive(phones)
        html = phones[0].html()
        assert "tel:110" in html
        assert "tel:120" in html
        assert reverse("visit_event", args=[phones[0].visit.pk, "left_for_safety"]) in html

    def test_signs_of_vulnerability_stop_the_talk_and_further_contact(self, visit, phones):
        identify(phones)
        phones[0].take("vulnerability_checked", signs=["self_harm_risk"])
        assert Stop.objects.get(party=visit.party).kind == Stop.Kind.SELF_HARM
        assert "must-stop" in phones[0].html()

    def test_a_stop_set_since_the_plan_keeps_the_crew_out_and_says_why(self, visit, phones):
        phones[0].client.post(reverse("visit_stop", args=[visit.pk]), {"kind": "do_not_visit"})
        answer = phones[0].step("checked_in")
        assert answer.status_code == 422
        assert "本次外访不得开始" in answer.content.decode()

    def test_what_a_supervisor_took_upon_himself_holds_at_the_door_too(self, visit, phones):
        early = {"device_at": (TEN - timedelta(minutes=110)).isoformat()}
        assert phones[0].step("checked_in", **early).status_code == 422
        Override.objects.create(
            verdict=visit.stop.verdict, by=a_member("manager"), rule_ids=["CN-T2"], reason="客户约定八点", at=TEN
        )
        phones[0].take("checked_in", **early)

    def test_a_complaint_at_the_door_names_the_visit(self, visit, phones):
        phones[0].client.post(
            reverse("visit_complaint", args=[visit.pk]), {"about": "visit_conduct", "text": "敲门太响"}
        )
        complaint = Complaint.objects.get()
        assert (complaint.visit_id, complaint.party_id) == (visit.pk, visit.party_id)

    @pytest.mark.parametrize(
        ("kind", "given", "field"),
        [
            ("promise_given", {"amount": "0", "due": TODAY, "channel": "bank_app"}, "amount"),
            ("promise_given", {"amount": "1.234", "due": TODAY, "channel": "bank_app"}, "amount"),
            ("promise_given", {"amount": "9", "due": TODAY - timedelta(days=1), "channel": "counter"}, "due"),
            ("demand_delivered", {"paper_no": "CS-1", "delivery": "signed", "signer": "nobody"}, "signer"),
            ("hardship_reported", {}, "hardships"),
            ("outcome_recorded", {"outcome": "happy"}, "outcome"),
        ],
    )
    def test_what_cannot_be_understood_is_said_at_its_field(self, kind, given, field, phones):
        identify(phones)
        before = VisitEvent.objects.count()
        answer = phones[0].step(kind, **given)
        assert answer.status_code == 422
        assert field in answer.context["door"].forms[kind].errors
        assert VisitEvent.objects.count() == before

    def test_an_unknown_step_is_not_found(self, phones):
        assert phones[0].step("bribe_taken").status_code == 404
