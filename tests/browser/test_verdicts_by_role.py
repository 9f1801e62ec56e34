"""The verdicts by role on the customer file, and the order of a visit to a guarantor, at desk and on a phone."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.parties import another_party
from tests.server.staffing import NOW
from tests.server.world import a_customer, vouched_facts
from zoufang.core.values import GuaranteeKind, PartyRole
from zoufang.server.staff.models import BankState
from zoufang.server.visiting.models import PlannerOrder

DECISIONS = ("allow", "allow", "allow", "warn", "block", "block")


@pytest.fixture
def debtor(bank):
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    vouched_facts()
    party = a_customer("C1")
    another_party(party, PartyRole.CO_DEBTOR, name="赵共借")
    another_party(party, PartyRole.GUARANTOR, name="李保成", key="#joint")
    another_party(
        party, PartyRole.GUARANTOR, name="孙保贤", key="#ordinary", guarantee=GuaranteeKind.ORDINARY, north=0.03
    )
    another_party(party, PartyRole.HEIR, name="张继承")
    another_party(party, PartyRole.CONTACT, name="钱联系", door=False)
    return party


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_each_party_has_its_verdict_and_a_guarantor_is_ordered(
    debtor, logged_in, new_page, size, axe, shot, sound
):
    page = logged_in("planner", new_page(size))
    page.goto(reverse("customer", args=[debtor.pk]))
    rows = page.locator("#parties tbody tr")
    expect(rows).to_have_count(6)
    decisions = [(row.get_attribute("data-role"), row.get_attribute("data-decision")) for row in rows.all()]
    assert sorted(decisions) == sorted(
        zip(("debtor", "co_debtor", "guarantor", "guarantor", "heir", "contact"), DECISIONS, strict=True)
    )
    expect(page.locator('tr[data-role="guarantor"][data-decision="warn"]')).to_contain_text("先诉抗辩权")
    expect(page.locator('tr[data-role="heir"]')).to_contain_text("遗产")
    page.locator("#parties").scroll_into_view_if_needed()
    shot(page, f"parties-by-role-{size['width']}")
    sound(page)
    axe(page)
    page.get_by_role("link", name="指定外访").click()
    page.get_by_label("外访何人").select_option(label="李** · 保证人")
    page.get_by_label("目的").select_option("guarantor_demand")
    page.get_by_label("外访理由").fill("保证期间临近，客户经理申请")
    shot(page, f"order-visit-{size['width']}")
    sound(page)
    axe(page)
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#parties")).to_contain_text("保证期间临近，客户经理申请")
    assert PlannerOrder.objects.get().target_role == PartyRole.GUARANTOR
