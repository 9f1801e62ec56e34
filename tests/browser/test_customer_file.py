"""From the list to the file, asking the gate, a contact, a revealed phone; and an approval on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.pages.test_agreement_pages import a_plan
from tests.server.staffing import NOW, TODAY, a_member
from tests.server.world import a_customer, vouched_facts
from zoufang.core.values import SourceCode
from zoufang.server.agreements.models import RepaymentPlan
from zoufang.server.book.services import add_phone
from zoufang.server.outreach.models import Contact
from zoufang.server.staff.models import BankState

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


@pytest.fixture
def customer(bank):
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    vouched_facts()
    party = a_customer("C1")
    add_phone(
        party=party,
        number="13812345678",
        source_code=SourceCode.CONTRACT,
        source_on=TODAY - timedelta(days=700),
        by=a_member("manager"),
        at=NOW,
    )
    return party


@SIZES
def test_the_file_is_found_asked_about_revealed_and_called(customer, logged_in, new_page, size, axe, shot, sound):
    page = logged_in("manager", new_page(size))
    page.goto(reverse("customer_list"))
    sound(page)
    axe(page)
    page.get_by_label("姓名、证件号、电话或后四位").fill("5678")
    page.get_by_role("button", name="查询").click()
    page.get_by_role("link", name="张**").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("张**")
    page.get_by_role("button", name="立即核查").click()
    expect(page.locator("#answer")).to_contain_text("本结论连同所依据的事实已留存")
    page.get_by_text("查看明文").click()
    page.get_by_label("查看内容").select_option("phone")
    page.get_by_role("button", name="查看一次").click()
    expect(page.locator("#revealed")).to_contain_text("13812345678")
    page.locator(".chips a", has_text="合规结论").click()
    expect(page.locator(".moment")).to_have_count(1)
    shot(page, f"customer-file-{size['width']}")
    sound(page)
    axe(page)
    page.get_by_role("link", name="登记联系").click()
    expect(page.locator(".way")).to_have_count(3)
    sound(page)
    axe(page)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("联系已登记。")).to_be_visible()
    assert Contact.objects.get().reached


def test_a_plan_is_approved_on_a_phone(customer, logged_in, page_phone, axe, shot, sound):
    plan = a_plan("C2")
    page = logged_in("approver", page_phone)
    page.goto(reverse("approval_list"))
    sound(page)
    axe(page)
    page.locator(".menu-card", has_text=plan.number).click()
    shot(page, "approval-phone")
    sound(page)
    axe(page)
    page.get_by_role("button", name="同意").click()
    expect(page.get_by_text("没有待审批事项")).to_be_visible()
    plan.refresh_from_db()
    assert plan.status == RepaymentPlan.Status.PERFORMING


@SIZES
@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("compliance", "complaint_list"),
        ("compliance", "stop_list"),
        ("compliance", "attestation_list"),
        ("compliance", "verdict_list"),
        ("compliance", "rule_list"),
        ("compliance", "audit_trail"),
        ("administrator", "staff_list"),
        ("trainer", "training_overview"),
        ("manager", "agreement_list"),
    ],
)
def test_each_page_is_sound(customer, logged_in, new_page, size, role, name, axe, shot, sound):
    page = logged_in(role, new_page(size))
    page.goto(reverse(name))
    shot(page, f"{name}-{size['width']}")
    sound(page)
    axe(page)
