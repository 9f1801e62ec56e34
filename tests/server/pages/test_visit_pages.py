"""The visitor's day, the visit at the door, repayment there, and the records that others read."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import PASSWORD, TODAY, a_member
from tests.server.visit_world import TEN, a_published_day, officers
from tests.server.world import a_visitor, another_branch
from zoufang.core.values import Point, distance_m, to_gcj02
from zoufang.server.agreements.models import Promise, Proposal, RepaymentPlan, Statement
from zoufang.server.audit.models import AuditLine
from zoufang.server.book.models import LoanState
from zoufang.server.oversight.models import Complaint, Override, Stop
from zoufang.server.visiting.events import withdraw
from zoufang.server.visiting.models import Visit, VisitEvent

pytestmark = pytest.mark.django_db
ARREARS = ("30,000.00", "30000", "3000000")


@pytest.fixture
def visits() -> list[Visit]:
    return a_published_day()


@pytest.fixture
def visit(visits) -> Visit:
    return visits[0]


def login(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


class Phone:
    """One officer's phone: takes steps as the page's forms do."""

    def __init__(self, visit, user):
        self.visit, self.user, self.client = visit, user, login(user)

    def page(self):
        return self.client.get(reverse("visit_page", args=[self.visit.pk]))

    def html(self):
        return self.page().content.decode()

    def step(self, kind, **given):
        sent = {"event_id": str(uuid4())} | {k: v for k, v in given.items() if v is not None}
        return self.client.post(reverse("visit_event", args=[self.visit.pk, kind]), sent)

    def take(self, kind, **given):
        answer = self.step(kind, **given)
        assert answer.status_code == 302, (
            answer.content.decode().split("field-error")[1:2] or answer.content.decode()
        )
        return answer


@pytest.fixture
def phones(visit):
    return tuple(Phone(visit, user) for user in officers(visit))


def arrive(phones):
    for phone in phones:
        phone.take("checked_in", lat=37.16, lon=116.43, accuracy_m=12)


def identify(phones):
    arrive(phones)
    phones[0].take("person_met", who="debtor")
    phones[0].take("person_identified", who="debtor", method="name_and_id_tail", passed="yes")


def talk(phones):
    identify(phones)
    mate = phones[1].user
    phones[0].take(
        "recording_refused",
        reason="customer_refused",
        note="客户不同意录音",
        co_signed_by=str(mate.pk),
        password=PASSWORD,
    )
    phones[0].take("disclosure_made")
    phones[0].take("vulnerability_checked")


def leave(phones, **result):
    given = {"outcome": "met", "ability": "part", "willingness": "open", "reason": "income_drop"} | result
    phones[0].take("outcome_recorded", **given)
    for phone in phones:
        phone.take("checked_out")
    phones[0].take("closed")


class TestMyDay:
    def test_the_stops_stand_in_order_the_next_one_on_top_without_a_full_name_or_address(self, visits, phones):
        html = phones[0].client.get(reverse("my_day")).content.decode()
        assert html.index(str(visits[0].pk)) < html.index(str(visits[1].pk))
        assert "张**" in html
        assert "张三丰" not in html
        assert "龙门街道0" not in html
        assert "0/2" in html

    def test_a_withdrawn_stop_stays_on_the_list_with_its_reason_and_counts_no_more(self, visits, phones):
        reason = {"template": "Nothing is overdue any more", "params": {}}
        withdraw(visit=visits[0], reason=reason, actor="daily", at=TEN)
        html = phones[0].client.get(reverse("my_day")).content.decode()
        assert "已撤回" in html
        assert "0/1" in html
        assert phones[0].step("checked_in").status_code == 422

    def test_both_pages_speak_both_languages(self, visit, phones):
        for page in ("my_day", "visit_list"):
            assert_speaks_both(phones[0].client, reverse(page))
        assert_speaks_both(phones[0].client, reverse("visit_page", args=[visit.pk]))

    def test_the_number_of_queries_does_not_grow_with_the_stops(self, django_assert_max_num_queries):
        visits = a_published_day(3)
        client = login(officers(visits[0])[0])
        client.get(reverse("my_day"))
        with django_assert_max_num_queries(14):
            client.get(reverse("my_day"))

    @pytest.mark.parametrize("role", ["manager", "planner", "approver", "analyst"])
    def test_who_makes_no_visits_has_no_stops(self, role, visits):
        assert login(a_member(role)).get(reverse("my_day")).status_code == 403

    def test_a_visitor_of_another_crew_finds_no_such_visit(self, visit):
        stranger = login(a_visitor(77))
        assert stranger.get(reverse("visit_page", args=[visit.pk])).status_code == 404
        assert stranger.post(reverse("visit_reveal", args=[visit.pk, "name"])).status_code == 404


class TestRevealing:
    def test_the_name_is_shown_after_one_logged_look_and_stays_for_the_session(self, visit, phones):
        phone = phones[0]
        name = visit.party.identity["name"]
        assert name not in phone.html()
        phone.client.post(reverse("visit_reveal", args=[visit.pk, "name"]))
        phone.client.post(reverse("visit_reveal", args=[visit.pk, "name"]))
        assert name in phone.html()
        assert name not in phones[1].html()
        (line,) = AuditLine.objects.filter(action="reveal_personal_data")
        assert line.details == {"what": "name", "purpose": "visit"}

    def test_the_way_is_handed_over_in_the_datum_of_the_map_without_the_name(self, visit, phones):
        phones[0].client.post(reverse("visit_reveal", args=[visit.pk, "address"]))
        html = phones[0].html()
        here = Point(visit.address.place["lat"], visit.address.place["lon"])
        there = to_gcj02(here)
        assert f"to={there.lon:.6f}%2C{there.lat:.6f}" in html
        assert "coordinate=gaode" in html
        assert f"geo:{here.lat:.6f},{here.lon:.6f}" in html
        assert distance_m(here, Point(there.lat, there.lon)) > 300
        assert "uri.amap.com" not in phones[1].html()

    def test_of_the_id_only_the_end_is_shown(self, visit, phones):
        arrive(phones)
        phones[0].take("person_met", who="debtor")
        phones[0].client.post(reverse("visit_reveal", args=[visit.pk, "id_no"]))
        html = phones[0].html()
        assert ">1235<" in html
        assert "19800101" not in html

    def test_only_known_things_can_be_revealed(self, visit, phones):
        assert phones[0].client.post(reverse("visit_reveal", args=[visit.pk, "salary"])).status_code == 404


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


MEANS = {
    "household": "3",
    "income_known": "listed",
    "kind_0": "wages",
    "amount_0": "9000",
    "certainty_0": "documented",
    "spending": "3000",
    "debts_known": "none",
    "willingness": "open",
}


class TestRepayment:
    def statement(self, visit, phone, **changes):
        sent = {"statement_id": str(uuid4()), "proposal_id": str(uuid4())} | MEANS | changes
        return phone.client.post(reverse("visit_means", args=[visit.pk]), sent)

    def test_there_is_no_plan_before_the_identity_check(self, visit, phones):
        arrive(phones)
        assert phones[0].client.get(reverse("visit_means", args=[visit.pk])).status_code == 409
        assert self.statement(visit, phones[0]).status_code == 409
        assert not Statement.objects.exists()

    def test_two_or_three_offers_are_shown_to_the_fen_against_staying_as_is(self, visit, phones):
        talk(phones)
        answer = self.statement(visit, phones[0])
        assert answer.status_code == 302
        html = phones[0].client.get(answer.url).content.decode()
        offers = Proposal.objects.get().offers
        assert 2 <= len(offers) <= 3
        for offer in offers:
            assert f"{offer['total_fen'] / 100:,.2f}" in html
            assert f"{offer['stay_fen'] / 100:,.2f}" in html
            for part in offer["schedule"]:
                assert part["due"] in html
        assert_speaks_both(phones[0].client, answer.url)

    def test_unknown_income_gives_no_offer_but_what_to_ask_for(self, visit, phones):
        talk(phones)
        answer = self.statement(visit, phones[0], income_known="unknown", kind_0="", amount_0="")
        html = phones[0].client.get(answer.url).content.decode()
        assert Proposal.objects.get().offers == []
        assert "目前无法提供还款方案" in html

    def test_an_empty_amount_is_not_known_and_never_zero(self, visit, phones):
        talk(phones)
        self.statement(visit, phones[0], spending="", amount_0="")
        statement = Statement.objects.get()
        assert (statement.low_fen, statement.high_fen) == (None, None)

    def test_a_list_without_lines_and_a_wrong_amount_come_back(self, visit, phones):
        talk(phones)
        answer = self.statement(visit, phones[0], kind_0="", spending="lots")
        assert answer.status_code == 422
        assert {"income_known", "spending"} <= set(answer.context["form"].errors)

    def test_choosing_an_offer_twice_makes_one_plan_of_this_visit(self, visit, phones):
        talk(phones)
        offers = self.statement(visit, phones[0]).url
        proposal = Proposal.objects.get()
        accept = reverse("visit_accept", args=[visit.pk, proposal.pk])
        sent = {"plan_id": str(uuid4()), "choice": "1"}
        assert phones[0].client.post(accept, sent).status_code == 302
        assert phones[0].client.post(accept, sent).status_code == 302
        plan = RepaymentPlan.objects.get()
        assert (plan.visit_id, plan.offer) == (visit.pk, proposal.offers[1])
        again = phones[0].client.post(accept, {"plan_id": str(uuid4()), "choice": "0"})
        assert again.status_code == 409
        assert "已有还款方案" in again.content.decode()
        assert phones[0].client.get(offers).status_code == 200

    def test_a_choice_that_is_none_is_said(self, visit, phones):
        talk(phones)
        self.statement(visit, phones[0])
        accept = reverse("visit_accept", args=[visit.pk, Proposal.objects.get().pk])
        assert phones[0].client.post(accept, {"plan_id": "x", "choice": "y"}).status_code == 409
        assert phones[0].client.post(accept, {"plan_id": str(uuid4()), "choice": "9"}).status_code == 409

    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_the_agreement_is_a_pdf_and_each_printing_is_logged(self, visit, phones, language):
        talk(phones)
        self.statement(visit, phones[0])
        accept = reverse("visit_accept", args=[visit.pk, Proposal.objects.get().pk])
        phones[0].client.post(accept, {"plan_id": str(uuid4()), "choice": "0"})
        plan = RepaymentPlan.objects.get()
        # A payment since then changes the balance; the agreement is of the day on which it was made.
        LoanState.objects.update(balance_fen=100_000, arrears_fen=50_000)
        address = reverse("agreement_pdf", args=[plan.pk])
        answer = phones[0].client.get(address, {"language": language})
        assert answer.content.startswith(b"%PDF")
        assert AuditLine.objects.filter(action="print_agreement").count() == 1
        assert login(a_member("planner")).get(address).status_code == 403
        RepaymentPlan.objects.update(status="rejected")
        assert phones[0].client.get(address).status_code == 409


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
