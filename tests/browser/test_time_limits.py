"""The list of rights that end soon, at the desk and on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.staffing import NOW, TODAY
from tests.server.world import a_customer
from zoufang.core.values import GuaranteeKind, PartyRole
from zoufang.server.book.models import Loan, LoanParty
from zoufang.server.staff.models import BankState


def matured(days: int, key: str, name: str) -> Loan:
    """Its limitation ends in `days`."""
    loan = a_customer(key, name=name).loans.get()
    end = TODAY + timedelta(days=days)
    loan.matures_on = end.replace(year=end.year - 3)
    loan.save(update_fields=["matures_on"])
    return loan


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_manager_sees_what_ends_soon_and_filters_it(size, bank, logged_in, new_page, axe, shot, sound):
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    for days, key, name in ((-12, "C1", "张三丰"), (5, "C2", "李秀兰"), (28, "C3", "王有田")):
        loan = matured(days, key, name)
    guarantor = a_customer("G1", name="赵保证")
    for party, days, kind in ((guarantor, 61, GuaranteeKind.JOINT), (a_customer("G2"), 6, GuaranteeKind.ORDINARY)):
        LoanParty.objects.create(
            loan=loan,
            party=party,
            role=PartyRole.GUARANTOR,
            guarantee=kind,
            guarantee_until=TODAY + timedelta(days=days),
        )
    page = logged_in("manager", new_page(size))
    page.goto("/time-limits/")
    sound(page)
    axe(page)
    shot(page, f"time-limits-{size['width']}")
    page.get_by_role("link", name="7日内").click()
    expect(page.get_by_text("剩余5天")).to_be_visible()
    expect(page.get_by_text("剩余28天")).to_have_count(0)
    sound(page)
    axe(page)
