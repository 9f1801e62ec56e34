"""A planner enters cars and a budget, on a desktop and on a phone, and both pages stand without complaint."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.browser.conftest import PHONE
from tests.server.staffing import a_bank
from tests.server.world import a_crew
from zoufang.server.visiting.models import BranchBudget, BranchCars

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_cars_and_a_budget_are_entered_and_shown(bank, logged_in, new_page, axe, shot, sound, phone):
    a_crew("K1")
    page = logged_in("planner", new_page(PHONE) if phone else None)
    name = "phone" if phone else "desktop"
    page.goto(reverse("crew_list"))
    sound(page)
    axe(page)
    page.goto(reverse("branch_means"))
    page.locator(f"#cars-{a_bank().pk}").fill("3")
    page.locator("main form button").first.click()
    page.locator(".alert-success").wait_for()
    assert BranchCars.objects.get().cars == 3
    page.goto(reverse("budget_new"))
    sound(page)
    axe(page)
    page.locator("[name=name]").fill("五月油费")
    page.locator("[name=counts]").select_option("fen")
    page.locator("[name=limit]").fill("12000")
    page.locator("[name=period]").select_option("month")
    shot(page, f"budget-{name}")
    page.locator("main form button[type=submit]").click()
    page.get_by_text("五月油费").first.wait_for()
    assert BranchBudget.objects.get().limit == 1_200_000
    shot(page, f"means-{name}")
    sound(page)
    axe(page)


def test_overtime_and_ways_to_go_are_entered_on_the_crews_page(bank, logged_in, axe, shot, sound):
    crew = a_crew("K1")
    page = logged_in("planner")
    page.goto(reverse("crew_change", args=["K1"]))
    page.locator("[name=modes]").select_option("car,ebike")
    page.locator("[name=overtime_minutes]").fill("60")
    page.locator("[name=overtime_yuan]").fill("90")
    sound(page)
    axe(page)
    shot(page, "crew-overtime")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**" + reverse("crew_list"))
    crew.refresh_from_db()
    assert (crew.modes, crew.overtime_minutes, crew.overtime_fen_per_minute) == (["car", "ebike"], 60, 150)
    shot(page, "crews-overtime")
