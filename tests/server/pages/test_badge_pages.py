"""Anybody may ask whether a visitor is from the bank; nothing else is told, and guessing ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import signing
from django.urls import reverse

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import TODAY, a_member
from tests.server.visit_world import TEN, a_published_day, officers
from zoufang.core.errors import NotPermitted
from zoufang.server.borrower import badges, words
from zoufang.server.borrower.badges import Answer, code_now
from zoufang.server.borrower.models import BadgeCheck, DoorWord
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Absence, BankState

pytestmark = pytest.mark.django_db
ASKER = b"0123456789abcdef"


@pytest.fixture
def visit():
    return a_published_day(1)[0]


@pytest.fixture
def officer(visit):
    return officers(visit)[0]


def ask(badge, code, *, at=TEN, asker=ASKER):
    return badges.check(token=badge.token, code=code, asker=asker, day=TODAY, at=at).answer


class TestTheCode:
    def test_the_code_of_the_moment_confirms_and_that_of_the_slot_before_too(self, officer):
        now = code_now(officer=officer, at=TEN)
        assert ask(now.badge, now.code) is Answer.CONFIRMED
        assert ask(now.badge, now.code, at=TEN + timedelta(seconds=badges.SLOT_S)) is Answer.CONFIRMED
        assert ask(now.badge, now.code, at=TEN + timedelta(seconds=2 * badges.SLOT_S)) is Answer.WRONG_CODE

    def test_the_badge_stays_and_the_codes_change(self, officer):
        slots = [code_now(officer=officer, at=TEN + timedelta(seconds=n * badges.SLOT_S)) for n in range(20)]
        assert len({one.badge.token for one in slots}) == 1
        assert len({one.code for one in slots}) > 15

    def test_the_code_of_the_mate_does_not_fit(self, visit):
        first, second = (code_now(officer=one, at=TEN) for one in officers(visit))
        assert ask(first.badge, second.code) is Answer.WRONG_CODE

    def test_who_was_not_sent_today_is_not_confirmed(self, officer):
        now = code_now(officer=officer, at=TEN)
        day_after = badges.check(
            token=now.badge.token, code=now.code, asker=ASKER, day=TODAY + timedelta(days=1), at=TEN
        )
        assert day_after.answer is Answer.NOT_ON_DUTY
        assert day_after.officer is None

    @pytest.mark.parametrize("why", ["left", "absent", "work_id"])
    def test_who_left_is_absent_or_has_no_valid_work_id_is_not_confirmed(self, officer, why):
        now = code_now(officer=officer, at=TEN)
        if why == "absent":
            Absence.objects.create(officer=officer, since=TODAY, until=TODAY, by=a_member("planner"), at=TEN)
        else:
            officer.is_active = why != "left"
            officer.work_id_until = TODAY - timedelta(days=1) if why == "work_id" else officer.work_id_until
            officer.save()
        assert ask(now.badge, now.code) is Answer.NOT_ON_DUTY

    def test_after_five_wrong_tries_even_the_right_code_has_to_wait(self, officer):
        now = code_now(officer=officer, at=TEN)
        wrong = "000000" if now.code != "000000" else "000001"
        for _ in range(badges.WRONG_OF_A_BADGE):
            assert ask(now.badge, wrong) is Answer.WRONG_CODE
        assert ask(now.badge, now.code) is Answer.TOO_MANY
        later = TEN + badges.WINDOW + timedelta(seconds=1)
        assert ask(now.badge, code_now(officer=officer, at=later).code, at=later) is Answer.CONFIRMED

    def test_who_tries_many_badges_is_stopped_too(self, officer):
        for n in range(badges.WRONG_OF_AN_ASKER):
            badges.check(token=f"x{n}", code="000000", asker=ASKER, day=TODAY, at=TEN)
        now = code_now(officer=officer, at=TEN)
        assert ask(now.badge, now.code) is Answer.TOO_MANY
        assert ask(now.badge, now.code, asker=b"another asker...") is Answer.CONFIRMED

    def test_only_visitors_have_a_badge(self, officer):
        with pytest.raises(NotPermitted):
            code_now(officer=a_member("planner"), at=TEN)


class TestThePublicPage:
    def page(self, client, officer, code=None):
        now = code_now(officer=officer, at=TEN)
        url = reverse("badge_check", args=[now.badge.token])
        return client.post(url, {"code": code or now.code})

    def test_it_needs_no_log_in_speaks_both_languages_and_is_not_kept(self, client, officer):
        url = reverse("badge_check", args=[code_now(officer=officer, at=TEN).badge.token])
        assert_speaks_both(client, url)
        assert "no-store" in client.get(url).headers["Cache-Control"]

    def test_confirmed_it_names_the_visitor_and_no_customer_and_no_debt(self, client, officer, visit):
        BankState.objects.update(simulated=False)  # whose banner speaks of loans
        text = self.page(client, officer).content.decode()
        assert officer.full_name in text
        told = ("逾期", "欠款", "贷款", "催收", visit.party.identity["name"])
        assert not [word for word in told if word in text]

    def test_an_unknown_badge_and_a_wrong_code_name_nobody(self, client, officer):
        for answer in (client.post(reverse("badge_check", args=["nobody"]), {"code": "123456"}),
                       self.page(client, officer, code="12345x")):  # fmt: skip
            assert answer.status_code == 200
            assert officer.full_name not in answer.content.decode()

    def test_guessing_answers_too_many_requests(self, client, officer):
        for _ in range(badges.WRONG_OF_A_BADGE):
            self.page(client, officer, code="12345x")
        assert self.page(client, officer).status_code == 429

    def test_no_address_is_kept_only_a_keyed_hash(self, client, officer):
        self.page(client, officer)
        assert b"127.0.0.1" not in bytes(BadgeCheck.objects.get().asker)


class TestAWordToTheBank:
    def passed(self, officer):
        return signing.dumps(officer.pk, salt="door-word")

    def test_wrong_person_is_one_tap_and_stands_beside_the_visit(self, client, officer, visit):
        visit.started_at = TEN
        visit.save(update_fields=["started_at"])
        given = {"pass": self.passed(officer), "id": str(new_id()), "kind": "wrong_person"}
        for _ in range(2):
            assert client.post(reverse("door_word"), given).status_code == 200
        word = DoorWord.objects.get()
        assert (word.kind, word.visit) == ("wrong_person", visit)

    def test_a_complaint_is_sealed_and_read_by_manager_and_compliance_alone(self, client, officer):
        text = "敲门太响，邻居都出来了"
        given = {
            "pass": self.passed(officer),
            "id": str(new_id()),
            "kind": "complaint",
            "text": text,
            "phone": "1",
        }
        client.post(reverse("door_word"), given)
        word = DoorWord.objects.get()
        assert text.encode() not in bytes(word.sealed)
        assert words.opened(word).text == text
        client.force_login(a_member("compliance"))
        assert_speaks_both(client, reverse("door_word_list"))
        assert text in client.get(reverse("door_word_list")).content.decode()
        assert client.post(reverse("door_word_handle", args=[word.pk]), {"note": ""}).status_code == 422
        assert client.post(reverse("door_word_handle", args=[word.pk]), {"note": "已致电致歉"}).status_code == 302
        assert text not in client.get(reverse("door_word_list")).content.decode()
        client.force_login(officer)
        assert client.get(reverse("door_word_list")).status_code == 403

    @pytest.mark.parametrize("passed", ["", "1:forged"])
    def test_who_confirmed_nobody_tells_nothing_here(self, client, officer, passed):
        answer = client.post(reverse("door_word"), {"pass": passed, "kind": "complaint"})
        assert answer.status_code == 422
        assert not DoorWord.objects.exists()

    def test_the_form_speaks_both_languages(self, client, officer):
        for language, word in (("zh-hans", "发送"), ("en", "Send")):
            client.cookies["django_language"] = language
            answer = client.post(reverse("door_word"), {"pass": self.passed(officer)})
            assert word in answer.content.decode()


def test_the_visitor_shows_code_and_picture(client, officer):
    client.force_login(officer)
    assert_speaks_both(client, reverse("my_badge"))
    page = client.get(reverse("my_badge")).content.decode()
    assert "data:image/svg+xml" in page
    assert 'http-equiv="refresh"' in page
