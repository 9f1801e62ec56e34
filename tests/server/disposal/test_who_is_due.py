"""Who is due stands on the registers: attempts since anybody was reached, refusals, limitation, scope."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.server.disposal.cases import a_running, another, step
from tests.server.staffing import NOW, TODAY, a_member
from tests.server.world import a_customer, another_branch, vouched_facts
from zoufang.core.disposal import Outcome, StageKind
from zoufang.server.book.models import Loan
from zoufang.server.daily.disposal_due import due_loans
from zoufang.server.daily.disposal_facts import case_facts
from zoufang.server.disposal import running
from zoufang.server.disposal.models import StageStep
from zoufang.server.outreach.models import Contact
from zoufang.server.staff.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def party():
    vouched_facts()
    return a_customer("1", dpd=120)


def called(party, days_ago, *, reached=False, target=None):
    Contact.objects.create(
        id=uuid4(), debtor=party, target=target, channel="call", at=NOW - timedelta(days=days_ago),
        reached=reached,
        by=a_member("manager"),
    )  # fmt: skip


def known(party):
    loans = Loan.objects.filter(debtor=party).select_related("state", "debtor__branch", "branch")
    return next(iter(case_facts(loans, TODAY).values()))


def due(user=None):
    return {
        row.loan.source_key: {one.kind for one in row.due} for row in due_loans(user or a_member("manager"), TODAY)
    }


def test_attempts_count_since_the_debtor_was_last_reached(party):
    called(party, 30)
    called(party, 20, reached=True)
    for days_ago in (10, 9, 8):
        called(party, days_ago)
    facts = known(party)
    assert (facts.failed_attempts, facts.pursuit_steps) == (3, 5)
    assert facts.pursued_since == TODAY - timedelta(days=30)


def test_reaching_a_contact_person_is_not_reaching_the_debtor(party):
    called(party, 10)
    called(party, 9, reached=True, target=a_customer("9", north=0.5))
    assert known(party).failed_attempts == 2


def test_three_failed_attempts_at_a_large_sum_make_a_suit_due(party):
    assert StageKind.LITIGATION not in due().get("L1", set())
    for days_ago in (10, 9, 8):
        called(party, days_ago)
    assert StageKind.LITIGATION in due()["L1"]


def test_a_stage_that_runs_is_not_due_again_and_its_judgment_makes_enforcement_due(party):
    for days_ago in (10, 9, 8):
        called(party, days_ago)
    stage = a_running(party, StageKind.LITIGATION)
    assert StageKind.LITIGATION not in due().get("L1", set())
    step(stage, StageStep.Kind.ORDERED, TODAY - timedelta(days=3))
    running.close(stage=stage, outcome=Outcome.ORDERED, on=TODAY, by=a_member("manager"), at=NOW)
    facts = known(party)
    assert facts.ordered
    assert facts.stated.effective_on == TODAY - timedelta(days=3)
    assert StageKind.ENFORCEMENT in due()["L1"]


def test_the_list_holds_to_the_branch_and_begins_with_the_nearest_limitation(party):
    for days_ago in (10, 9, 8):
        called(party, days_ago)
    near = a_customer("2", arrears_fen=500_000, dpd=120, north=0.2)
    near.loans.update(matures_on=TODAY.replace(year=TODAY.year - 3) + timedelta(days=20))
    assert list(due()) == ["L2", "L1"]
    away = another(Role.MANAGER, 3)
    away.branch = another_branch()
    away.save()
    assert due(away) == {}


def test_the_number_of_queries_does_not_grow_with_the_book(party, django_assert_max_num_queries):
    for number in range(3, 9):
        a_customer(str(number), dpd=200, north=number / 10)
    with django_assert_max_num_queries(45):
        due()
