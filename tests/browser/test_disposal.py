"""In a real browser: the board of disposal, who is due, a case, counsel's leave."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.disposal.cases import a_running, given_leave, proposed, step
from tests.server.staffing import NOW, TODAY, a_member
from tests.server.world import a_customer, vouched_facts
from zoufang.core.disposal import CostLine, FeeKind, MoneyStep, StageKind
from zoufang.server.disposal import running
from zoufang.server.disposal.models import DisposalStage, StageStep

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
