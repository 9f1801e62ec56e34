"""In a real browser: help called from the door by two taps, answered on the board; papers on the record."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.door_phone import Phone, arrive
from tests.server.visit_world import a_published_day, officers
from zoufang.server.safety.models import Escalation, Watch

LOOKS = [("desktop", "zh-hans"), ("phone", "zh-hans"), ("desktop", "en")]


@pytest.fixture
def begun(bank):
    visit = a_published_day()[0]
    arrive([Phone(visit, user) for user in officers(visit)])
    visit.refresh_from_db()
    return visit


@pytest.fixture
def at_the_door(begun, new_page, live_server):
    page = new_page(PHONE)
    client = Client()
    client.force_login(officers(begun)[0])
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
    page.goto(reverse("visit_page", args=[begun.pk]))
    return page


def test_two_taps_at_the_door_call_for_help(begun, at_the_door, axe, shot, sound):
    page = at_the_door
    call = page.locator(f"form[action='{reverse('visit_sos', args=[begun.pk])}'] button")
    assert not call.is_visible()
    page.locator("details.safety-part", has=call).locator("summary").click()
    axe(page)
    shot(page, "sos-phone")
    call.click()
    page.locator(".alert").first.wait_for()
    assert Escalation.objects.filter(kind="sos").count() == 3
    axe(page)
    sound(page)
    shot(page, "sos-sent-phone")


@pytest.mark.parametrize(("size", "language"), LOOKS)
def test_the_board_shows_who_calls_and_takes_the_answer(
    begun, logged_in, new_page, axe, shot, sound, size, language
):
    Phone(begun, officers(begun)[0]).client.post(
        reverse("visit_sos", args=[begun.pk]), {"lat": "37.2", "lon": "116.4"}
    )
    page = logged_in("planner", new_page(PHONE if size == "phone" else DESKTOP), language=language)
    page.goto(reverse("safety_board"))
    axe(page)
    sound(page)
    shot(page, f"safety-board-{size}-{language}")
    page.locator(f"a[href='{reverse('safety_close', args=[Watch.objects.get().pk])}']").click()
    page.locator("[name=why]").fill("电话确认双人已安全回到车上")
    axe(page)
    page.locator("main form[data-once] button[type=submit]").click()
    page.wait_for_url("**" + reverse("safety_board"))
    assert Watch.objects.get().sos_at is None


@pytest.mark.parametrize(("size", "language"), LOOKS)
def test_a_paper_is_made_on_the_record_and_waits_for_the_seal(
    begun, logged_in, new_page, axe, shot, sound, size, language
):
    page = logged_in("manager", new_page(PHONE if size == "phone" else DESKTOP), language=language)
    page.goto(reverse("visit_detail", args=[begun.pk]))
    page.locator("#paper-kind").select_option("authority")
    page.locator(f"form[action='{reverse('paper_make', args=[begun.pk])}'] button").click()
    page.locator("#papers-title").wait_for()
    page.locator("section[aria-labelledby=papers-title] details summary").click()
    axe(page)
    sound(page)
    shot(page, f"papers-{size}-{language}")
    page.goto(reverse("paper_waiting"))
    axe(page)
    sound(page)
    shot(page, f"papers-waiting-{size}-{language}")
