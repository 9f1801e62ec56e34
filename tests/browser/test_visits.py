"""A visit on a phone of 360 pixels, by two visitors with a log-in each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.language_check import strangers
from tests.server.staffing import PASSWORD, TODAY, a_member
from tests.server.visit_world import a_published_day, officers
from zoufang.server.agreements.models import Promise, RepaymentPlan
from zoufang.server.staff.models import User
from zoufang.server.visiting.models import Visit, VisitEvent

HERE = {"latitude": 37.175, "longitude": 116.444, "accuracy": 12}


@pytest.fixture
def visit(bank) -> Visit:
    return a_published_day()[0]


@pytest.fixture
def phone_of(new_page, live_server):
    """`phone_of(officer)`: a phone of its own, signed in; `at` None keeps the position to itself."""

    def sign_in(user: User, *, language: str = "zh-hans", at=HERE, size=PHONE):
        page = new_page(size)
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookies = {settings.SESSION_COOKIE_NAME: session, settings.LANGUAGE_COOKIE_NAME: language}
        page.context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
        if at is not None:
            page.context.grant_permissions(["geolocation"])
            page.context.set_geolocation(at)
        return page

    return sign_in


def form(page, kind):
    """The step's form, its panel opened if need be."""
    found = page.locator(f"form[action$='/steps/{kind}/']")
    panels = page.locator(f"details:not([open]):has(form[action$='/steps/{kind}/'])")
    while panels.count():
        panels.first.locator("> summary").click()
    return found


def pick(found, name, code):
    found.locator(f"label.pick:has([name={name}][value={code}])").click()


def send(page, found):
    with page.expect_navigation():
        found.locator("[type=submit]").click()


def check_in(page, visit):
    page.goto(reverse("visit_page", args=[visit.pk]))
    send(page, form(page, "checked_in"))


def identify(page, who="debtor"):
    met = form(page, "person_met")
    pick(met, "who", who)
    send(page, met)
    check = form(page, "person_identified")
    pick(check, "method", "name_and_id_tail")
    pick(check, "passed", "yes")
    send(page, check)


def test_a_full_visit_with_a_promise_and_a_plan(visit, phone_of, axe, shot, sound):
    first, second = officers(visit)
    page, mate = phone_of(first), phone_of(second)
    page.goto(reverse("my_day"))
    page.get_by_role("button", name="显示姓名").first.click()
    expect(page.locator(".next-stop .who-name")).to_have_text(visit.party.identity["name"])
    page.get_by_role("button", name="显示地址并导航").first.click()
    expect(page.get_by_role("link", name="高德导航")).to_be_visible()
    shot(page, "visits-my-day")
    axe(page)
    sound(page)
    page.get_by_role("link", name="打开外访").click()
    check_in(page, visit)
    check_in(mate, visit)
    arrived = VisitEvent.objects.filter(kind="checked_in")
    assert {event.accuracy_m for event in arrived} == {12.0}
    page.reload()
    assert "30,000.00" not in page.content()
    identify(page)
    expect(page.locator(".debt")).to_contain_text("30,000.00")
    shot(page, "visits-identified")
    alone = form(page, "recording_refused")
    pick(alone, "reason", "customer_refused")
    alone.locator("[name=note]").fill("客户不同意录音")
    alone.locator("[name=password]").fill(PASSWORD)
    send(page, alone)
    send(page, form(page, "disclosure_made"))
    send(page, form(page, "vulnerability_checked"))
    promise = form(page, "promise_given")
    promise.locator("[name=amount]").fill("500")
    promise.locator("[name=due]").fill((TODAY + timedelta(days=7)).isoformat())
    pick(promise, "channel", "bank_app")
    send(page, promise)
    axe(page)
    sound(page)
    page.get_by_role("link", name="收支情况与还款方案").click()
    means = page.locator("form[data-once]").last
    means.locator("[name=household]").fill("3")
    pick(means, "income_known", "listed")
    means.locator("[name=kind_0]").select_option("wages")
    means.locator("[name=amount_0]").fill("9000")
    means.locator("[name=spending]").fill("3000")
    pick(means, "debts_known", "none")
    shot(page, "visits-means")
    axe(page)
    send(page, means)
    shot(page, "visits-offers")
    axe(page)
    sound(page)
    with page.expect_navigation():
        page.get_by_role("button", name="客户选择此方案").first.click()
    assert RepaymentPlan.objects.get().visit_id == visit.pk
    page.goto(reverse("visit_page", args=[visit.pk]))
    result = form(page, "outcome_recorded")
    result.locator("[name=ability]").select_option("instalments")
    result.locator("[name=willingness]").select_option("committed")
    send(page, result)
    send(page, form(page, "checked_out"))
    mate.reload()
    send(mate, form(mate, "checked_out"))
    page.reload()
    send(page, form(page, "closed"))
    expect(page.locator(".now-card")).to_contain_text("本次外访已无待办")
    assert Promise.objects.get().amount_fen == 50_000
    visit.refresh_from_db()
    assert (visit.state, visit.outcome, visit.ability) == ("closed", "met", "instalments")
    sound(page)


