"""The visitor's app in a real browser: a visit without signal, later sync, nothing acknowledged that is lost."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.field.a_phone import APhone, made
from tests.server.language_check import strangers
from tests.server.staffing import TODAY, a_member
from tests.server.visit_world import a_published_day, officers
from tests.server.world import ID_NO
from zoufang.core.evidence import Original
from zoufang.core.visits import CheckedIn, Outcome, OutcomeRecorded
from zoufang.server.agreements.models import Promise
from zoufang.server.field import devices
from zoufang.server.field.models import Blob, Device, Envelope
from zoufang.server.staff.clock import now
from zoufang.server.staff.people import deactivate
from zoufang.server.visiting import evidence
from zoufang.server.visiting.models import Visit, VisitEvent

HERE = {"latitude": 37.175, "longitude": 116.444, "accuracy": 12}
SENT, UNSENT = "全部已上传", "条未上传"


@pytest.fixture
def visit(bank) -> Visit:
    return a_published_day()[0]


@pytest.fixture
def phone_of(new_page, live_server):
    def sign_in(user, *, language: str = "zh-hans") -> Page:
        page = new_page(PHONE)
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookies = {settings.SESSION_COOKIE_NAME: session, settings.LANGUAGE_COOKIE_NAME: language}
        page.context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
        page.context.grant_permissions(["geolocation"])
        page.context.set_geolocation(HERE)
        page.set_default_timeout(30_000)
        page.taps = 0
        return page

    return sign_in


def tap(page: Page, name: str, *, role: str = "button") -> None:
    page.get_by_role(role, name=name, exact=True).click()
    page.taps += 1


def take_day(page: Page, name: str = "带上当日外访") -> None:
    page.goto("/field/")
    tap(page, name)
    expect(page.locator(".stop").first).to_be_visible()
    page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    page.taps = 0


def open_stop(page: Page) -> None:
    page.locator("a.stop").first.click()
    page.taps += 1


def nobody_home(page: Page) -> None:
    tap(page, "签到")
    tap(page, "无人应门")
    tap(page, "无人在家")
    tap(page, "签退")
    tap(page, "结束外访")
    expect(page.locator("main")).to_contain_text("本机已结束这次外访")


def synced(page: Page) -> None:
    expect(page.locator(".status")).to_contain_text(SENT, timeout=20_000)


def test_a_visit_without_signal_from_the_first_tap_to_a_later_sync(visit, phone_of, axe, sound, shot):
    first, second = officers(visit)
    page, mate = phone_of(first), phone_of(second)
    page.goto("/field/")
    expect(page.get_by_role("button", name="带上当日外访")).to_be_visible()
    shot(page, "field-home")
    axe(page)
    for one in (page, mate):
        take_day(one)
        synced(one)
        one.context.set_offline(True)
        one.reload()
        expect(one.locator(".stop").first).to_be_visible()
    shot(page, "field-stops")
    axe(page)
    open_stop(mate)
    tap(mate, "签到")
    expect(mate.locator(".status")).to_contain_text(UNSENT)
    open_stop(page)
    expect(page.locator("main")).to_contain_text("到达门口")
    shot(page, "field-door")
    axe(page)
    nobody_home(page)
    assert page.taps <= 12
    expect(page.locator(".status")).to_contain_text(UNSENT)
    shot(page, "field-closed")
    page.goto("/field/#/phone")
    expect(page.locator("main")).to_contain_text("尚未上传：5 条")
    shot(page, "field-phone")
    axe(page)
    assert not VisitEvent.objects.exists()
    for one in (page, mate):
        one.context.set_offline(False)
        synced(one)
    visit.refresh_from_db()
    assert (visit.outcome, Envelope.objects.filter(state="accepted").count()) == ("not_home", 5)
    expect(page.locator("main")).to_contain_text("被系统搁置：1 条")
    tap(mate, "由搭档记录，我签退")
    expect(mate.locator("main")).to_contain_text("其余由搭档的手机记录")
    synced(mate)
    visit.refresh_from_db()
    assert visit.state == "closed"
    assert VisitEvent.objects.count() == Envelope.objects.filter(state="accepted").count() == 7
    assert {event.accuracy_m for event in VisitEvent.objects.filter(kind="checked_in")} == {12.0}
    assert abs(VisitEvent.objects.earliest("device_at").device_at - now()) < timedelta(minutes=10)
    assert page.wrong == [] or all("Failed to load" in said or "ERR_INTERNET" in said for said in page.wrong)


def test_a_page_that_is_killed_half_way_loses_nothing_that_was_acknowledged(visit, phone_of):
    page = phone_of(officers(visit)[0])
    take_day(page)
    page.context.set_offline(True)
    open_stop(page)
    tap(page, "签到")
    tap(page, "无人应门")
    expect(page.locator("main")).to_contain_text("结果如何")
    context, address = page.context, page.url
    page.close()
    again = context.new_page()
    again.goto(address)
    expect(again.locator("main")).to_contain_text("结果如何")
    # Cut off while the answer is under way: the server has it, the phone doesn't know.
    again.route("**/field/api/outbox/", lambda route: (route.fetch(), route.abort()))
    context.set_offline(False)
    again.wait_for_timeout(3_000)
    assert VisitEvent.objects.count() == 2
    expect(again.locator(".status")).to_contain_text(UNSENT)
    again.unroute("**/field/api/outbox/")
    again.goto("/field/#/phone")
    again.reload()
    again.get_by_role("button", name="立即上传").click()
    synced(again)
    assert VisitEvent.objects.count() == Envelope.objects.count() == 2


def test_the_amount_opens_with_the_digits_that_the_person_tells_and_lies_nowhere_before(
    visit, phone_of, axe, shot
):
    page = phone_of(officers(visit)[0], language="en")
    take_day(page, "Take the day along")
    assert not strangers(page.content(), "en")
    page.context.set_offline(True)
    open_stop(page)
    tap(page, "Check in")
    tap(page, "Borrower")
    assert "30,000.00" not in page.content()
    page.get_by_label("Last four digits").fill("0000")
    tap(page, "Check")
    expect(page.locator(".notice")).to_contain_text("not those of this person")
    page.get_by_label("Last four digits").fill(ID_NO[-4:])
    shot(page, "field-identify-en")
    axe(page)
    tap(page, "Check")
    expect(page.locator("main")).to_contain_text("30,000.00")
    shot(page, "field-identified-en")
    axe(page)
    assert not strangers(page.content(), "en")
    page.locator("summary", has_text="Promise to pay").click()
    page.get_by_label("Amount in yuan").fill("500.5")
    page.get_by_label("By what day").fill((TODAY + timedelta(days=7)).isoformat())
    page.get_by_label("The bank's app").check()
    shot(page, "field-promise-en")
    axe(page)
    tap(page, "Record the promise")
    expect(page.locator(".status")).to_contain_text("4 not sent")
    page.context.set_offline(False)
    expect(page.locator(".status")).to_contain_text("all sent", timeout=20_000)
    assert Promise.objects.get().amount_fen == 50_050


def test_a_photo_taken_without_signal_goes_in_chunks_and_on_after_a_cut(visit, phone_of, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "ZOUFANG_FILES", tmp_path)
    page = phone_of(officers(visit)[0])
    take_day(page)
    page.context.set_offline(True)
    open_stop(page)
    tap(page, "签到")
    expect(page.locator("main")).to_contain_text("谁开的门")
    page.locator("summary", has_text="建筑外观照片").click()
    # What cannot be drawn smaller goes as it is: four chunks.
    photo = {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": os.urandom(200_000)}
    page.get_by_label("拍照").set_input_files(photo)
    expect(page.locator(".status")).to_contain_text("3 条未上传")
    seen = []

    def cut_the_second_chunk_once(route):
        seen.append(route.request.url)
        if len(seen) == 2:
            route.abort()
        else:
            route.continue_()

    page.route("**/field/api/files/*/*/", cut_the_second_chunk_once)
    page.context.set_offline(False)
    page.goto("/field/#/phone")
    expect(page.locator(".status")).to_contain_text(UNSENT)
    for _try in range(5):
        page.get_by_role("button", name="立即上传").click()
        page.wait_for_timeout(1_500)
    synced(page)
    blob = Blob.objects.get()
    assert blob.kept_at is not None
    assert len(seen) == blob.chunks.count() + 1
    row = VisitEvent.objects.get(kind="evidence_added")
    assert evidence.original_of(row) is Original.WHOLE


def test_logging_out_with_unsent_work_refuses_and_the_end_of_a_lease_deletes_the_day(visit, phone_of):
    page = phone_of(officers(visit)[0])
    take_day(page)
    page.context.set_offline(True)
    open_stop(page)
    tap(page, "签到")
    page.goto("/field/#/phone")
    tap(page, "退出并删除当日数据")
    expect(page.locator(".notice")).to_contain_text("还有 1 条记录未上传")
    page.clock.install(time=page.evaluate("Date.now() + 26 * 3600 * 1000"))
    page.goto("/field/#/")
    page.reload()
    expect(page.locator("main")).to_contain_text("当日数据已到期并删除")
    kept = page.evaluate(
        """() => new Promise((tell) => { const ask = indexedDB.open("zoufang-field"); ask.onsuccess = () => {
        const read = ask.result.transaction(["keys", "log", "outbox"]); const got = {};
        for (const name of ["keys", "log", "outbox"]) {
          const count = read.objectStore(name).count(); count.onsuccess = () => { got[name] = count.result; }; }
        read.oncomplete = () => tell(got); }; })"""
    )
    assert kept == {"keys": 0, "log": 0, "outbox": 1}


def test_a_deactivated_visitors_phone_forgets_the_day_and_still_delivers(visit, phone_of):
    page = phone_of(officers(visit)[0])
    take_day(page)
    page.context.set_offline(True)
    open_stop(page)
    tap(page, "签到")
    expect(page.locator("main")).to_contain_text("谁开的门")
    deactivate(user=officers(visit)[0], by=a_member("administrator"), at=now())
    page.context.set_offline(False)
    expect(page.locator("main")).to_contain_text("登录", timeout=20_000)
    assert visit.party.identity["name"] not in page.content()
    assert Envelope.objects.get().state == "quarantined"
    assert Device.objects.get().unsent == 0


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_desk_shows_phones_and_both_versions(visit, logged_in, new_page, language, axe, sound, shot):
    first, mate = (APhone(user) for user in officers(visit))
    for phone in (first, mate):
        phone.take_day(TODAY)
        phone.record(made(CheckedIn, visit, phone.user, 1))
        phone.sync()
    for phone, outcome in ((first, Outcome.NOT_HOME), (mate, Outcome.MOVED)):
        phone.hear_of(visit)
        phone.record(made(OutcomeRecorded, visit, phone.user, 5, outcome=outcome))
    first.sync()
    mate.sync()
    devices.ask_wipe(device=first.device, by=a_member("compliance"), at=now(), why="手机被盗")
    row = Envelope.objects.get(state="conflict")
    for size in (DESKTOP, PHONE):
        page = logged_in("manager", new_page(size), language=language)
        for name, address in (
            ("desk", reverse("field_desk")),
            ("entry", reverse("field_entry", args=[row.pk])),
        ):
            page.goto(address)
            shot(page, f"field-{name}-{language}-{size['width']}")
            assert not strangers(page.content(), language)
            axe(page)
            sound(page)
