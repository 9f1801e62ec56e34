"""In a real browser: the board of disposal, who is due, a case, counsel's leave."""

from __future__ import annotations

import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.disposal.cases import a_running, given_leave, proposed, step
from tests.server.staffing import NOW, TODAY, a_member
from tests.server.visit_world import a_published_day, officers
from tests.server.world import a_customer, vouched_facts
from zoufang.core.disposal import CostLine, FeeKind, MoneyStep, StageKind
from zoufang.server.book.models import LoanEntry
from zoufang.server.disposal import running
from zoufang.server.disposal.models import DisposalStage, StageStep, VillageHelp

LOOKS = [("desktop", "zh-hans"), ("phone", "zh-hans"), ("desktop", "en")]


@pytest.fixture
def stage(bank) -> DisposalStage:
    vouched_facts()
    party = a_customer("1", dpd=120)
    party.loans.update(security="mortgage")
    stage = a_running(party, StageKind.LITIGATION)
    step(stage, StageStep.Kind.ACCEPTED, case_number="（2026）鲁1426民初100号")
    running.book_money(
        id=uuid4(), stage=stage, line=CostLine(FeeKind.COURT, MoneyStep.ADVANCED, 55_000), on=TODAY,
        by=a_member("manager"), at=NOW,
    )  # fmt: skip
    running.set_date(
        id=uuid4(), stage=stage, kind="hearing", on=TODAY + timedelta(days=40), today=TODAY, minute=570,
        place="第三法庭", by=a_member("manager"), at=NOW,
    )  # fmt: skip
    given_leave(party)
    proposed(a_customer("2", name="李四光", north=0.2), StageKind.MEDIATION)
    a_customer("3", name="王五一", north=0.3, arrears_fen=8_000_000, dpd=200).loans.update(security="mortgage")
    return stage


@pytest.mark.parametrize(("size", "language"), LOOKS)
def test_the_pages_of_disposal_are_read(stage, logged_in, new_page, axe, shot, sound, size, language):
    page = logged_in("manager", new_page(PHONE if size == "phone" else DESKTOP), language=language)
    addresses = {
        "board": reverse("disposal_board"),
        "due": reverse("disposal_due"),
        "dates": reverse("disposal_dates"),
        "loan": reverse("disposal_loan", args=[stage.loan_id]),
        "case": reverse("disposal_case", args=[stage.pk]),
        "new": reverse("disposal_new", args=[stage.loan_id, "payment_order"]),
        "leave": reverse("leave_list"),
    }
    for name, address in addresses.items():
        page.goto(address)
        axe(page)
        sound(page)
        shot(page, f"disposal-{name}-{size}-{language}")


def test_a_step_is_recorded_on_a_phone(stage, logged_in, page_phone, axe, shot):
    page = logged_in("manager", page_phone)
    page.goto(reverse("disposal_case", args=[stage.pk]))
    page.locator("details.fold", has_text="登记案件进展").locator("summary").click()
    form = page.locator(f"form[action='{reverse('disposal_act', args=[stage.pk, 'step'])}']")
    form.locator("[name=kind]").select_option("served")
    axe(page)
    shot(page, "disposal-step-phone")
    form.locator("button").click()
    page.locator(".moment", has_text="已送达债务人").wait_for()
    assert StageStep.objects.filter(stage=stage, kind="served").count() == 1


@pytest.mark.parametrize(("size", "language"), LOOKS)
def test_a_case_file_is_read_and_taken_out(stage, logged_in, new_page, axe, shot, sound, tmp_path, size, language):
    entries = (("due", 100, {"principal_fen": 1_000_000, "interest_fen": 10_000}), ("payment", 60, {}))
    for kind, days, parts in entries:
        on = TODAY - timedelta(days=days)
        LoanEntry.objects.create(
            id=uuid4(), loan=stage.loan, kind=kind, on=on, posted_on=on, source_system="core",
            reference=f"E{days}",
            amount_fen=510_000 if kind == "payment" else 0, **parts,
        )  # fmt: skip
    page = logged_in("manager", new_page(PHONE if size == "phone" else DESKTOP), language=language)
    for kind in ("litigation", "write_off"):
        page.goto(reverse("case_file", args=[stage.loan_id, kind]))
        axe(page)
        sound(page)
        shot(page, f"disposal-file-{kind}-{size}-{language}")
    page.locator("[name=rate]").fill("18")
    with page.expect_download() as started:
        page.locator("form[action$='/file/out/'] button").click()
    path = tmp_path / "case.zip"
    started.value.save_as(path)
    with zipfile.ZipFile(path) as package:
        assert {"case.pdf", "arrears.csv", "manifest.json", "chain.json"} <= set(package.namelist())
    page.goto(reverse("disposal_loan", args=[stage.loan_id]))
    axe(page)


def test_a_visitor_asks_a_village_for_the_way(bank, new_page, live_server, axe, shot, sound):
    visit = a_published_day()[0]
    client = Client()
    client.force_login(officers(visit)[0])
    page, name = new_page(PHONE), settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page.goto(reverse("visit_page", args=[visit.pk]))
    page.locator(f"a[href='{reverse('village_ask', args=[visit.pk])}']").click()
    page.locator("#say-title").wait_for()
    axe(page)
    sound(page)
    shot(page, "disposal-village-phone")
    page.locator("[name=village]").fill("前王村")
    page.locator("form button[type=submit]").click()
    page.wait_for_url(f"**{reverse('visit_page', args=[visit.pk])}")
    assert VillageHelp.objects.count() == 1
