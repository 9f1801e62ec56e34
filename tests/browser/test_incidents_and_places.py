"""In a real browser: an incident reported on a phone, a refused visit, rest, closed places, and the rates."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.door_phone import Phone, arrive
from tests.server.staffing import a_member
from tests.server.visit_world import a_published_day, officers
from zoufang.server.safety.models import ClosedPlace, Incident, RefusedStop, Rest
from zoufang.server.visiting.models import Visit

LOOKS = [("desktop", "zh-hans"), ("phone", "zh-hans"), ("desktop", "en")]


@pytest.fixture
def begun(bank):
    visit = a_published_day()[0]
    arrive([Phone(visit, user) for user in officers(visit)])
    visit.refresh_from_db()
    return visit


@pytest.fixture
def in_hand(begun, new_page, live_server):
    """The phone of the first officer, in a language."""

    def opened(language):
        page, client = new_page(PHONE), Client()
        client.force_login(officers(begun)[0])
        cookies = {
            settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
            settings.LANGUAGE_COOKIE_NAME: language,
        }
        page.context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
        return page

    return opened


def fill(page):
    page.locator("[name=kind]").select_option("threat")
    page.locator("[name=where][value=door]").check()
    page.locator("[name=hurt][value=nobody]").check()
    page.locator("[name=police][value=no]").check()
    page.locator("[name=text]").fill("对方持棍驱赶，双人撤离")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_crew_reports_an_incident_on_the_phone(begun, in_hand, axe, shot, sound, language):
    Phone(begun, officers(begun)[0]).take("left_for_safety")
    page = in_hand(language)
    page.goto(reverse("visit_page", args=[begun.pk]))
    page.locator(f"a[href='{reverse('visit_incident', args=[begun.pk])}']").click()
    fill(page)
    axe(page)
    sound(page)
    shot(page, f"incident-report-phone-{language}")
    page.locator("main form[data-once] button[type=submit]").click()
    page.wait_for_url("**" + reverse("visit_page", args=[begun.pk]))
    assert Incident.objects.get().kind == "threat"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_visitor_refuses_a_visit_on_the_phone(begun, in_hand, axe, shot, sound, language):
    other = Visit.objects.exclude(pk=begun.pk).get()
    page = in_hand(language)
    page.goto(reverse("visit_page", args=[other.pk]))
    page.locator(f"a[href='{reverse('visit_refuse', args=[other.pk])}']").click()
    page.locator("[name=reason][value=unsafe]").check()
    axe(page)
    sound(page)
    shot(page, f"refuse-visit-phone-{language}")
    page.locator("main form[data-once] button[type=submit]").click()
    page.wait_for_url("**" + reverse("my_day"))
    assert RefusedStop.objects.get().visit == other


@pytest.mark.parametrize(("size", "language"), LOOKS)
def test_the_desk_reads_talks_closes_and_counts(begun, logged_in, new_page, axe, shot, sound, size, language):
    Phone(begun, officers(begun)[0]).take("left_for_safety")
    view = PHONE if size == "phone" else DESKTOP
    page = logged_in("manager", new_page(view), language=language)

    def look(name, picture):
        page.goto(reverse(name))
        axe(page)
        sound(page)
        shot(page, f"{picture}-{size}-{language}")

    look("incident_list", "incidents-owed")
    page.goto(reverse("visit_incident", args=[begun.pk]))
    fill(page)
    page.locator("main form[data-once] button[type=submit]").click()
    page.wait_for_url("**" + reverse("incident_list"))
    look("incident_list", "incidents")
    page.goto(reverse("incident", args=[Incident.objects.get().pk]))
    page.locator("main form button").first.click()
    page.locator("blockquote").wait_for()
    axe(page)
    shot(page, f"incident-{size}-{language}")
    look("rest_list", "rests")
    page.locator(f"a[href='{reverse('rest_talk', args=[Rest.objects.first().pk])}']").click()
    axe(page)
    shot(page, f"rest-talk-{size}-{language}")
    page.locator("main form[data-once] button[type=submit]").click()
    page.wait_for_url("**" + reverse("rest_list"))
    assert Rest.objects.filter(ended_at__isnull=False).count() == 1
    look("safety_rates", "safety-rates")


@pytest.mark.parametrize(("size", "language"), LOOKS)
def test_one_enters_a_place_and_another_confirms_it(begun, logged_in, new_page, axe, shot, sound, size, language):
    view = PHONE if size == "phone" else DESKTOP
    planner = logged_in("planner", new_page(view), language=language)
    planner.goto(reverse("closed_place_new"))
    for name, value in (("lat", "37.165"), ("lon", "116.434"), ("radius_m", "300"), ("note", "村口恶犬")):
        planner.locator(f"[name={name}]").fill(value)
    planner.locator("[name=reason]").select_option("animal")
    axe(planner)
    sound(planner)
    shot(planner, f"closed-place-new-{size}-{language}")
    planner.locator("main form[data-once] button[type=submit]").click()
    planner.wait_for_url("**" + reverse("closed_place_list"))
    a_member("manager")
    manager = logged_in("manager", new_page(view), language=language)
    manager.goto(reverse("closed_place_list"))
    axe(manager)
    sound(manager)
    shot(manager, f"closed-places-{size}-{language}")
    manager.locator(
        f"form[action='{reverse('closed_place_confirm', args=[ClosedPlace.objects.get().pk])}'] button"
    ).click()
    manager.locator(".alert").first.wait_for()
    assert ClosedPlace.objects.get().confirmed_by == a_member("manager")
