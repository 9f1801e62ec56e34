"""Several days on one page: asked for once, shown as crews by days, each day on its own page."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_customer, a_study, vouched_facts
from zoufang.core.evaluation import Arm
from zoufang.server.daily.policies import planning_policy, working_days_from
from zoufang.server.jobs.models import Job
from zoufang.server.staff.models import BankState
from zoufang.server.visiting.models import DayPlan, PlannedStop

pytestmark = pytest.mark.django_db
SPAN = f"{TODAY}x3"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr("zoufang.server.daily.planning.planning_policy", lambda: planning_policy(20))
    a_bank()
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    vouched_facts()


@pytest.fixture
def town():
    parties = [a_customer(f"C{n:02}", north=0.01 + n / 300, east=0.01 + n / 400) for n in range(30)]
    a_study(dict.fromkeys(parties, Arm.FREE))
    a_crew("K1")
    return parties


@pytest.fixture
def planner(client):
    client.force_login(a_member("planner"))
    return client


def ask(client, first=TODAY, days=3):
    return client.post(reverse("plan_days_make"), {"first": first, "days": days})


def test_one_request_leaves_a_draft_for_each_day_and_leads_to_the_table(planner, town):
    answer = ask(planner)
    assert answer.url == reverse("plan_days", args=[SPAN])
    drafts = DayPlan.objects.order_by("day")
    assert tuple(drafts.values_list("day", flat=True)) == working_days_from(TODAY, 3)
    html = planner.get(answer.url).content.decode()
    for draft in drafts:
        assert reverse("plan", args=[draft.pk]) in html
    assert f"{PlannedStop.objects.count()}</dd>" in html


def test_asked_twice_it_is_planned_once_each_day(planner, town):
    ask(planner)
    ask(planner)
    assert DayPlan.objects.count() == 3
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


@pytest.mark.parametrize(("first", "days"), [(TODAY.replace(year=2020), 3), (TODAY, 1), (TODAY, 11)])
def test_days_gone_by_a_single_day_and_too_many_are_refused(planner, town, first, days):
    assert ask(planner, first, days).status_code == 422
    assert not DayPlan.objects.exists()


@pytest.mark.parametrize("span", ["x", "2026-05-11", "2026-05-11x1", "2026-13-40x3", "2026-05-11xq"])
def test_an_address_that_names_no_days_is_not_found(planner, span):
    assert planner.get(reverse("plan_days", args=[span])).status_code == 404


def test_the_page_speaks_both_languages_and_before_anything_is_planned(planner, town):
    assert_speaks_both(planner, reverse("plan_days", args=[SPAN]))
    ask(planner)
    assert_speaks_both(planner, reverse("plan_days", args=[SPAN]))
    assert_speaks_both(planner, reverse("plan_list"))


def test_a_crew_at_home_is_shown_as_such(planner, town):
    a_crew("K2", members=())
    ask(planner)
    html = planner.get(reverse("plan_days", args=[SPAN])).content.decode()
    assert html.count("不外出") == len(working_days_from(TODAY, 3))


def test_more_days_take_no_more_queries(planner, town):
    ask(planner, days=5)

    def queries(span):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            planner.get(reverse("plan_days", args=[span]))
        return len(seen)

    assert queries(f"{TODAY}x5") == queries(f"{TODAY}x2")


def test_who_may_only_look_sees_the_table_without_the_form(client, town, planner):
    ask(planner)
    client.force_login(a_member("compliance", branch=a_bank()))
    assert ask(client).status_code == 403
    seen = client.get(reverse("plan_days", args=[SPAN]))
    assert seen.status_code == 200
    assert f'action="{reverse("plan_days_make")}"' not in seen.content.decode()


def test_who_sees_no_plans_sees_no_table(client, town):
    client.force_login(a_member("approver"))
    assert client.get(reverse("plan_days", args=[SPAN])).status_code == 403