def test_nobody_at_home_without_permission_for_the_position(visit, phone_of, axe, shot, sound):
    first, second = officers(visit)
    page, mate = phone_of(first, at=None, language="en"), phone_of(second, at=None)
    check_in(page, visit)
    check_in(mate, visit)
    assert not VisitEvent.objects.filter(accuracy_m__isnull=False).exists()
    page.reload()
    expect(page.locator(".crew-state")).to_contain_text("position not known")
    met = form(page, "person_met")
    pick(met, "who", "nobody")
    send(page, met)
    send(page, form(page, "outcome_recorded"))
    send(page, form(page, "checked_out"))
    mate.reload()
    send(mate, form(mate, "checked_out"))
    page.reload()
    assert not strangers(page.content(), "en")
    shot(page, "visits-not-home-en")
    axe(page)
    send(page, form(page, "closed"))
    visit.refresh_from_db()
    assert (visit.state, visit.outcome) == ("closed", "not_home")
    sound(page)


def test_the_amount_is_nowhere_in_the_page_before_the_identity_check(visit, phone_of):
    page = phone_of(officers(visit)[0])
    for address in (reverse("my_day"), reverse("visit_page", args=[visit.pk])):
        page.goto(address)
        assert not [text for text in ("30,000.00", "3000000", "90,000.00") if text in page.content()]


def test_two_touches_on_one_button_make_one_event(visit, phone_of):
    page = phone_of(officers(visit)[0])
    page.goto(reverse("visit_page", args=[visit.pk]))
    with page.expect_navigation():
        page.locator("form[action$='/steps/checked_in/'] [type=submit]").dblclick()
    page.reload()
    # Going back and sending the same form again is the same event, too.
    page.goto(reverse("visit_page", args=[visit.pk]))
    met = form(page, "person_met")
    pick(met, "who", "nobody")
    send(page, met)
    page.go_back()
    met = form(page, "person_met")
    if not met.locator("[value=nobody]").is_checked():
        pick(met, "who", "nobody")
    send(page, met)
    kinds = list(VisitEvent.objects.values_list("kind", flat=True))
    assert kinds.count("checked_in") == 1
    assert len(set(VisitEvent.objects.values_list("pk", flat=True))) == len(kinds)


def test_leaving_for_safety_is_two_touches_from_anywhere(visit, phone_of, axe, shot):
    page = phone_of(officers(visit)[0])
    check_in(page, visit)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.locator(".safety-bar summary", has_text="立即撤离").click()
    page.screenshot(path=shot(page, "visits-leave").with_name("visits-leave-view.png"))
    axe(page)
    with page.expect_navigation():
        page.get_by_role("button", name="我现在撤离").click()
    visit.refresh_from_db()
    assert visit.outcome == "left_for_safety"
    expect(page.locator(".must-stop")).to_be_visible()


@pytest.mark.parametrize(("size", "language"), [(DESKTOP, "zh-hans"), (PHONE, "en")], ids=["desktop", "phone"])
def test_records_are_sound_on_desk_and_phone(visit, phone_of, size, language, axe, shot, sound):
    check_in(phone_of(officers(visit)[0]), visit)
    page = phone_of(a_member("manager"), size=size, language=language)
    for name, address in (
        ("list", reverse("visit_list")),
        ("detail", reverse("visit_detail", args=[visit.pk])),
    ):
        page.goto(address)
        shot(page, f"visits-{name}-{language}-{size['width']}")
        assert not strangers(page.content(), language)
        sound(page)
        axe(page)
