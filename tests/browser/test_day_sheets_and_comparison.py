"""A planner lays two drafts side by side and prints a crew's sheet; a visitor takes the own sheet along."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.staffing import NOW
from tests.server.world import a_crew, a_customer, a_study, vouched_facts
from zoufang.core.evaluation import Arm
from zoufang.server.daily.policies import planning_policy
from zoufang.server.staff.models import BankState


@pytest.fixture
def town(bank, monkeypatch):
    monkeypatch.setattr("zoufang.server.daily.planning.planning_policy", lambda: planning_policy(20))
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    vouched_facts()
    parties = [a_customer(str(n), name=f"赵{n}某", north=0.012 * n, east=0.01 * (n % 3)) for n in range(8)]
    a_study(dict.fromkeys(parties, Arm.FREE) | {parties[1]: Arm.MUST_VISIT})
    a_crew("K1"), a_crew("K2")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_planner_compares_two_drafts_and_prints_a_sheet(size, town, logged_in, new_page, axe, shot, sound):
    page = logged_in("planner", new_page(size))
    page.on("dialog", lambda asked: asked.accept())
    page.goto("/plans/")
    page.get_by_role("button", name="生成计划").first.click()
    first = page.locator("form.steer").first
    first.get_by_role("button", name="移出").click()
    page.get_by_role("button", name="同一种子重新运行").click()
    page.get_by_role("link", name="两稿对比").click()
    expect(page.get_by_role("heading", name="两份计划对比")).to_be_visible()
    expect(page.locator(".map-stop").first).to_be_visible()
    sound(page)
    axe(page)
    shot(page, f"plan-compare-{size['width']}")
    page.get_by_label("差异", exact=True).select_option("dropped")
    expect(page.locator("tbody").first.locator("tr")).to_have_count(1)
    page.go_back()
    page.goto("/plans/")
    page.get_by_role("link", name="查看计划").first.click()
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_role("heading", name="各小组的时间余量")).to_be_visible()
    sound(page)
    axe(page)
    with page.expect_download() as taken:
        page.get_by_role("button", name="含姓名和地址").first.click()
    pages = PdfReader(BytesIO(Path(taken.value.path()).read_bytes())).pages
    assert len(pages) == 2
    assert "赵" in pages[1].extract_text()
    shot(page, f"plan-slack-{size['width']}")
