"""In a real browser: the evidence pack of a visit, and the package that leaves."""

from __future__ import annotations

import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.door_phone import Phone, leave, talk
from tests.server.visit_world import a_published_day, officers

LOOKS = [("desktop", "zh-hans"), ("phone", "zh-hans"), ("desktop", "en")]


@pytest.fixture
def visit(bank, settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path / "files"
    visit = a_published_day()[0]
    phones = [Phone(visit, user) for user in officers(visit)]
    talk(phones)
    phones[0].take("evidence_added", evidence="door_photo", file=SimpleUploadedFile("door.jpg", b"\xff\xd8\xff x"))
    leave(phones)
    return visit


@pytest.mark.parametrize(("size", "language"), LOOKS)
def test_the_pack_is_read_and_taken_out(visit, logged_in, new_page, axe, shot, sound, tmp_path, size, language):
    page = logged_in("compliance", new_page(PHONE if size == "phone" else DESKTOP), language=language)
    page.goto(reverse("visit_detail", args=[visit.pk]))
    page.locator(f"a[href='{reverse('evidence_pack', args=[visit.pk])}']").click()
    page.locator(".grade-mark").wait_for()
    axe(page)
    sound(page)
    shot(page, f"evidence-pack-{size}-{language}")
    page.locator("[name=purpose]").select_option("court")
    page.locator("[name=in_clear]").check()
    with page.expect_download() as started:
        page.locator(f"form[action='{reverse('evidence_export', args=[visit.pk])}'] button").click()
    path = tmp_path / "evidence.zip"
    started.value.save_as(path)
    with zipfile.ZipFile(path) as package:
        assert "manifest.json" in package.namelist()
        assert package.read("evidence.pdf").startswith(b"%PDF")
    page.goto(reverse("evidence_pack", args=[visit.pk]))
    page.locator("#out-title").wait_for()
    axe(page)
    shot(page, f"evidence-exported-{size}-{language}")


def test_names_for_internal_audit_are_refused_in_words(visit, logged_in, axe, sound, shot):
    page = logged_in("compliance")
    page.goto(reverse("evidence_pack", args=[visit.pk]))
    page.locator("[name=purpose]").select_option("audit")
    page.locator("[name=in_clear]").check()
    page.locator(f"form[action='{reverse('evidence_export', args=[visit.pk])}'] button").click()
    page.locator(".alert-danger").wait_for()
    axe(page)
    shot(page, "evidence-refused")
