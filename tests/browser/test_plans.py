"""A planner's morning in a real browser: make the plan, look at map and clock, move a stop, run again, publish."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.staffing import NOW
from tests.server.world import a_crew, a_customer, a_study, a_visitor, certified, vouched_facts
from zoufang.core.evaluation import Arm
from zoufang.server.daily.policies import planning_policy
from zoufang.server.staff.models import BankState


@pytest.fixture
def town(bank, monkeypatch):
    monkeypatch.setattr("zoufang.server.daily.planning.planning_policy", lambda: planning_policy(20))
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    vouched_facts()
    parties = [a_customer(str(n), name=f"赵{n}某", north=0.012 * n, east=0.01 * (n % 3)) for n in range(8)]
    a_study(dict.fromkeys(parties, Arm.FREE) | {parties[7]: Arm.HOLD_OUT, parties[1]: Arm.MUST_VISIT})
    a_crew("K1"), a_crew("K2"), a_crew("K3", members=(certified(a_visitor(9)),))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_planner_makes_steers_and_publishes_a_day(size, town, logged_in, new_page, axe, shot, sound):
    page = logged_in("planner", new_page(size))
    page.on("dialog", lambda asked: asked.accept())
    page.goto("/plans/")
    axe(page)
    page.get_by_role("button", name="生成计划").first.click()
    expect(page.locator(".map-stop")).to_have_count(7)
    expect(page.locator(".tl-stop")).to_have_count(7)
    sound(page)
    axe(page)
    shot(page, f"plan-draft-{size['width']}")
    first = page.locator("form.steer").first
    crew = first.locator("select")
    other = "K2" if crew.input_value() == "K1" else "K1"
    crew.select_option(other)
    first.get_by_role("button", name="固定").click()
    expect(page.locator(".orders li")).to_have_count(1)
    page.get_by_role("button", name="同一种子重新运行").click()
    expect(page.get_by_text("与上一稿相比")).to_be_visible()
    expect(page.get_by_text("已固定").first).to_be_visible()
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_text("已发布。各小组可见行程")).to_be_visible()
    expect(page.locator("form.steer")).to_have_count(0)
    sound(page)
    axe(page)
    shot(page, f"plan-published-{size['width']}")


def test_a_planner_plans_the_rest_of_the_day_anew_and_confirms(town, logged_in, new_page, axe, sound):
    page = logged_in("planner", new_page(PHONE))
    page.on("dialog", lambda asked: asked.accept())
    page.goto("/plans/")
    page.get_by_role("button", name="生成计划").first.click()
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_text("已发布。各小组可见行程")).to_be_visible()
    page.get_by_text("重排当日剩余行程").click()
    page.get_by_role("checkbox", name="K1组").check()
    axe(page)
    page.get_by_role("button", name="查看将有哪些变化").click()
    expect(page.get_by_text("本稿发布后将替换当日已发布的计划")).to_be_visible()
    sound(page)
    axe(page)
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_text("已发布。各小组可见行程")).to_be_visible()
    expect(page.locator(".tl-stop").first).to_be_visible()
