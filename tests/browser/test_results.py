"""A manager's morning in a real browser: start page, analysis, evaluation, report, and the day's run."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from zoufang.core.simulation import BankSize
from zoufang.server.demo.play import play
from zoufang.server.staff.models import User

START = date(2026, 10, 26)


@pytest.fixture
def played(settings, transactional_db):
    settings.ZOUFANG_FILES = Path(tempfile.mkdtemp(prefix="zoufang-browser-"))
    play(start=START, seed=5, size=BankSize(60, 1), weeks=1, iterations=20, progress=lambda *_: None)


@pytest.fixture
def signed_in(played, new_page, live_server):
    from django.conf import settings
    from django.test import Client

    def sign_in(username, size):
        page, client = new_page(size), Client()
        client.force_login(User.objects.get(username=username))
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        return page

    return sign_in


def test_a_manager_goes_from_the_start_page_to_the_proof_and_compares_days(signed_in, axe, shot, sound):
    for size in (DESKTOP, PHONE):
        page = signed_in("manager", size)
        page.goto(reverse("start"))
        shot(page, f"start-manager-{size['width']}")
        sound(page)
        axe(page)
        page.get_by_role("link", name="完整结论").click()
        expect(page.locator("[data-drawn]")).to_have_count(1)
        shot(page, f"study-{size['width']}")
        sound(page)
        axe(page)
        page.get_by_role("button", name="重新计算").click()
        expect(page.get_by_text("所有数字一致")).to_be_visible()
        for name in ("portfolio", "report_list", "day_run"):
            page.goto(reverse(name))
            shot(page, f"{name}-{size['width']}")
            sound(page)
            axe(page)
    page.goto(reverse("portfolio"))
    page.get_by_label("起始日").select_option("2026-10-28")
    expect(page.get_by_label("起始日")).to_have_value("2026-10-28")
    expect(page.locator("[data-drawn]")).to_have_count(8)


def test_every_other_role_begins_with_its_own_day(signed_in, axe, sound):
    for username in ("planner", "visitor1", "trainer", "approver", "compliance", "analyst", "admin"):
        page = signed_in(username, PHONE)
        page.goto(reverse("start"))
        assert page.locator(".tile").count() >= 3
        sound(page)
        axe(page)
