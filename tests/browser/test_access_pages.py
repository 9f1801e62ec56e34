"""Looks, files taken out, and retention: as compliance sees them at the desk and on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_customer
from zoufang.server.book import exports
from zoufang.server.book.models import LegalHold, LoanState
from zoufang.server.book.services import reveal
from zoufang.server.daily.retention import propose, set_hold
from zoufang.server.staff.models import BankState


@pytest.fixture
def looks(bank, settings):
    settings.ZOUFANG_REVEALS_A_DAY = 2
    a_bank()
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()), business_date=TODAY)
    for number in range(3):
        reveal(party=a_customer(f"C{number}"), what="phone", purpose="call", by=a_member("manager"), at=NOW)
    reason = "配合街道办核对住址"
    party = a_customer("C7")
    reveal(party=party, what="address", purpose="other", by=a_member("planner"), at=NOW, reason=reason)
    mark = exports.stamp(a_member("manager"), NOW)
    exports.keep_export(mark=mark, kind="report", content=b"x", subject="daily 2026-05-11")
    past = a_customer("C8")
    LoanState.objects.filter(loan__debtor=past).update(open=False, as_of=TODAY - timedelta(days=4000))
    propose(today=TODAY, at=NOW)
    given = {
        "ground": LegalHold.Ground.LITIGATION,
        "reference": "(2026)鲁14民初1号",
        "since": TODAY,
        "until": None,
    }
    set_hold(party=party, by=a_member("compliance"), at=NOW, **given)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_compliance_reads_looks_files_and_what_is_due(size, looks, logged_in, new_page, axe, shot, sound):
    page = logged_in("compliance", new_page(size))
    for where in ("reveals", "exports", "retention"):
        page.goto(f"/{where}/")
        sound(page)
        axe(page)
        shot(page, f"access-{where}-{size['width']}")
    page.locator("#due-title").wait_for()
    page.locator("tbody a").first.click()
    sound(page)
    axe(page)
    shot(page, f"access-deletion-{size['width']}")
