"""Repayment plans, promises, and the second person's word."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.server.language_check import assert_speaks_both
from tests.server.offer_gates import a_gate
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import SYSTEM, a_customer, another_branch, vouched_facts
from zoufang.core.repayment import IncomeSource, MeansStatement
from zoufang.server.agreements.matching import match_loans
from zoufang.server.agreements.means import take_statement
from zoufang.server.agreements.models import Approval, RepaymentPlan
from zoufang.server.agreements.offers import accept_offer, put_offers
from zoufang.server.agreements.promises import give_promise
from zoufang.server.book.models import LoanEntry
from zoufang.server.staff.models import BankState, Role
from zoufang.server.staff.services import add_user

pytestmark = pytest.mark.django_db
Status = RepaymentPlan.Status


@pytest.fixture
def nine_in_the_morning():
    a_bank()
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))


@pytest.fixture
def plan(nine_in_the_morning) -> RepaymentPlan:
    return a_plan("C1")


def a_plan(key, *, branch=None, by=None, made_at=NOW, rate=600) -> RepaymentPlan:
    by = by or a_member("visitor")
    loan = a_customer(key, branch=branch, arrears_fen=1_000_000).loans.get()
    loan.annual_rate_bp = rate
    loan.save()
    means = MeansStatement(TODAY, "平原县", 3, (IncomeSource("工资", 900_000),), 300_000, ())
    maker = by if branch is None else None
    statement = take_statement(
        id=uuid4(), party=loan.debtor, means=means, visit=None, by=maker or local(branch), on=TODAY
    )
    maker, gate = maker or local(branch), a_gate(loan)
    proposal, _ = put_offers(id=uuid4(), loan=loan, statement=statement, gate=gate, by=maker, today=TODAY)
    made = accept_offer(id=uuid4(), proposal=proposal, choice=0, visit=None, gate=gate, by=maker, at=made_at)
    RepaymentPlan.objects.filter(pk=made.pk).update(status=Status.AWAITING_APPROVAL, approval_needed=Role.APPROVER)
    made.refresh_from_db()
    return made


def local(branch):
    from zoufang.server.staff.models import User

    return User.objects.filter(username="local").first() or add_user(
        username="local",
        full_name="外地",
        employee_no="L1",
        role=Role.VISITOR,
        branch=branch,
        password="a-long-password",
        at=NOW,
    )


def as_(client, role):
    client.force_login(a_member(role))
    return client


def test_the_queue_shows_how_long_each_plan_waits_the_oldest_first(client, nine_in_the_morning):
    young, old = a_plan("C1"), a_plan("C2", made_at=NOW - timedelta(days=3))
    waiting = as_(client, "approver").get(reverse("approval_list")).context["waiting"]
    assert [one.plan for one in waiting] == [old, young]
    assert [one.late for one in waiting] == [True, False]
    assert waiting[0].hours == 72


def test_one_screen_shows_means_offers_and_what_staying_as_is_would_cost(client, plan):
    answer = as_(client, "approver").get(reverse("approval", args=[plan.pk]))
    asked = answer.context["asked"]
    assert asked.income_fen == 900_000
    assert asked.view.offer.total_fen == plan.total_fen
    assert len(asked.others) == len(plan.proposal.offers) - 1
    html = answer.content.decode()
    assert f"{plan.total_fen / 100:,.2f}" in html
    assert f"{asked.view.offer.stay_fen / 100:,.2f}" in html


@pytest.mark.parametrize("page", ["agreement", "approval"])
def test_the_pages_speak_both_languages(client, plan, page):
    as_(client, "approver")
    assert_speaks_both(client, reverse(page, args=[plan.pk]))
    assert_speaks_both(client, reverse("agreement_list"))
    assert_speaks_both(client, reverse("approval_list"))


def test_a_second_person_approves_and_the_plan_performs(client, plan):
    vouched_facts()
    url = reverse("approval", args=[plan.pk])
    assert as_(client, "approver").post(url, {"word": "approve"}).status_code == 302
    plan.refresh_from_db()
    assert plan.status == Status.PERFORMING
    assert client.post(url, {"word": "approve"}).status_code == 409


def test_a_rejection_needs_a_comment(client, plan):
    url = reverse("approval", args=[plan.pk])
    assert "comment" in as_(client, "approver").post(url, {"word": "reject"}).context["form"].errors
    client.post(url, {"word": "reject", "comment": "收入未核实"})
    assert Approval.objects.get().comment == "收入未核实"
    plan.refresh_from_db()
    assert plan.status == Status.REJECTED


def test_the_maker_may_not_approve_his_own_plan(client, nine_in_the_morning):
    plan = a_plan("C1", by=a_member("manager"))
    url = reverse("approval", args=[plan.pk])
    assert "您经办" in as_(client, "manager").get(url).content.decode()
    assert client.post(url, {"word": "approve"}).status_code == 403
    plan.refresh_from_db()
    assert plan.status == Status.AWAITING_APPROVAL


def test_a_visitor_may_not_approve_and_another_branchs_plan_is_not_found(client, plan):
    assert as_(client, "visitor").get(reverse("approval", args=[plan.pk])).status_code == 403
    stranger = a_plan("C9", branch=another_branch())
    assert as_(client, "approver").get(reverse("agreement", args=[stranger.pk])).status_code == 404
    assert stranger not in [one.plan for one in client.get(reverse("approval_list")).context["waiting"]]


def test_a_rate_that_was_assumed_is_said_on_both_pages(client, nine_in_the_morning):
    plan = a_plan("C1", rate=None)
    for page in ("agreement", "approval"):
        html = as_(client, "approver").get(reverse(page, args=[plan.pk])).content.decode()
        assert "假定年利率12.00%" in html
    known = a_plan("C2")
    assert "假定年利率" not in client.get(reverse("agreement", args=[known.pk])).content.decode()


def test_each_instalment_shows_what_was_paid_of_it(client, plan):
    RepaymentPlan.objects.filter(pk=plan.pk).update(status=Status.PERFORMING)
    first = plan.instalments.first()
    LoanEntry.objects.create(
        id=uuid4(),
        loan=plan.loan,
        kind="payment",
        on=TODAY,
        amount_fen=first.amount_fen - 1,
        source_system=SYSTEM,
        reference="P1",
        posted_on=TODAY,
    )
    match_loans(loan_ids=[plan.loan_id], today=TODAY)
    view = as_(client, "manager").get(reverse("agreement", args=[plan.pk])).context["view"]
    assert (view.lines[0].paid_fen, view.lines[0].open_fen, view.lines[0].state) == (
        first.amount_fen - 1,
        1,
        "partly",
    )
    assert view.paid_fen + view.open_fen == plan.total_fen


def test_the_list_is_filtered_by_status_and_by_what_is_due_soon(client, plan):
    as_(client, "manager")

    def shown(**query):
        return [v.plan for v in client.get(reverse("agreement_list"), query).context["page"].object_list]

    assert shown(status="awaiting") == [plan]
    assert shown(status="broken") == []
    assert shown(due="soon") == []
    RepaymentPlan.objects.filter(pk=plan.pk).update(status=Status.PERFORMING)
    plan.instalments.filter(pk=plan.instalments.first().pk).update(due=TODAY + timedelta(days=3))
    assert shown(due="soon") == [plan]
    assert shown(due="late") == []
    assert shown(status="nonsense") == [plan]


def test_promises_have_a_list_of_their_own(client, plan):
    promise = give_promise(
        id=uuid4(),
        loan=plan.loan,
        amount_fen=50_000,
        due=TODAY + timedelta(days=2),
        made_on=TODAY,
        visit=None,
        by=a_member("manager"),
        at=NOW,
    )
    as_(client, "manager")
    for query in ({"of": "promises"}, {"of": "promises", "due": "soon"}, {"of": "promises", "status": "open"}):
        assert list(client.get(reverse("agreement_list"), query).context["page"].object_list) == [promise]
    late = client.get(reverse("agreement_list"), {"of": "promises", "due": "late"})
    assert not late.context["page"].object_list
    assert_speaks_both(client, reverse("agreement_list") + "?of=promises")
