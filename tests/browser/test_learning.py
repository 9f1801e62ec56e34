"""A visitor learns: a practice talk played wrong and right, and an examination sat to its certificate."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.world import certified
from zoufang.server.staff.models import User
from zoufang.server.training import exams
from zoufang.server.training.models import Certificate, Practice, Sitting

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh-hans"), (DESKTOP, "en")], ids=["phone", "desktop"])
def test_from_a_practice_talk_to_the_certificate(logged_in, new_page, axe, shot, sound, size, language):
    page = logged_in("visitor", new_page(size), language=language)
    visitor = User.objects.get(role="visitor")
    certified(visitor, except_for="safety")
    page.goto(reverse("learning"))
    shot(page, f"learning-{language}")
    sound(page)
    axe(page)

    page.goto(reverse("practice", args=["resistance"]))
    page.locator(".card a.btn").nth(1).click()
    expect(page.get_by_text("CN-V6")).to_be_visible()
    shot(page, f"practice-broken-{language}")
    page.go_back()
    for _ in range(3):
        page.locator(".card a.btn").first.click()
    shot(page, f"practice-{language}")
    sound(page)
    axe(page)
    page.locator("form[data-once] button").click()
    page.wait_for_url(f"**{reverse('learning')}")
    assert Practice.objects.get().score >= 80

    page.goto(reverse("course", args=["safety"]))
    page.locator("form[data-once] button").click()
    page.wait_for_url("**/examinations/**")
    shot(page, f"exam-{language}")
    sound(page)
    axe(page)
    for asked in exams.paper_of(Sitting.objects.get()).asked:
        for place in asked.right:
            page.locator(f"[name='q-{asked.question.code}'][value='{place}']").check()
    page.locator("form[data-once] button").click()
    page.locator("dl.figures").wait_for()
    shot(page, f"exam-result-{language}")
    axe(page)
    assert Certificate.objects.filter(officer=visitor, course__code="safety").exists()
