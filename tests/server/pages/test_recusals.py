"""回避: an officer with a tie to the customer is neither planned there nor let in."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.visit_world import TEN, a_published_day, officers
from tests.server.world import a_crew, a_customer, a_study, a_visitor, certified, vouched_facts
from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.core.evaluation import Arm
from zoufang.core.visits import CheckedIn
from zoufang.server.audit.models import AuditLine
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import User
from zoufang.server.visiting.events import accept_events
from zoufang.server.visiting.models import Recusal, VisitEvent
from zoufang.server.visiting.recusals import end_recusal, recuse, recused_from

pytestmark = pytest.mark.django_db
KIN = Recusal.Ground.KIN


@pytest.fixture
def party():
    a_bank()
    vouched_facts()
    one = a_customer("1")
    a_study({one: Arm.MUST_VISIT})
    return one


def two_crews() -> tuple[User, User, User, User]:
    officers = tuple(certified(a_visitor(n)) for n in (1, 2, 3, 4))
    a_crew("K1", members=officers[:2])
    a_crew("K2", members=officers[2:])
    return officers


def planned():
    return plan_day(branch=a_bank(), day=TODAY, seed=3, by=a_member("planner"), at=NOW, policy=planning_policy(20))


def tie(officer: User, party, by: User | None = None, *, key: UUID | None = None) -> Recusal:
    by = by or a_member("planner")
    return recuse(id=key or new_id(), officer=officer, party=party, ground=KIN, since=TODAY, by=by, at=NOW)


def test_the_crew_of_a_relative_does_not_go_another_one_does(party):
    officers = two_crews()
    first = planned().stops.get().crew
    tie(first.members.first(), party)
    second = planned().stops.get().crew
    assert {first.code, second.code} == {"K1", "K2"}
    tie(second.members.first(), party)
    left = planned().left_out.get()
    assert left.kind == "unplanned"
    assert len(officers) == 4


def test_a_visitor_says_it_of_themselves_only(party):
    first, second, *_ = two_crews()
    tie(first, party, by=first)
    with pytest.raises(NotPermitted):
        tie(second, party, by=first)
    assert recused_from([party.pk]) == {party.pk: frozenset({str(first.pk)})}


def test_saying_it_twice_is_one_row_and_one_line_in_the_trail(party):
    officer, key = certified(a_visitor(1)), new_id()
    tie(officer, party, key=key)
    tie(officer, party, key=key)
    assert Recusal.objects.count() == 1
    assert AuditLine.objects.filter(action="recuse_officer").count() == 1


def test_it_ends_by_another_person_with_the_reason(party):
    officer = certified(a_visitor(1))
    row = tie(officer, party)
    with pytest.raises(NotPermitted):
        end_recusal(recusal=row, why="x", by=officer, at=NOW)
    with pytest.raises(BadInput):
        end_recusal(recusal=row, why=" ", by=a_member("manager"), at=NOW)
    end_recusal(recusal=row, why="已分家，无往来", by=a_member("manager"), at=NOW)
    assert recused_from([party.pk]) == {}


def test_the_customers_page_shows_it_and_takes_it_from_planner_and_visitor(client, party):
    officer = certified(a_visitor(1))
    client.force_login(a_member("planner"))
    assert_speaks_both(client, reverse("recuse", args=[party.pk]))
    given = {"officer": officer.pk, "ground": "same_village", "note": "同村"}
    assert client.post(reverse("recuse", args=[party.pk]), given, follow=True).status_code == 200
    row = Recusal.objects.get()
    assert_speaks_both(client, reverse("customer", args=[party.pk]))
    assert_speaks_both(client, reverse("end_recusal", args=[row.pk]))
    assert client.post(reverse("end_recusal", args=[row.pk]), {"why": "搬离"}).status_code == 302
    client.force_login(officer)
    own = client.get(reverse("recuse", args=[party.pk])).context["form"].fields["officer"].queryset
    assert list(own) == [officer]


def test_who_neither_plans_nor_visits_says_nothing_here(client, party):
    client.force_login(a_member("approver"))
    assert client.get(reverse("recuse", args=[party.pk])).status_code == 403


def test_a_recused_officer_cannot_check_in_and_the_mate_can(client):
    visit = a_published_day(1)[0]
    officer, mate = officers(visit)
    tie(officer, visit.party, by=officer)

    def arrive(who):
        event = CheckedIn(id=str(uuid4()), visit_id=str(visit.pk), at=TEN, by=str(who.pk))
        return accept_events(visit=visit, events=[event], officers=[who], at=TEN)

    with pytest.raises(Conflict, match="recused"):
        arrive(officer)
    assert not VisitEvent.objects.exists()
    assert arrive(mate).events
