"""Danger on record sends three: the planner knows it as a need, and the door asks who is really there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.server.door_phone import Phone
from tests.server.staffing import PASSWORD, TODAY, a_bank, a_member
from tests.server.visit_world import TEN, a_published_day, officers
from zoufang.core.safety import IncidentKind
from zoufang.core.values import Message
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy
from zoufang.server.safety.models import Incident
from zoufang.server.staff import services as staff
from zoufang.server.staff.models import Role
from zoufang.server.visiting.models import Crew, DayPlan, Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def visits() -> list[Visit]:
    return a_published_day()


def threatened(visit: Visit, kind=IncidentKind.THREAT, days_ago: int = 400) -> None:
    Incident.objects.create(
        id=visit.pk,
        visit=visit,
        branch=visit.branch,
        kind=kind,
        where=Incident.Where.AT_THE_DOOR,
        at=TEN - timedelta(days=days_ago),
        hurt=Incident.Hurt.NOBODY,
        police=False,
        sealed_text=b"-",
        reported_by=a_member("planner"),
        reported_at=TEN,
    )


def a_third(crew: Crew) -> None:
    """A colleague with the certificates of the others."""
    one = crew.members.order_by("employee_no").first()
    third = staff.add_user(
        username="third",
        full_name="孔三人",
        employee_no="E903",
        role=Role.VISITOR,
        branch=a_bank(),
        password=PASSWORD,
        at=TEN,
    )
    third.work_id_until = one.work_id_until
    third.save()
    for held in one.certificates.all():
        held.pk, held.officer = None, third
        held.save(force_insert=True)
    crew.members.add(third)


def replanned(day):
    """As if today's plan had not gone out."""
    DayPlan.objects.update(status=DayPlan.Status.SUPERSEDED)
    policy = planning_policy(20)
    return plan_day(branch=a_bank(), day=day, seed=3, by=a_member("planner"), at=TEN, policy=policy)


def tomorrow():
    return TODAY + timedelta(days=1)


class TestThePlan:
    def test_leaves_out_who_threatened_while_no_crew_of_three_goes_and_says_what_to_do(self, visits):
        threatened(visits[0])
        plan = replanned(tomorrow())
        assert visits[0].party_id not in set(plan.stops.values_list("party", flat=True))
        left = plan.left_out.get(party=visits[0].party)
        said = str(Message.from_json(left.reasons[0]))
        assert "3 officers together" in said
        assert visits[1].party_id in set(plan.stops.values_list("party", flat=True))

    def test_sends_the_crew_of_three_where_there_is_one(self, visits):
        threatened(visits[0])
        a_third(visits[0].crew)
        plan = replanned(tomorrow())
        assert visits[0].party_id in set(plan.stops.values_list("party", flat=True))

    def test_is_not_held_up_by_an_old_minor_incident(self, visits):
        threatened(visits[0], IncidentKind.DOG)
        plan = replanned(tomorrow())
        assert visits[0].party_id in set(plan.stops.values_list("party", flat=True))


class TestTheDoor:
    def test_lets_two_speak_to_nobody_where_a_threat_is_on_record(self, visits):
        threatened(visits[0])
        phones = [Phone(visits[0], user) for user in officers(visits[0])]
        for phone in phones:
            phone.take("checked_in")
        answer = phones[0].step("person_met", who="debtor")
        assert answer.status_code == 422
        assert not visits[0].events.filter(kind="person_met").exists()

    def test_lets_them_leave_at_any_time(self, visits):
        threatened(visits[0])
        phones = [Phone(visits[0], user) for user in officers(visits[0])]
        phones[0].take("checked_in")
        phones[0].take("left_for_safety")
        phones[0].take("checked_out")
        assert visits[0].events.filter(kind="left_for_safety").exists()

    def test_opens_with_the_third(self, visits):
        threatened(visits[0])
        a_third(visits[0].crew)
        phones = [Phone(visits[0], user) for user in visits[0].crew.members.order_by("employee_no")]
        for phone in phones:
            phone.take("checked_in")
        phones[0].take("person_met", who="debtor")
        assert visits[0].events.filter(kind="person_met").exists()

    def test_of_others_opens_to_two_as_before(self, visits):
        threatened(visits[0])
        phones = [Phone(visits[1], user) for user in officers(visits[1])]
        for phone in phones:
            phone.take("checked_in")
        phones[0].take("person_met", who="debtor")
        assert visits[1].events.filter(kind="person_met").exists()
