"""The line is cut fifty times, before and after the server has heard: nothing lost or doubled."""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.browser.test_field_app import open_stop, phone_of, synced, take_day, tap, visit
from tests.server.visit_world import officers
from zoufang.core.evidence import Original
from zoufang.server.book import vault
from zoufang.server.field.models import Blob, Envelope
from zoufang.server.visiting import evidence
from zoufang.server.visiting.models import VisitEvent

__all__ = ["phone_of", "visit"]  # the fixtures of the app's own tests
CUTS, NOTES = 50, 6


@pytest.mark.slow
def test_fifty_cuts_at_random_points_of_a_sync_lose_nothing_and_double_nothing(
    visit, phone_of, tmp_path, monkeypatch
):
    monkeypatch.setattr(settings, "ZOUFANG_FILES", tmp_path)
    page = phone_of(officers(visit)[0])
    take_day(page)
    page.context.set_offline(True)
    open_stop(page)
    tap(page, "签到")
    for number in range(NOTES):
        page.locator("summary", has_text="备注").click()
        page.get_by_label("备注").fill(f"第{number}条")
        page.get_by_role("button", name="记录", exact=True).last.click()
        expect(page.locator(".status")).to_contain_text(f"{number + 2} 条未上传")
    page.locator("summary", has_text="建筑外观照片").click()
    photo = {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": os.urandom(300_000)}
    page.get_by_label("拍照").set_input_files(photo)
    expect(page.locator(".status")).to_contain_text(f"{NOTES + 3} 条未上传")

    draw, cuts = random.Random(7), Counter()

    def the_line(route):
        fate = draw.choice(("before", "after", "through")) if cuts.total() < CUTS else "through"
        if fate == "through":
            return route.continue_()
        if fate == "after":
            route.fetch()
        cuts[fate] += 1
        return route.abort()

    page.route("**/field/api/**", the_line)
    page.goto("/field/#/phone")
    page.context.set_offline(False)
    for _attempt in range(400):
        page.get_by_role("button", name="立即上传").click()
        page.wait_for_timeout(400)
        if cuts.total() >= CUTS and "全部已上传" in page.locator(".status").inner_text():
            break
    synced(page)
    assert min(cuts["before"], cuts["after"]) > CUTS // 4
    rows = VisitEvent.objects.all()
    assert Counter(row.kind for row in rows) == {"checked_in": 1, "note_added": NOTES, "evidence_added": 1}
    notes = [
        vault.unseal(visit.party.key, row.sealed_note, "visit_note") for row in rows.filter(kind="note_added")
    ]
    assert sorted(note["text"] for note in notes) == [f"第{number}条" for number in range(NOTES)]
    assert set(Envelope.objects.values_list("event_id", flat=True)) == {row.pk for row in rows}
    assert Envelope.objects.count() == len(rows)
    assert Blob.objects.get().kept_at is not None
    assert evidence.original_of(rows.get(kind="evidence_added")) is Original.WHOLE
