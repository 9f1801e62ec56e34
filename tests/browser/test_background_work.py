"""A planner watches the plan being made and is led to the result; crews and studies at both widths."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import SEAT, a_crew, a_customer, a_visitor, certified, vouched_facts
from zoufang.core.errors import Conflict
from zoufang.core.values import Message
from zoufang.server.daily.work import BEST, start_plan
from zoufang.server.jobs import services, states
from zoufang.server.jobs.kinds import Ended
from zoufang.server.staff.models import BankState
from zoufang.server.studies.models import Study
from zoufang.server.visiting.models import Crew

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


@pytest.fixture
def parked(bank, monkeypatch):
    """A plan that was asked for, and that this test makes progress with."""
    monkeypatch.setattr(services, "hand_over", lambda job: None)
    return start_plan(branch=a_bank(), day=TODAY, seed=1, by=a_member("planner"))


@SIZES
def test_progress_is_seen_without_reloading_and_leads_to_the_result(
    size, parked, logged_in, new_page, axe, shot, sound
):
    page = logged_in("planner", new_page(size))
    page.goto(f"/jobs/{parked.pk}/")
    expect(page.get_by_text("等待处理")).to_be_visible()
    running = states.claim(parked.pk, "test")
    states.report(running, 150, 600, Message(BEST, {"yuan": "12,345.00"}))
    bar = page.locator("progress")
    expect(bar).to_have_attribute("value", "150")
    expect(page.get_by_text("12,345.00")).to_be_visible()
    sound(page)
    axe(page)
    shot(page, f"job-running-{size['width']}")
    page.goto("/plans/")
    expect(page.locator(".my-work")).to_contain_text("25 %")
    sound(page)
    axe(page)
    page.locator(".my-work a").first.click()
    states.finish(running, Ended("plan_list"))
    page.wait_for_url("**/plans/")
    expect(page.locator(".my-work")).to_have_count(0)


@SIZES
def test_a_refusal_comes_to_the_page_by_itself(size, parked, logged_in, new_page, axe, sound):
    page = logged_in("planner", new_page(size))
    page.goto(f"/jobs/{parked.pk}/")
    running = states.claim(parked.pk, "test")
    states.refuse(running, Conflict(Message("%(text)s", {"text": "计划已发布"})))
    expect(page.get_by_text("计划已发布")).to_be_visible()
    expect(page.get_by_role("link", name="返回")).to_be_visible()
    sound(page)
    axe(page)


@SIZES
def test_a_crew_is_formed_and_told_of(size, bank, logged_in, new_page, axe, shot, sound):
    certified(a_visitor(1)), certified(a_visitor(2))
    a_crew("K1", members=(certified(a_visitor(3)), a_visitor(4)))
    page = logged_in("planner", new_page(size))
    page.goto("/crews/new/")
    page.get_by_label("代码").fill("K2")
    page.get_by_label("小组名称").fill("平原二组")
    page.get_by_label("出发地纬度").fill(str(SEAT[0]))
    page.get_by_label("出发地经度").fill(str(SEAT[1]))
    for officer in ("V001", "V002"):
        page.get_by_label(officer).check()
    sound(page)
    axe(page)
    shot(page, f"crew-form-{size['width']}")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/crews/")
    expect(page.get_by_text("留守原因")).to_be_visible()
    expect(page.get_by_role("heading", name="平原二组")).to_be_visible()
    assert Crew.objects.get(code="K2").weekday_shifts["1"] == [540, 1080]
    sound(page)
    axe(page)
    shot(page, f"crews-{size['width']}")


@SIZES
def test_a_study_is_proposed_and_signed_by_two(size, bank, logged_in, new_page, axe, shot, sound):
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    vouched_facts()
    for number in range(12):
        a_customer(str(number), name=f"孙{number}", north=0.01 * number, dpd=100 + number)
    page = logged_in("analyst", new_page(size))
    page.goto("/evaluation/open/")
    sound(page)
    axe(page)
    page.get_by_role("button", name="提议").click()
    page.wait_for_url("**/evaluation/proposals/*/")
    address = page.url
    told = {"manager": "已签署，还需另一方签署", "compliance": "已抽取。分组在任何计划之前已确定。"}
    for role, answer in told.items():
        page = logged_in(role, new_page(size))
        page.goto("/evaluation/")
        sound(page)
        axe(page)
        page.goto(address)
        sound(page)
        axe(page)
        shot(page, f"study-proposal-{role}-{size['width']}")
        page.get_by_role("button", name="签署").click()
        expect(page.get_by_text(answer)).to_be_visible()
    assert Study.objects.get().assignments.count() == 12
