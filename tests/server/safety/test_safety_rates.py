"""Cases by 1,000 visits, with n beside them, and small numbers marked."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.server.door_phone import login
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_customer, another_branch
from zoufang.server.safety.models import NOTHING, Crisis, Incident, RefusedStop
from zoufang.server.safety.rates import Rate, rates
from zoufang.server.visiting.models import Visit

pytestmark = pytest.mark.django_db
SINCE = TODAY - timedelta(days=60)


@pytest.fixture
def made():
    """`made(day, n)`: n begun visits of that day; the first is given back."""
    party, crew = a_customer("1"), a_crew()
    address = party.addresses.get()

    def visits(day=TODAY, n=1, branch=None, started=NOW):
        rows = [
            Visit(
                id=uuid4(),
                party=party,
                address=address,
                crew=crew,
                branch=branch or a_bank(),
                day=day,
                purpose="first_talk",
                started_at=started,
            )
            for _ in range(n)
        ]
        return Visit.objects.bulk_create(rows)[0]

    return visits


def incident(visit, kind="threat"):
    Incident.objects.create(
        id=uuid4(),
        visit=visit,
        branch=visit.branch,
        kind=kind,
        where="door",
        at=NOW,
        hurt="nobody",
        police=False,
        sealed_text=b"-",
        reported_by=a_member("planner"),
        reported_at=NOW,
    )


def found(role="manager"):
    return rates(a_member(role), SINCE, TODAY)


def by_kind(kind):
    return next(line.rate for line in found().by_kind if str(line.name.template) == kind)


def test_a_rate_is_cases_by_1000_visits_begun(made):
    first = made(n=400)
    made(n=100, started=None)
    incident(first)
    incident(first, "dog")
    assert found().all == Rate(2, 400)
    assert found().all.per_thousand == 5.0
    assert by_kind("Threat") == Rate(1, 400)
    assert by_kind("Violence") == Rate(0, 400)


def test_a_sign_of_self_harm_counts_and_a_false_alarm_does_not(made):
    visit = made(n=10)
    incident(visit, NOTHING)
    Crisis.objects.create(
        id=uuid4(), party=visit.party, whom=visit.party, branch=visit.branch, visit=visit, at=NOW
    )
    assert (found().all.cases, by_kind("Sign of self-harm").cases) == (1, 1)


def test_a_refused_visit_is_counted_once_and_is_no_incident(made):
    visit = made(started=None)
    made(n=9)
    for _ in range(2):
        RefusedStop.objects.create(
            id=uuid4(), visit=visit, branch=visit.branch, reason="unsafe", by=a_member("visitor"), at=NOW
        )
    assert by_kind("Visits refused by their crew").cases == 1
    assert found().all.cases == 0


def test_by_month_and_branch_within_the_readers_scope(made):
    incident(made(TODAY, 3))
    made(TODAY - timedelta(days=30), 2)
    incident(made(TODAY, 5, branch=another_branch()))
    made(SINCE - timedelta(days=1), 7)
    assert [(line.name, line.rate) for line in found().by_month] == [
        ("2026-04", Rate(0, 2)),
        ("2026-05", Rate(1, 3)),
    ]
    assert [(line.name, line.rate) for line in found().by_branch] == [("平原支行", Rate(1, 5))]


@pytest.mark.parametrize(
    ("cases", "visits", "small"),
    [(0, 499, True), (0, 500, False), (4, 900, True), (5, 900, False), (5, 499, True)],
)
def test_few_visits_or_few_cases_are_marked(cases, visits, small):
    assert Rate(cases, visits).small is small


def test_where_nobody_went_there_is_no_rate():
    assert Rate(0, 0).per_thousand is None


def test_the_page_shows_n_and_marks_small_numbers(made):
    incident(made(n=20))
    html = login(a_member("compliance")).get(reverse("safety_rates")).content.decode()
    assert "50.0" in html
    assert "数量少" in html


@pytest.mark.parametrize("role", ["planner", "visitor", "trainer", "approver", "analyst", "administrator"])
def test_others_do_not_see_the_rates(role):
    assert login(a_member(role)).get(reverse("safety_rates")).status_code == 403
