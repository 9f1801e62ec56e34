"""Visits drawn by chance are asked about within three days; a bad answer opens a complaint."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.server.borrower.borrower_world import a_phone
from tests.server.language_check import assert_speaks_both
from tests.server.staffing import TODAY, a_member
from tests.server.visit_world import TEN, a_published_day
from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.server.audit.models import AuditLine
from zoufang.server.borrower.models import CallBack
from zoufang.server.daily import call_backs
from zoufang.server.daily.call_backs import Answers, draw_call_backs, lot, record_answers, seed_of
from zoufang.server.daily.run import run_day
from zoufang.server.outreach.models import Contact
from zoufang.server.oversight.models import Complaint, Stop
from zoufang.server.oversight.services import set_stop
from zoufang.server.staff.ids import new_id
from zoufang.server.visiting.models import Visit

pytestmark = pytest.mark.django_db
AFTER = TEN + timedelta(days=1)
NEXT = TODAY + timedelta(days=1)
GOOD = Answers(introduced=True, asked_for_cash=False, respected=True, plan_understood=True)


@pytest.fixture
def visits(settings):
    settings.ZOUFANG_CALL_BACK_SHARE = 1.0
    made = a_published_day(2)
    # Without the visit in the log: the frequency rules would count it against a call on the next day.
    Visit.objects.update(ended_at=TEN, met_role="debtor")
    return made


@pytest.fixture
def drawn(visits):
    a_phone(visits[0].party)
    draw_call_backs(today=NEXT, at=AFTER)
    return CallBack.objects.select_related("visit__party__branch", "branch").get(visit=visits[0])


def record(drawn, answers=GOOD, *, role="compliance", note=""):
    given = {"call_back": drawn, "answers": answers, "note": note, "by": a_member(role)}
    return record_answers(**given, today=NEXT, at=AFTER)


class TestTheDraw:
    def test_it_takes_the_visits_whose_lot_lies_below_the_share(self, visits, settings):
        lots = {visit.pk: lot(seed_of(visit.day), visit.pk) for visit in visits}
        settings.ZOUFANG_CALL_BACK_SHARE = sum(lots.values()) / 2
        draw_call_backs(today=NEXT, at=AFTER)
        low = min(lots, key=lots.get)
        assert list(CallBack.objects.values_list("visit_id", flat=True)) == [low]

    def test_seed_share_and_what_was_drawn_stand_on_the_audit_chain_and_a_second_run_adds_nothing(self, visits):
        assert draw_call_backs(today=NEXT, at=AFTER) == 2
        assert draw_call_backs(today=NEXT, at=AFTER) == 0
        kept = AuditLine.objects.get(action="draw_call_backs").details
        assert kept["seeds"] == {TODAY.isoformat(): seed_of(TODAY)}
        assert (kept["among"], len(kept["drawn"]), kept["share"]) == (2, 2, 1.0)

    def test_the_days_run_draws(self, visits, settings, tmp_path):
        settings.ZOUFANG_FILES = tmp_path
        run_day(branch=visits[0].branch, to=NEXT, by=None, at=AFTER)
        assert CallBack.objects.count() == 2

    def test_only_visits_of_the_last_days_that_came_to_a_talk(self, visits):
        Visit.objects.filter(pk=visits[0].pk).update(met_role="")
        Visit.objects.filter(pk=visits[1].pk).update(day=TODAY - timedelta(days=3))
        assert draw_call_backs(today=NEXT, at=AFTER) == 0

    def test_the_answer_is_due_three_days_after_the_visit(self, drawn):
        assert drawn.due_on == TODAY + timedelta(days=3)

    def test_lots_are_spread_evenly(self):
        lots = [lot("seed", new_id()) for _ in range(2000)]
        assert 0.07 < sum(one < 0.1 for one in lots) / 2000 < 0.13


class TestTheAnswers:
    def test_good_ones_are_kept_with_the_call_and_open_nothing(self, drawn):
        done = record(drawn)
        assert (done.result, done.bad) == ("answered", False)
        assert Contact.objects.get().debtor == drawn.visit.party
        assert not Complaint.objects.exists()

    @pytest.mark.parametrize(
        "bad",
        [
            Answers(introduced=False, asked_for_cash=None, respected=None, plan_understood=None),
            Answers(introduced=None, asked_for_cash=True, respected=None, plan_understood=None),
            Answers(introduced=None, asked_for_cash=None, respected=False, plan_understood=None),
        ],
        ids=["no badge", "cash", "no respect"],
    )
    def test_a_fault_opens_a_complaint_about_the_visit(self, drawn, bad):
        done = record(drawn, bad, note="要求微信转账")
        complaint = Complaint.objects.get()
        assert (complaint.pk, complaint.visit_id) == (done.complaint_id, drawn.visit_id)
        assert "要求微信转账".encode() not in bytes(complaint.sealed_text)

    def test_a_plan_not_understood_is_no_complaint(self, drawn):
        record(drawn, Answers(introduced=True, asked_for_cash=False, respected=True, plan_understood=False))
        assert not Complaint.objects.exists()

    def test_nothing_answered_is_no_answer(self, drawn):
        with pytest.raises(BadInput):
            record(drawn, Answers(None, None, None, None))

    def test_done_once_it_is_done(self, drawn):
        record(drawn)
        with pytest.raises(Conflict):
            record(drawn)
        assert Contact.objects.count() == 1

    @pytest.mark.parametrize("role", ["manager", "planner", "visitor", "analyst"])
    def test_those_who_plan_and_visit_do_not_ask_about_it(self, drawn, role):
        with pytest.raises(NotPermitted):
            record(drawn, role=role)


class TestTheGate:
    def test_whom_a_stop_spares_is_not_rung(self, drawn):
        set_stop(id=new_id(), party=drawn.visit.party, kind=Stop.Kind.DISPUTE, since=TODAY, by=None, at=TEN)
        with pytest.raises(Conflict):
            record(drawn)
        assert not Contact.objects.exists()
        done = call_backs.let_go(call_back=drawn, by=a_member("compliance"), at=AFTER)
        assert done.result == "forbidden"

    def test_a_call_that_is_allowed_may_not_be_let_go(self, drawn):
        with pytest.raises(Conflict):
            call_backs.let_go(call_back=drawn, by=a_member("compliance"), at=AFTER)

    def test_nobody_is_rung_on_a_number_that_they_did_not_give(self, drawn):
        drawn.visit.party.phones.update(source_code="public")
        with pytest.raises(Conflict):
            record(drawn)


class TestThePages:
    @pytest.fixture(autouse=True)
    def _clock(self, monkeypatch):
        monkeypatch.setattr("zoufang.server.pages.call_backs.now", lambda: AFTER)
        monkeypatch.setattr("zoufang.server.pages.call_backs.business_date", lambda: NEXT)

    def test_list_and_questionnaire_speak_both_languages_and_keep_the_answers(self, client, drawn):
        client.force_login(a_member("compliance"))
        page = reverse("call_back", args=[drawn.pk])
        assert_speaks_both(client, reverse("call_back_list"))
        assert_speaks_both(client, page)
        assert client.post(page, {"asked_for_cash": "yes"}).status_code == 302
        assert Complaint.objects.exists()
        client.get(page)  # takes the notice, which was said in the language of the answer
        assert_speaks_both(client, reverse("call_back_list"))
        assert_speaks_both(client, page)

    def test_a_forbidden_call_shows_why(self, client, drawn):
        set_stop(id=new_id(), party=drawn.visit.party, kind=Stop.Kind.DISPUTE, since=TODAY, by=None, at=TEN)
        client.force_login(a_member("compliance"))
        assert_speaks_both(client, reverse("call_back", args=[drawn.pk]))
        assert client.post(reverse("call_back_let_go", args=[drawn.pk])).status_code == 302

    @pytest.mark.parametrize("role", ["manager", "planner", "visitor", "approver", "analyst", "administrator"])
    def test_others_are_refused(self, client, drawn, role):
        client.force_login(a_member(role))
        urls = [reverse("call_back_list"), reverse("call_back", args=[drawn.pk])]
        assert [client.get(url).status_code for url in urls] == [403, 403]
