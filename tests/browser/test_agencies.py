"""In a real browser: the register of agencies, placing a batch, and an agency's own pages on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.agencies.agency_world import DUE, a_batch, a_debtor, an_agency, nine_o_clock
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from zoufang.server.agencies.batches import take_back
from zoufang.server.agencies.models import Placement
from zoufang.server.agencies.settling import Paper, take_statement
from zoufang.server.book.models import LoanEntry
from zoufang.server.book.services import NewEntry, write_entries
from zoufang.server.oversight.models import Stop
from zoufang.server.oversight.services import open_complaint, set_stop
from zoufang.server.staff.ids import new_id

LOOKS = [("desktop", "zh-hans"), ("phone", "zh-hans"), ("desktop", "en")]


@pytest.fixture
def agency(bank):
    nine_o_clock()
    return an_agency(user=a_member("agency"))


@pytest.mark.parametrize(("size", "language"), LOOKS)
def test_the_register_and_a_batch_by_the_gate(agency, logged_in, new_page, axe, sound, shot, size, language):
    parties = [a_debtor(f"k{n}", name=f"赵{name}") for n, name in enumerate("一二三四五")]
    for party, kind in zip(parties, (Stop.Kind.HARDSHIP_REVIEW, Stop.Kind.DISPUTE), strict=False):
        set_stop(id=new_id(), party=party, kind=kind, since=TODAY, by=None, at=NOW)
    page = logged_in("manager", new_page(PHONE if size == "phone" else DESKTOP), language=language)
    page.goto(reverse("agency_list"))
    axe(page)
    sound(page)
    shot(page, f"agencies-list-{size}-{language}")
    page.locator(f"a[href='{reverse('agency', args=[agency.pk])}']").click()
    page.locator(f"a[href='{reverse('agency_batch_new', args=[agency.pk])}']").click()
    page.locator("[name=due_back]").fill(DUE.isoformat())
    page.locator("form[method=get] button[type=submit]").click()
    page.locator("#refused").wait_for()
    axe(page)
    sound(page)
    shot(page, f"agencies-place-{size}-{language}")
    page.locator("form[method=post] [name=case]").first.uncheck()
    page.locator("form[action$='/place/'] button[type=submit]").click()
    page.locator("main table").wait_for()
    assert Placement.objects.count() == 2
    axe(page)
    sound(page)
    shot(page, f"agencies-batch-{size}-{language}")


@pytest.mark.parametrize(("size", "language"), LOOKS)
def test_one_agency_and_its_money(agency, logged_in, new_page, axe, sound, shot, size, language):
    party, other = a_debtor("a"), a_debtor("b")
    batch = a_batch(agency, party, other)
    open_complaint(id=new_id(), party=other, about="conduct", text="x", opened_on=TODAY, by=None, at=NOW)
    _paid_earlier(batch, party)
    case = Placement.objects.get(party=party).case_no
    head = "案件编号,还款日期,还款金额（元）,佣金（元）\n"
    text = f"{head}{case},{TODAY - timedelta(days=3)},1000.00,151.00\nX-1,{TODAY},5,1\n"
    statement, _no = take_statement(
        agency=agency,
        since=TODAY - timedelta(days=9),
        until=TODAY,
        paper=Paper("五月对账单.csv", text.encode()),
        by=a_member("manager"),
        at=NOW,
    )
    page = logged_in("compliance", new_page(PHONE if size == "phone" else DESKTOP), language=language)
    pages = {
        "agency": reverse("agency", args=[agency.pk]),
        "commission": reverse("agency_commission", args=[agency.pk]),
        "statement": reverse("agency_statement", args=[statement.pk]),
        "contract": reverse("agency_contract_new", args=[agency.pk]),
    }
    for name, url in pages.items():
        page.goto(url)
        page.locator("main .card").first.wait_for()
        axe(page)
        sound(page)
        shot(page, f"agencies-{name}-{size}-{language}")


def _paid_earlier(batch, party):
    start = TODAY - timedelta(days=8)
    type(batch).objects.update(placed_on=start)
    Placement.objects.update(placed_on=start)
    entry = NewEntry(
        loan_id=party.loans.get().pk,
        kind=LoanEntry.Kind.PAYMENT,
        on=TODAY - timedelta(days=3),
        source_system="core",
        reference="p1",
        posted_on=TODAY,
        amount_fen=100_000,
    )
    write_entries(entries=[entry], by=None, branch=a_bank(), at=NOW)


@pytest.mark.parametrize(("size", "language"), LOOKS)
def test_an_agencys_own_day(agency, logged_in, new_page, axe, sound, shot, size, language):
    a_batch(agency, a_debtor("a", name="欧阳锋"), a_debtor("b"))
    over = a_batch(agency, a_debtor("c"))
    take_back(
        placements=over.placements.all(), reason="到期", by=a_member("manager"), on=TODAY, at=NOW, recalled=False
    )
    page = logged_in("agency", new_page(PHONE if size == "phone" else DESKTOP), language=language)
    page.goto(reverse("start"))
    axe(page)
    sound(page)
    shot(page, f"agency-start-{size}-{language}")
    page.goto(reverse("my_cases"))
    axe(page)
    sound(page)
    page.locator("main th a").first.click()
    page.locator("#reveal").wait_for()
    page.locator("[name=what]").select_option("phone")
    page.locator("form[hx-post] button").click()
    page.locator(".revealed").wait_for()
    page.locator("[name=channel]").select_option("call")
    page.locator("[name=result]").select_option("unanswered")
    page.locator("form[action$='/contact/'] button[type=submit]").click()
    page.locator("#done").wait_for()
    axe(page)
    sound(page)
    shot(page, f"agency-case-{size}-{language}")
    for name in ("my_deletions", "my_contact_sheet"):
        page.goto(reverse(name))
        axe(page)
        sound(page)
        shot(page, f"agency-{name}-{size}-{language}")
