"""The demo shows a case that runs and one that waits, and no visit of its plan falls by them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.visit_world import a_published_day
from tests.server.world import a_customer, vouched_facts
from zoufang.server.demo.disposal import open_cases
from zoufang.server.disposal.models import CounselLeave, DisposalStage
from zoufang.server.visiting.models import Visit

pytestmark = pytest.mark.django_db
BANK = SimpleNamespace(seed=7)


@pytest.fixture
def team():
    a_bank()
    roles = ("manager", "approver", "compliance")
    return SimpleNamespace(**{role: a_member(role) for role in roles})


def test_one_case_runs_with_leave_and_one_waits(team):
    vouched_facts()
    for n in range(4):
        a_customer(str(n), north=n / 10, dpd=200).loans.update(security="mortgage")
    open_cases(BANK, team, TODAY, NOW)
    assert sorted(DisposalStage.objects.values_list("state", flat=True)) == ["proposed", "running"]
    running = DisposalStage.objects.get(state="running")
    assert running.case_number
    assert running.money.exists()
    assert CounselLeave.objects.get(confirmed_by__isnull=False).debtor == running.debtor


def test_a_bank_without_anybody_due_opens_nothing(team):
    open_cases(BANK, team, TODAY, NOW)
    assert not DisposalStage.objects.exists()


def test_who_stands_in_the_plan_of_the_day_is_left_in_it(team):
    visits = a_published_day()
    for visit in visits:
        visit.party.loans.update(security="mortgage")
    open_cases(BANK, team, TODAY, NOW)
    assert not DisposalStage.objects.exists()
    assert not Visit.objects.filter(withdrawn_reason__isnull=False).exists()
