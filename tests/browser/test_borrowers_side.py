"""The borrower's pages in WeChat's browser on a phone, and the desk pages that belong to them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.borrower.borrower_world import a_letter, a_phone
from tests.server.staffing import TODAY, a_member
from tests.server.visit_world import TEN, a_published_day
from zoufang.core.values import Channel, Purpose
from zoufang.server.borrower import outbox
from zoufang.server.borrower.models import Appointment, Outgoing
from zoufang.server.daily import appointments
from zoufang.server.daily.call_backs import draw_call_backs
from zoufang.server.outreach.services import record_contact
from zoufang.server.oversight.models import Complaint
from zoufang.server.staff.ids import new_id
from zoufang.server.visiting.models import Visit

pytestmark = pytest.mark.browser
WECHAT = (
    "Mozilla/5.0 (Linux; Android 10; Redmi Note 8 Build/QKQ1) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0"
    " Chrome/86.0.4240.99 XWEB/4317 MMWEBSDK/20230405 Mobile Safari/537.36 MicroMessenger/8.0.35.2360"
)
LANGUAGES = pytest.mark.parametrize(
    ("size", "language"), [(PHONE, "zh-hans"), (PHONE, "en"), (DESKTOP, "en")], ids=["zh", "en", "desktop"]
)


@pytest.fixture
def visit(transactional_db, settings):
    settings.ZOUFANG_APPOINTMENTS = True
    settings.ZOUFANG_CALL_BACK_SHARE = 1.0
    found = a_published_day(2)[0]
    a_phone(found.party)
    return found


@pytest.fixture
def in_wechat(new_page, live_server):
    def open_page(size, language):
        page = new_page(size)
        page.context.new_cdp_session(page).send("Network.setUserAgentOverride", {"userAgent": WECHAT})
        page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        return page

    return open_page


@pytest.fixture
def looked_at(axe, sound, shot):
    def look(page, name):
        shot(page, name)
        sound(page)
        axe(page)

    return look


def name_of(step, size, language):
    return f"borrower-{step}-{language}-{'phone' if size is PHONE else 'desktop'}"


@LANGUAGES
def test_from_the_letter_to_ones_own_contacts(visit, in_wechat, looked_at, size, language):
    Visit.objects.filter(pk=visit.pk).update(started_at=TEN - timedelta(days=2))
    given = {"debtor": visit.party, "channel": Channel.CALL, "reached": True, "result": "reached"}
    record_contact(id=new_id(), by=a_member("planner"), at=TEN - timedelta(days=1), **given)
    letter = a_letter(visit)
    page = in_wechat(size, language)
    page.goto(reverse("own_contacts"))
    assert float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")) >= 18
    looked_at(page, name_of("own-ask", size, language))
    page.locator("[name=reference]").fill(letter.number)
    page.locator("main form button").click()
    looked_at(page, name_of("own-code", size, language))
    page.locator("[name=code]").fill("x")
    page.locator("main form button").click()
    page.get_by_role("alert").wait_for()
    looked_at(page, name_of("own-wrong", size, language))
    code = re.search(r"\d{6}", outbox.text_of(Outgoing.objects.get())).group()
    page.locator("[name=code]").fill(code)
    page.locator("main form button").click()
    page.locator(".own-contacts").wait_for()
    looked_at(page, name_of("own-shown", size, language))


@LANGUAGES
def test_an_hour_is_chosen_with_one_tap_and_a_lapsed_link_explains_itself(
    visit, in_wechat, looked_at, size, language
):
    given = {"purpose": Purpose.FIRST_TALK, "today": TODAY, "at": TEN, "by": a_member("planner")}
    appointments.offer(id=new_id(), party=visit.party, link=lambda token: f"/a/{token}/", **given)
    token = re.search(r"/a/([^/]+)/", outbox.text_of(Outgoing.objects.get())).group(1)
    page = in_wechat(size, language)
    page.goto(reverse("appointment", args=[token]))
    looked_at(page, name_of("appointment", size, language))
    page.locator("button[name=number]").nth(1).click()
    page.locator("h1.yes").wait_for()
    looked_at(page, name_of("appointment-chosen", size, language))
    assert Appointment.objects.get().state == "chosen"
    page.goto(reverse("appointment", args=["made-up"]))
    page.wrong.clear()  # the browser names the status 410
    looked_at(page, name_of("appointment-lapsed", size, language))


@pytest.mark.parametrize(("size", "language"), [(DESKTOP, "zh-hans"), (PHONE, "en")], ids=["desktop", "phone"])
def test_compliance_calls_back_and_sees_what_went_out(
    visit, new_page, logged_in, looked_at, size, language, monkeypatch
):
    Visit.objects.update(day=TODAY - timedelta(days=1), ended_at=TEN - timedelta(days=1), met_role="debtor")
    draw_call_backs(today=TODAY, at=TEN)
    given = {"purpose": Purpose.FIRST_TALK, "today": TODAY, "at": TEN - timedelta(days=7)}
    appointments.offer(
        id=new_id(),
        party=visit.party,
        link=lambda t: f"https://bank.example/a/{t}/",
        by=a_member("planner"),
        **given,
    )
    page = logged_in("compliance", new_page(size), language=language)
    page.goto(reverse("message_list"))
    looked_at(page, name_of("messages", size, language))
    page.goto(reverse("call_back_list"))
    looked_at(page, name_of("call-backs", size, language))
    page.goto(reverse("call_back", args=[visit.pk]))
    looked_at(page, name_of("call-back", size, language))
    page.locator("[name=asked_for_cash]").select_option("yes")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"**{reverse('call_back_list')}")
    looked_at(page, name_of("call-backs-done", size, language))
    assert Complaint.objects.exists()


def test_a_planner_offers_an_appointment(visit, logged_in, looked_at, page_phone):
    page = logged_in("planner", page_phone)
    page.goto(reverse("customer_appointment", args=[visit.party_id]))
    looked_at(page, name_of("offer", PHONE, "zh-hans"))


def test_an_unmatched_word_is_matched_to_its_visit(visit, logged_in, looked_at, page_phone):
    from tests.server.visit_world import officers
    from zoufang.server.borrower import words
    from zoufang.server.borrower.models import DoorWord

    given = {"officer": officers(visit)[0], "text": "孩子住院", "phone": "", "on": TODAY, "at": TEN}
    words.tell_bank(id=new_id(), kind=DoorWord.Kind.HARDSHIP, **given)
    page = logged_in("compliance", page_phone)
    page.goto(reverse("door_word_list"))
    looked_at(page, name_of("word-unmatched", PHONE, "zh-hans"))
    page.locator("[name=visit]").first.select_option(str(visit.pk))
    page.locator("form[action*=match] button").click()
    page.wait_for_url(f"**{reverse('door_word_list')}")
    looked_at(page, name_of("word-matched", PHONE, "zh-hans"))
    assert DoorWord.objects.get().visit_id == visit.pk
