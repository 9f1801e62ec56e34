"""In a real browser: print the day on paper, key a form in, check it, and lose a pack."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.visit_world import TEN, a_published_day, officers
from zoufang.server.evidence.models import DayPack, PaperVisit
from zoufang.server.staff.models import BankState

LOOKS = [("desktop", "zh-hans"), ("phone", "zh-hans"), ("desktop", "en")]


@pytest.fixture
def visit(bank, settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path / "files"
    return a_published_day()[0]


def evening() -> None:
    BankState.objects.update(clock_shift_s=int((TEN + timedelta(hours=9) - timezone.now()).total_seconds()))


@pytest.mark.parametrize(("size", "language"), LOOKS)
def test_a_pack_is_printed_keyed_in_checked_and_lost(
    visit, logged_in, new_page, axe, shot, sound, tmp_path, size, language
):
    look = PHONE if size == "phone" else DESKTOP
    page = logged_in("planner", new_page(look), language=language)
    page.goto(reverse("plan", args=[visit.stop.plan_id]))
    with page.expect_download() as started:
        page.locator(f"button[formaction='{reverse('plan_day_pack', args=[visit.stop.plan_id])}']").first.click()
    path = tmp_path / "pack.pdf"
    started.value.save_as(path)
    assert path.read_bytes().startswith(b"%PDF")
    pack = DayPack.objects.get()
    page.goto(reverse("day_pack", args=[pack.pk]))
    page.locator("#forms-title").wait_for()
    axe(page), sound(page)
    shot(page, f"day-pack-{size}-{language}")
    evening()
    number = next(form["no"] for form in pack.forms if form["visit"] == str(visit.pk))
    page.goto(reverse("day_pack_list"))
    page.locator("[name=no]").fill(number)
    page.locator(f"form[action='{reverse('paper_visit_find')}'] button").click()
    page.locator("[name=writer]").wait_for()
    axe(page), sound(page)
    shot(page, f"paper-key-in-{size}-{language}")
    key(page, visit, tmp_path)
    paper = PaperVisit.objects.get()
    page = logged_in("compliance", new_page(look), language=language)
    page.goto(reverse("paper_visit_check", args=[paper.paper_no]))
    page.locator("#written-title").wait_for()
    axe(page), sound(page)
    shot(page, f"paper-check-{size}-{language}")
    page.locator("[name=finding][value=not_lawful]").check()
    page.locator("[name=note]").fill("告知早于核实，已提醒")
    page.locator("#check-title").locator("xpath=../..").locator("button[type=submit]").click()
    page.goto(reverse("evidence_pack", args=[visit.pk]))
    page.locator(".grade-mark").wait_for()
    axe(page)
    shot(page, f"paper-evidence-{size}-{language}")
    page.goto(reverse("day_pack", args=[pack.pk]))
    page.locator("[name=where]").fill("十点在公交站")
    page.locator(f"form[action='{reverse('day_pack_lost', args=[pack.pk])}'] button").click()
    page.locator("#assess-title").wait_for()
    axe(page), sound(page)
    shot(page, f"day-pack-lost-{size}-{language}")
    page.goto(reverse("day_pack_list"))
    axe(page), sound(page)
    shot(page, f"day-packs-{size}-{language}")


def key(page, visit, tmp_path) -> None:
    """The debt was spoken of before the person was identified."""
    first, second = officers(visit)
    for who in (first, second):
        page.locator(f"[name=arrived_{who.pk}]").fill("10:05")
        page.locator(f"[name=left_{who.pk}]").fill("10:25")
    page.locator("[name=met]").select_option("debtor")
    page.locator("[name=identity]").select_option("id_shown")
    page.locator("[name=passed]").select_option("yes")
    page.locator("[name=identified_at]").fill("10:10")
    page.locator("[name=told]").check()
    page.locator("[name=told_at]").fill("10:07")
    page.locator("[name=no_signs]").check()
    page.locator("[name=outcome]").select_option("met")
    scan = tmp_path / "page.pdf"
    scan.write_bytes(b"%PDF-1.7 scan")
    page.locator("[name=scan]").set_input_files(str(scan))
    page.locator("main form button[type=submit]").click()
    page.locator("#forms-title").wait_for()
