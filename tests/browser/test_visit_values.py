"""Compliance proposes a dearer complaint, the head office's manager approves: in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from zoufang.server.daily.policies import values_of_day
from zoufang.server.staff.models import BankState


@pytest.fixture
def at_the_head_office(bank):
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    for role in ("compliance", "manager"):
        a_member(role, branch=a_bank().parent)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_one_proposes_another_approves_and_the_rules_tell(
    size, at_the_head_office, logged_in, new_page, axe, shot, sound
):
    page = logged_in("compliance", new_page(size))
    page.goto("/rules/")
    page.get_by_role("link", name="提议新数值").click()
    page.get_by_label("首日").fill((TODAY + timedelta(days=7)).isoformat())
    page.get_by_label("理由").fill("合规委员会决议〔2026〕8号")
    page.get_by_label("投诉").fill("1200")
    sound(page)
    axe(page)
    shot(page, f"values-propose-{size['width']}")
    page.get_by_role("button", name="提议").click()
    expect(page.get_by_role("button", name="同意", exact=True)).to_have_count(0)
    address = page.url
    page = logged_in("manager", new_page(size))
    page.goto(address)
    sound(page)
    axe(page)
    shot(page, f"values-version-{size['width']}")
    page.get_by_role("button", name="同意", exact=True).click()
    expect(page.get_by_text("已同意").first).to_be_visible()
    assert values_of_day(TODAY + timedelta(days=7)).harm_price_fen["complaint"] == 120_000
    page.goto("/rules/#harm")
    sound(page)
    axe(page)
    shot(page, f"values-rules-{size['width']}")
