"""The account owner of the loan book, the stand-in and earlier callers reach the planner."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.visit_world import TEN, a_published_day, officers
from tests.server.world import a_crew, a_customer, a_study, a_visitor, certified, vouched_facts
from zoufang.core.evaluation import Arm
from zoufang.core.planning import KnownTo, Tie
from zoufang.core.visits import CheckedIn
from zoufang.server.book.models import Loan
from zoufang.server.daily.continuity import known_to
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy
from zoufang.server.staff.models import User
from zoufang.server.visiting.events import accept_events

pytestmark = pytest.mark.django_db


def owned(key: str, owner_no: str):
    party = a_customer(key)
    Loan.objects.filter(debtor=party).update(owner_no=owner_no)
    return party


def ties(party, day=TODAY):
    return known_to([party.pk], day).get(party.pk, ())


def test_the_owner_counts_by_number_and_by_a_name_that_only_one_has():
    first, second = certified(a_visitor(1)), certified(a_visitor(2))
    assert ties(owned("1", first.employee_no)) == (KnownTo(str(first.pk), Tie.OWNER),)
    assert ties(owned("2", second.full_name)) == (KnownTo(str(second.pk), Tie.OWNER),)
    User.objects.filter(pk=first.pk).update(full_name=second.full_name)
    assert ties(owned("3", second.full_name)) == ()
    assert ties(owned("4", "E404")) == ()


def test_the_stand_in_of_the_owner_counts_too():
    owner, other = certified(a_visitor(1)), certified(a_visitor(2))
    User.objects.filter(pk=owner.pk).update(stand_in=other)
    found = ties(owned("1", owner.employee_no))
    assert set(found) == {KnownTo(str(owner.pk), Tie.OWNER), KnownTo(str(other.pk), Tie.STAND_IN)}


def test_who_checked_in_there_before_counts_for_a_year():
    visit = a_published_day(1)[0]
    officer, _mate = officers(visit)
    event = CheckedIn(id=str(uuid4()), visit_id=str(visit.pk), at=TEN, by=str(officer.pk))
    accept_events(visit=visit, events=[event], officers=[officer], at=TEN)
    assert ties(visit.party, TODAY + timedelta(days=1)) == (KnownTo(str(officer.pk), Tie.CALLED_BEFORE),)
    assert ties(visit.party, TODAY + timedelta(days=400)) == ()


def test_the_plan_sends_the_owners_crew_and_says_so():
    a_bank()
    vouched_facts()
    for code, numbers in (("K1", (1, 2)), ("K2", (3, 4))):
        a_crew(code, members=tuple(certified(a_visitor(n)) for n in numbers))
    party = owned("1", "V003")
    a_study({party: Arm.MUST_VISIT})
    plan = plan_day(branch=a_bank(), day=TODAY, seed=3, by=a_member("planner"), at=NOW, policy=planning_policy(20))
    stop = plan.stops.get()
    assert stop.crew.code == "K2"
    assert "account owner" in str(stop.why)
