"""Several days in a real browser: asked for by a form, shown as a table that fits a phone."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.browser.conftest import PHONE
from tests.server.staffing import NOW, TODAY, a_bank
from tests.server.world import a_crew, a_customer, a_study, vouched_facts
from zoufang.core.evaluation import Arm
from zoufang.server.daily.policies import planning_policy
from zoufang.server.staff.models import BankState


@pytest.fixture
def town(bank, monkeypatch):
    monkeypatch.setattr("zoufang.server.daily.planning.planning_policy", lambda: planning_policy(20))
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    vouched_facts()
    parties = [a_customer(f"C{n:02}", north=0.01 + n / 300, east=0.01 + n / 400) for n in range(40)]
    a_study(dict.fromkeys(parties, Arm.FREE))
    a_crew("K1"), a_crew("K2"), a_crew("K3", members=())
    assert a_bank()


@pytest.mark.parametrize(("language", "size"), [("zh-hans", "desktop"), ("en", "desktop"), ("zh-hans", "phone")])
def test_a_planner_has_five_days_planned_and_sees_who_goes_when(
    town, logged_in, new_page, axe, shot, sound, language, size
):
    page = new_page(PHONE) if size == "phone" else None
    page = logged_in("planner", page, language=language)
    page.goto("/plans/")
    page.locator("details.at-home summary").click()
    page.fill("#id_first", TODAY.isoformat())
    page.locator("form.days-form button[type=submit]").click()
    page.wait_for_url(f"**/plans/days/{TODAY}x5/")
    assert page.locator("table.days tbody tr").count() == 3
    assert page.locator("table.days tbody td a").count() >= 5
    axe(page)
    sound(page)
    shot(page, f"several-days-{size}-{language}")
