"""At a guarantor's door: whose name and tails are shown, who unlocks the debt, what may be said and agreed."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.server.door_phone import Phone, arrive
from tests.server.language_check import assert_speaks_both
from tests.server.parties import another_party
from tests.server.staffing import PASSWORD, TODAY, a_bank, a_member
from tests.server.visit_world import TEN, officers
from tests.server.world import a_crew, a_customer, a_study, vouched_facts
from zoufang.core.evaluation import Arm
from zoufang.core.values import GuaranteeKind, PartyRole, Purpose
from zoufang.server.book.models import Loan, LoanState
from zoufang.server.daily.facts import guarantees_of
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy
from zoufang.server.oversight.models import Complaint, Stop
from zoufang.server.staff.models import BankState
from zoufang.server.visiting.models import Visit
from zoufang.server.visiting.plans import publish

pytestmark = pytest.mark.django_db
GUARANTEED, OTHER = "¥30,000.00", "¥70,000.00"


def another_loan(debtor) -> None:
    """Which the guarantor does not stand for."""
    loan = Loan.objects.get(debtor=debtor)
    state = LoanState.objects.get(loan=loan)
    loan.pk = state.loan_id = uuid4()
    loan.source_key = "L-OTHER"
    loan.save(force_insert=True)
    state.arrears_fen = 7_000_000
    state.save(force_insert=True)


@pytest.fixture
def visit() -> Visit:
    """A day with one visit: a demand on the guarantor of one of the debtor's two loans."""
    branch = a_bank()
    BankState.objects.update(clock_shift_s=int((TEN - timezone.now()).total_seconds()))
    vouched_facts()
    a_crew("K1")
    debtor = a_customer("C1", name="张借款")
    another_party(debtor, PartyRole.GUARANTOR, name="李保成", until=TODAY + timedelta(days=30))
    another_loan(debtor)
    a_study({debtor: Arm.FREE})
    by, early = a_member("planner"), TEN - timedelta(hours=2)
    draft = plan_day(branch=branch, day=TODAY, seed=3, by=by, at=early, policy=planning_policy(20))
    publish(plan=draft, by=by, at=early)
    return Visit.objects.select_related("crew", "party", "target").get()


@pytest.fixture
def phones(visit):
    return tuple(Phone(visit, user) for user in officers(visit))


def met(phones, who):
    arrive(phones)
    phones[0].take("person_met", who=who)
    phones[0].take("person_identified", who=who, method="name_and_id_tail", passed="yes")


def test_the_guarantors_name_and_door_are_shown_and_whose_debt_it_is(visit, phones):
    html = phones[0].html()
    assert "李*" in html
    assert "保证人" in html
    assert "张**" in html
    assert "只对此人本人谈及债务" in html
    phones[0].client.post(reverse("visit_reveal", args=[visit.pk, "name"]))
    assert "李保成" in phones[0].html()
    assert "张借款" not in phones[0].html()
    assert_speaks_both(phones[0].client, reverse("visit_page", args=[visit.pk]))
    assert_speaks_both(phones[0].client, reverse("my_day"))


@pytest.mark.parametrize("who", ["debtor", "co_debtor", "spouse"])
def test_whoever_else_is_identified_the_debt_stays_locked(visit, phones, who):
    met(phones, who)
    assert GUARANTEED not in phones[0].html()
    assert phones[0].step("disclosure_made").status_code == 422


def test_the_guarantor_hears_of_the_guaranteed_loan_alone(visit, phones):
    met(phones, "guarantor")
    html = phones[0].html()
    assert GUARANTEED in html
    assert OTHER not in html


def test_the_script_forbids_to_speak_of_other_loans(visit, phones):
    assert "借款人的其他贷款" in phones[0].html()


def test_no_promise_and_no_plan_are_taken_from_a_guarantor(visit, phones):
    met(phones, "guarantor")
    due = TODAY + timedelta(days=5)
    answer = phones[0].step("promise_given", amount="500", due=due, channel="bank_app")
    assert answer.status_code == 422
    assert reverse("visit_means", args=[visit.pk]) not in phones[0].html()
    assert phones[0].client.get(reverse("visit_means", args=[visit.pk])).status_code == 409


def test_complaint_and_stop_at_this_door_are_the_guarantors(visit, phones):
    client = phones[0].client
    client.post(reverse("visit_complaint", args=[visit.pk]), {"about": "other", "text": "不满"})
    client.post(reverse("visit_stop", args=[visit.pk]), {"kind": "do_not_visit", "note": ""})
    assert Complaint.objects.get().party == visit.target
    assert Stop.objects.get().party == visit.target


def test_a_demand_signed_for_keeps_the_guarantee(visit, phones):

    met(phones, "guarantor")
    mate = phones[1].user
    phones[0].take(
        "recording_refused",
        reason="customer_refused",
        note="不同意录音",
        co_signed_by=str(mate.pk),
        password=PASSWORD,
    )
    phones[0].take("disclosure_made")
    phones[0].take("demand_delivered", paper_no="CS-1", delivery="signed", signer="self")
    kept = guarantees_of([visit.party_id])[visit.party_id][0]
    assert (kept.kind, kept.demanded_on, kept.kept) == (GuaranteeKind.JOINT, TODAY, True)
    assert visit.purpose == Purpose.GUARANTOR_DEMAND


def test_the_check_in_is_refused_for_the_guarantors_own_stop(visit, phones):
    Stop.objects.create(
        id=uuid4(), party=visit.target, branch=visit.branch, kind=Stop.Kind.DO_NOT_VISIT, since=TODAY
    )
    assert phones[0].step("checked_in", lat=37.16, lon=116.43, accuracy_m=12).status_code == 422
