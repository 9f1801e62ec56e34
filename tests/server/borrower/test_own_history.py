"""One's own contacts: after a code to the registered phone, and a stranger learns nothing at all."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.server.borrower.borrower_world import a_letter, a_phone
from tests.server.language_check import strangers
from tests.server.staffing import TODAY, a_member
from tests.server.visit_world import TEN, a_published_day
from zoufang.core.values import Channel
from zoufang.server.audit.models import AuditLine
from zoufang.server.borrower import outbox, own_history
from zoufang.server.borrower.models import CodeAsk, Outgoing
from zoufang.server.outreach.services import record_contact
from zoufang.server.oversight.models import Stop
from zoufang.server.oversight.services import set_stop
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import BankState
from zoufang.server.visiting.models import Visit

pytestmark = pytest.mark.django_db
ASKER = b"0123456789abcdef"
ASKED, SHOWN = "/my-contacts/", "/my-contacts/shown/"


@pytest.fixture
def visit():
    return a_published_day(2)[0]


@pytest.fixture
def phone(visit):
    return a_phone(visit.party)


def ask(visit, *, reference="R1", party="own", at=TEN, asker=ASKER):
    party = visit.party if party == "own" else party
    return own_history.ask_code(reference=reference, party=party, asker=asker, at=at)


def code_sent():
    return re.search(r"\d{6}", outbox.text_of(Outgoing.objects.latest("at"))).group()


def use(ask_id, code, *, at=TEN):
    return own_history.use_code(ask_id=ask_id, code=code, at=at)


class TestTheCode:
    def test_it_goes_to_the_registered_phone_sealed_and_opens_the_history_once(self, visit, phone):
        asked = ask(visit)
        message = Outgoing.objects.get()
        assert message.phone == phone
        assert code_sent().encode() not in bytes(message.sealed)
        assert use(asked, code_sent()) == visit.party
        assert use(asked, code_sent()) is None
        assert AuditLine.objects.filter(action="own_history_seen").count() == 1

    def test_it_lapses_after_five_minutes(self, visit, phone):
        asked, last = ask(visit), TEN + timedelta(minutes=5)
        assert use(asked, code_sent(), at=last) is None
        assert use(asked, code_sent(), at=last - timedelta(seconds=1)) == visit.party

    def test_after_five_wrong_tries_the_right_code_is_refused(self, visit, phone):
        asked = ask(visit)
        wrong = "000000" if code_sent() != "000000" else "000001"
        for _ in range(own_history.WRONG_TRIES):
            assert use(asked, wrong) is None
        assert use(asked, code_sent()) is None

    def test_a_code_of_another_question_does_not_fit(self, visit, phone):
        first = ask(visit)
        second = ask(visit)
        assert use(first, code_sent()) is None
        assert use(second, code_sent()) == visit.party


class TestWhoGetsNone:
    def results(self):
        return list(CodeAsk.objects.order_by("at", "id").values_list("result", flat=True))

    def test_an_unknown_reference_a_shared_phone_no_phone_and_the_dead(self, visit, phone):
        ask(visit, party=None)
        a_phone(Visit.objects.exclude(pk=visit.pk).get().party, "13853400001")
        ask(visit)
        phone.delete()
        ask(visit)
        a_phone(visit.party, "13853400009")
        set_stop(id=new_id(), party=visit.party, kind=Stop.Kind.DECEASED, since=TODAY, by=None, at=TEN)
        ask(visit, reference="R2")
        assert self.results() == ["nobody", "shared", "no_phone", "stopped"]
        assert not Outgoing.objects.exists()

    def test_a_number_that_the_person_did_not_give_is_no_registered_phone(self, visit):
        a_phone(visit.party, source="public")
        ask(visit)
        assert self.results() == ["no_phone"]

    def test_nobody_is_sent_more_than_five_codes_a_day_whatever_the_letters(self, visit, phone):
        for number in range(own_history.OF_A_PERSON + 1):
            ask(visit, reference=f"R{number}")
        assert Outgoing.objects.count() == own_history.OF_A_PERSON
        assert self.results()[-1] == "enough"


class TestGuessingEnds:
    def test_a_reference_is_answered_three_times_an_hour_whether_or_not_it_exists(self, visit, phone):
        for party in (None, visit.party):
            reference = str(party)
            asked = [ask(visit, reference=reference, party=party) for _ in range(own_history.OF_A_REFERENCE + 1)]
            assert [one is None for one in asked] == [False] * own_history.OF_A_REFERENCE + [True]
            assert ask(visit, reference=reference, party=party, at=TEN + timedelta(minutes=61)) is not None

    def test_one_network_asks_twenty_times_an_hour(self, visit):
        for number in range(own_history.OF_AN_ASKER):
            assert ask(visit, reference=f"R{number}", party=None) is not None
        assert ask(visit, reference="R", party=None) is None
        assert ask(visit, reference="R", party=None, asker=b"another network.") is not None

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("10.1.2.3", "10.1.2.250", True),
            ("10.1.2.3", "10.1.3.3", False),
            ("2001:db8:1::1", "2001:db8:1:ffff::9", True),
            ("2001:db8:1::1", "2001:db8:2::1", False),
        ],
    )
    def test_neighbours_of_one_network_count_together(self, one, other, same):
        assert (own_history.asker_of(one) == own_history.asker_of(other)) is same


class TestThePages:
    def page(self, client, reference):
        return client.post(reverse("own_contacts"), {"reference": reference})

    def masked(self, response):
        """Without the passes, which differ from question to question."""
        return re.sub(
            r'(name="(?:ask|csrfmiddlewaretoken)" value=")[^"]+|"X-CSRFToken": "[^"]+"',
            "",
            response.content.decode(),
        )

    def test_the_answer_is_the_same_for_a_letter_a_wrong_number_and_a_shared_phone(self, client, visit, phone):
        letter = a_letter(visit)
        right, wrong = self.page(client, letter.number), self.page(client, "X-0000")
        a_phone(Visit.objects.exclude(pk=visit.pk).get().party, "13853400001")
        shared = self.page(client, letter.number)
        assert Outgoing.objects.count() == 1
        assert self.masked(right) == self.masked(wrong) == self.masked(shared)
        assert right.status_code == wrong.status_code == shared.status_code == 200
        assert "12378" in shared.content.decode()

    def test_it_shows_visits_and_calls_with_badge_and_purpose_and_no_amount(self, client, visit, phone):
        BankState.objects.update(simulated=False)
        Visit.objects.filter(pk=visit.pk).update(started_at=TEN - timedelta(days=2))
        by = a_member("planner")
        given = {"debtor": visit.party, "channel": Channel.CALL, "reached": True, "result": "reached"}
        record_contact(id=new_id(), by=by, at=TEN - timedelta(days=1), phone=phone, **given)
        for language, words in (("zh-hans", ("上门", "电话")), ("en", ("Visit", "Phone call"))):
            client.cookies["django_language"] = language
            page = self.page(client, a_letter(visit).number)
            ask_pass = re.search(r'name="ask" value="([^"]+)"', page.content.decode()).group(1)
            shown = client.post(reverse("own_contacts_shown"), {"ask": ask_pass, "code": code_sent()})
            text = shown.content.decode()
            assert all(word in text for word in words)
            assert by.employee_no in text
            assert not re.search(r"30[,.]?000|元|yuan|CNY", text)
            assert visit.party.identity["name"] not in text
            assert "no-store" in shown.headers["Cache-Control"]
            assert not strangers(text, language)
            assert not strangers(page.content.decode(), language)

    def test_a_wrong_code_shows_nothing(self, client, visit, phone):
        page = self.page(client, a_letter(visit).number)
        ask_pass = re.search(r'name="ask" value="([^"]+)"', page.content.decode()).group(1)
        shown = client.post(reverse("own_contacts_shown"), {"ask": ask_pass, "code": "abcdef"}).content.decode()
        assert "own-contacts" not in shown
        assert client.post(reverse("own_contacts_shown"), {"ask": "forged", "code": "123456"}).status_code == 422
        assert client.get(reverse("own_contacts_shown")).status_code == 405

    def test_asking_too_often_answers_too_many_requests(self, client, visit):
        for _ in range(own_history.OF_A_REFERENCE):
            assert self.page(client, "X-1").status_code == 200
        assert self.page(client, "X-1").status_code == 429

    def test_it_runs_no_script_of_ours(self, client, visit):
        html = client.get(reverse("own_contacts")).content.decode()
        assert not re.search(r"<script[^>]+src", html)
