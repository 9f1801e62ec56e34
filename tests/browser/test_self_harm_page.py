"""In a real browser: two touches at the door hold everything; the follow-up and the release by two people."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.door_phone import Phone, identify
from tests.server.staffing import a_member
from tests.server.visit_world import a_published_day, officers
from tests.server.world import certified
from zoufang.server.safety.models import Crisis

LOOKS = [("desktop", "zh-hans"), ("phone", "zh-hans"), ("desktop", "en")]


@pytest.fixture
def begun(bank):
    visit = a_published_day()[0]
    identify([Phone(visit, user) for user in officers(visit)])
    visit.refresh_from_db()
    return visit


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_two_touches_at_the_door_hold_everything_and_show_the_script(
    begun, new_page, live_server, axe, shot, sound, language
):
    page = new_page(PHONE)
    client = Client()
    client.force_login(officers(begun)[0])
    cookies = {
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
        settings.LANGUAGE_COOKIE_NAME: language,
    }
    page.context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
    page.goto(reverse("visit_page", args=[begun.pk]))
    press = page.locator(f"form[action='{reverse('visit_self_harm', args=[begun.pk])}'] button")
    assert not press.is_visible()
    summary = page.locator("details.safety-part", has=press).locator("summary")
    for part in page.locator(".safety-bar > .btn, .safety-bar summary").all():
        assert part.evaluate("e => e.scrollWidth <= e.clientWidth"), part.inner_text()
    summary.click()
    axe(page)
    page.screenshot(path=shot(page, f"self-harm-button-phone-{language}"))
    press.click()
    page.wait_for_url("**" + reverse("visit_self_harm", args=[begun.pk]))
    assert Crisis.objects.get().visit_id == begun.pk
    axe(page)
    sound(page)
    shot(page, f"self-harm-script-phone-{language}")
    page.goto(reverse("visit_page", args=[begun.pk]))
    axe(page)
    shot(page, f"self-harm-visit-phone-{language}")


@pytest.mark.parametrize(("size", "language"), LOOKS)
def test_somebody_trained_follows_up_and_two_people_release_the_hold(
    begun, logged_in, new_page, axe, shot, sound, size, language
):
    certified(a_member("compliance"))
    Phone(begun, officers(begun)[0]).client.post(reverse("visit_self_harm", args=[begun.pk]))
    page = logged_in("manager", new_page(PHONE if size == "phone" else DESKTOP), language=language)
    page.goto(reverse("crisis_list"))
    axe(page)
    sound(page)
    shot(page, f"self-harm-list-{size}-{language}")
    page.goto(reverse("crisis", args=[Crisis.objects.get().pk]))
    axe(page)
    page.locator("[name=how][value=visit]").check()
    page.locator("[name=note]").fill("家属陪伴，已联系心理医生")
    shot(page, f"self-harm-follow-up-{size}-{language}")
    page.locator("main form[data-once] button[type=submit]").click()
    page.locator("[name=why]").fill("医生评估后同意恢复联系，仅限书面")
    axe(page)
    page.locator("main form[data-once] button[type=submit]").click()
    page.locator(".moment").nth(2).wait_for()
    second = logged_in("compliance", new_page(PHONE if size == "phone" else DESKTOP), language=language)
    second.goto(reverse("crisis", args=[Crisis.objects.get().pk]))
    axe(second)
    sound(second)
    shot(second, f"self-harm-release-{size}-{language}")
    second.locator("main form[data-once] button.btn-primary").click()
    second.locator(".alert-success").first.wait_for()
    assert Crisis.objects.get().released_at is not None
