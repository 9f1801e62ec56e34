"""A plan's page tells which crews go to which township, and how finely the doors are known."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_customer, a_study, vouched_facts
from zoufang.core.evaluation import Arm
from zoufang.core.values import Precision
from zoufang.server.book.models import Address
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen(client):
    """Two customers in one country township, one in town; one of the doors known to its village only."""
    vouched_facts()
    parties = [a_customer(str(n), north=0.01 * (n + 1)) for n in range(3)]
    doors = Address.objects.filter(party__in=parties[:2])
    doors.update(township="前曹镇")
    doors.filter(party=parties[0]).update(precision=Precision.VILLAGE)
    a_study(dict.fromkeys(parties, Arm.MUST_VISIT))
    a_crew("K1")
    planner = a_member("planner")
    made = plan_day(branch=a_bank(), day=TODAY, seed=3, by=planner, at=NOW, policy=planning_policy(20))
    assert made.stops.count() == 3
    client.force_login(planner)
    return client.get(reverse("plan", args=[made.pk]))


def test_country_visits_stand_by_township_with_the_crews_that_go_there(seen):
    (row,) = seen.context["places"].townships
    assert (row.county, row.township, row.visits) == ("平原县", "前曹镇", 2)
    assert row.crews == (("K1组", 0),)
    assert "前曹镇" in seen.content.decode()


def test_visits_in_town_and_doors_not_known_exactly_are_counted(seen):
    places = seen.context["places"]
    assert places.in_town == 1
    assert dict(places.precisions) == {"building": 2, "village": 1}
    assert places.approximate == 1


def test_the_page_says_that_ways_are_estimated_while_no_road_engine_is_set(seen):
    assert "路程按直线距离折算" in seen.content.decode()
