"""Compliance tightens an hour and confirms a source, the head office's manager approves: in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from zoufang.core.values import Channel
from zoufang.server.daily.policies import compliance_policy
from zoufang.server.staff.models import BankState

LATER = TODAY + timedelta(days=7)


@pytest.fixture
def at_the_head_office(bank):
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    for role in ("compliance", "manager"):
        a_member(role, branch=a_bank().parent)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_looser_hour_is_refused_a_stricter_one_is_approved_by_another(
    size, at_the_head_office, logged_in, new_page, axe, shot, sound
):
    page = logged_in("compliance", new_page(size))
    page.goto("/rules/")
    sound(page)
    axe(page)
    shot(page, f"rules-{size['width']}")
    page.get_by_role("link", name="CN-T1").first.click()
    page.get_by_label("截止", exact=True).fill("22:30")
    page.get_by_label("首日").fill(LATER.isoformat())
    page.get_by_label("理由").fill("合规委员会决议〔2026〕8号")
    page.get_by_role("button", name="提议数值").click()
    expect(page.get_by_text("不得放宽。").first).to_be_visible()
    sound(page)
    axe(page)
    shot(page, f"rule-refused-{size['width']}")
    page.get_by_label("截止", exact=True).fill("21:00")
    page.get_by_label("离场提醒").fill("20:45")
    page.get_by_role("button", name="提议数值").click()
    address = page.url
    expect(page.get_by_role("button", name="同意", exact=True)).to_have_count(0)
    page = logged_in("manager", new_page(size))
    page.goto(address)
    sound(page)
    axe(page)
    shot(page, f"rule-figures-{size['width']}")
    page.get_by_role("button", name="同意", exact=True).click()
    expect(page.get_by_text("已同意").first).to_be_visible()
    assert compliance_policy(LATER).number("CN-T1", "until", Channel.CALL) == 21 * 60
    page.goto("/rules/#figures")
    sound(page)
    axe(page)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_source_that_was_read_is_confirmed_by_a_second_person(
    size, at_the_head_office, logged_in, new_page, axe, shot, sound
):
    page = logged_in("compliance", new_page(size))
    page.goto("/rules/cn-gbt45251@2025-02-28/CN-F1/")
    page.get_by_label("原文").fill("每日主动有效联系不得超过三次")
    page.get_by_role("textbox", name="出处").fill("国家标准全文公开系统，GB/T 45251-2025，5.3")
    page.get_by_role("button", name="提议确认").click()
    address = page.url
    page = logged_in("manager", new_page(size))
    page.goto(address)
    sound(page)
    axe(page)
    shot(page, f"rule-confirmed-{size['width']}")
    page.get_by_role("button", name="同意", exact=True).click()
    page.goto("/rules/cn-gbt45251@2025-02-28/CN-F1/")
    expect(page.get_by_text("已确认").first).to_be_visible()
    assert compliance_policy(TODAY).rule("CN-F1", Channel.CALL).verified
    sound(page)
    axe(page)
    shot(page, f"rule-{size['width']}")
