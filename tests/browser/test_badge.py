"""A visitor holds out the badge, and somebody at the door checks it on their own phone and answers."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.visit_world import a_published_day, officers
from zoufang.server.borrower.badges import code_now
from zoufang.server.borrower.models import DoorWord
from zoufang.server.staff.clock import now

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh-hans"), (DESKTOP, "en")], ids=["phone", "desktop"])
def test_from_the_badge_to_a_word_to_the_bank(
    transactional_db, new_page, live_server, axe, shot, sound, size, language
):
    officer = officers(a_published_day(1)[0])[0]
    assert timezone.is_aware(now())
    current = code_now(officer=officer, at=now())
    page = new_page(size)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    page.goto(reverse("badge_check", args=[current.badge.token]))
    shot(page, f"badge-check-{language}")
    sound(page)
    axe(page)
    page.locator("[name=code]").fill(current.code)
    page.locator("main form button").click()
    page.get_by_text(officer.full_name).wait_for()
    shot(page, f"badge-yes-{language}")
    sound(page)
    axe(page)
    page.locator("main form button").last.click()
    page.locator("[name=text]").fill("请改天来，孩子在考试")
    page.locator("[name=kind]").select_option("other_time")
    shot(page, f"badge-word-{language}")
    axe(page)
    page.locator("main form button").click()
    page.locator("h1.yes").wait_for()
    axe(page)
    assert DoorWord.objects.get().kind == "other_time"
