"""Offers ask the gate: when they are put, when they are agreed, and when a second person approves."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.server.offer_gates import a_gate
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_customer, vouched_facts
from zoufang.core.compliance import UNKNOWN
from zoufang.core.errors import Conflict
from zoufang.core.repayment import BalanceBasis, IncomeSource, MeansStatement
from zoufang.core.values import Hardship, OfferKind, PartyRole
from zoufang.server.agreements.documents import agreement_to_print
from zoufang.server.agreements.means import take_statement
from zoufang.server.agreements.models import Proposal, RepaymentPlan
from zoufang.server.agreements.offers import accept_offer, case_of, decide, proposed_again, put_offers
from zoufang.server.book.models import Loan, LoanParty
from zoufang.server.daily.offering import offer_gate
from zoufang.server.oversight.models import Stop
from zoufang.server.oversight.services import set_stop
from zoufang.server.staff.models import BankState

pytestmark = pytest.mark.django_db
Status = RepaymentPlan.Status


@pytest.fixture
def loan() -> Loan:
    a_bank()
    found = a_customer("C1", arrears_fen=1_000_000).loans.get()
    found.annual_rate_bp = 600
    found.save()
    return found


def put(loan: Loan, gate=None, hardship: Hardship | None = None, day=TODAY):
    by = a_member("visitor")
    means = MeansStatement(day, "平原县", 3, (IncomeSource("工资", 900_000),), 300_000, (), hardship=hardship)
    statement = take_statement(id=uuid4(), party=loan.debtor, means=means, visit=None, by=by, on=day)
    return put_offers(id=uuid4(), loan=loan, statement=statement, gate=gate or a_gate(loan), by=by, today=day)


def agree(proposal: Proposal, gate, choice: int = -1, at=NOW) -> RepaymentPlan:
    choice = choice if choice >= 0 else len(proposal.offers) - 1
    by = a_member("visitor")
    return accept_offer(id=uuid4(), proposal=proposal, choice=choice, visit=None, gate=gate, by=by, at=at)


def rules(offer) -> set[str]:
    return {finding.rule_id for finding in offer.findings}


def test_a_dead_debtor_is_offered_nothing(loan):
    _kept, said = put(loan, a_gate(loan, deceased=True))
    assert not said.offers
    assert said.hardship_route is not None
    assert all(no.reasons for no in said.not_offered)


def test_a_fact_that_nobody_knows_keeps_offers_off_the_table(loan):
    assert not put(loan, a_gate(loan, dispute_open=UNKNOWN))[1].offers


def test_a_stop_set_after_the_offers_keeps_them_from_being_agreed(loan):
    vouched_facts()
    proposal, said = put(loan, offer_gate(loan, TODAY))
    assert said.offers
    set_stop(
        id=uuid4(),
        party=loan.debtor,
        kind=Stop.Kind.DISPUTE,
        since=TODAY,
        by=a_member("compliance"),
        at=NOW,
    )
    with pytest.raises(Conflict, match="disputes the debt"):
        agree(proposal, offer_gate(loan, TODAY))


def test_what_was_told_is_told_again_as_it_was(loan):
    proposal, said = put(loan)
    proposal.refresh_from_db()
    again = proposed_again(proposal)
    assert again.offers == said.offers
    assert [(no.kind, [str(r) for r in no.reasons]) for no in again.not_offered] == [
        (no.kind, [str(r) for r in no.reasons]) for no in said.not_offered
    ]
    assert "cn-loan@2024-07-01" in proposal.told["packs"]


def test_an_unknown_rate_is_said_to_the_customer_and_needs_a_second_person(loan):
    loan.annual_rate_bp = None
    loan.save()
    plans = [offer for offer in put(loan)[1].offers if len(offer.schedule) > 1]
    assert plans
    for offer in plans:
        assert "CN-X9" in rules(offer)
        assert offer.approval_role is not None
        assert any("12.00% a year is assumed" in str(text) for text in offer.conditions)


def test_a_loan_without_a_known_term_is_offered_payment_at_once_only(loan):
    loan.matures_on = None
    loan.save()
    kinds = {offer.kind for offer in put(loan)[1].offers}
    assert kinds <= {OfferKind.PAY_IN_FULL}


def test_a_card_bears_no_overdue_uplift_and_a_loan_half(loan):
    assert case_of(loan).penalty_rate_bp == 900
    loan.product = "card"
    assert case_of(loan).penalty_rate_bp == 600


def test_a_balance_of_one_figure_is_said_to_be_one(loan):
    loan.state.figure_source = "given"
    loan.state.interest_fen = 0
    assert case_of(loan).basis is BalanceBasis.ONE_FIGURE
    loan.state.interest_fen = 500
    assert case_of(loan).basis is BalanceBasis.SPLIT


def test_the_customer_does_not_read_the_banks_own_notes(loan):
    offers = [offer for offer in put(loan)[1].offers if offer.restructures]
    assert offers
    for offer in offers:
        assert any("restructured asset" in str(note) for note in offer.notes)
        assert not any("restructured asset" in str(text) for text in offer.conditions)


def test_a_guaranteed_loan_waits_for_a_second_person(loan):
    guarantor = a_customer("G1", name="李四")
    LoanParty.objects.create(loan=loan, party=guarantor, role=PartyRole.GUARANTOR)
    plans = [offer for offer in put(loan)[1].offers if len(offer.schedule) > 1]
    assert all("CN-L9" in rules(offer) and offer.approval_role for offer in plans)


def test_hardship_gets_three_days_before_anybody_may_approve(loan):
    proposal, said = put(loan, hardship=Hardship.ILLNESS)
    assert all("CN-X11" in rules(offer) for offer in said.offers if len(offer.schedule) > 1)
    plan = agree(proposal, a_gate(loan))
    assert plan.status == Status.AWAITING_APPROVAL

    def approve(days: int) -> RepaymentPlan:
        gate = a_gate(loan, TODAY + timedelta(days=days))
        at = NOW + timedelta(days=days)
        return decide(plan=plan, approved=True, comment="", gate=gate, by=a_member("manager"), at=at)

    for days in (0, 2):
        with pytest.raises(Conflict, match="time to reflect"):
            approve(days)
    assert approve(3).status == Status.PERFORMING


def test_the_approver_reads_from_which_day_the_plan_may_be_approved(client, loan):
    a_bank()
    vouched_facts()
    plan = agree(put(loan, hardship=Hardship.ILLNESS)[0], a_gate(loan))
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    client.force_login(a_member("approver"))
    url = reverse("approval", args=[plan.pk])
    told = f"{TODAY + timedelta(days=3)} 起方可审批"
    assert told in client.get(url).content.decode()
    answer = client.post(url, {"word": "approve"})
    assert answer.status_code == 409
    assert told in answer.content.decode()


def test_the_printed_agreement_says_what_it_rests_on_and_nothing_for_staff(loan):
    loan.annual_rate_bp = None
    loan.save()
    proposal, _said = put(loan)
    plan = agree(proposal, a_gate(loan))
    said = {
        language: " ".join(
            agreement_to_print(plan=plan, by=a_member("approver"), at=NOW, language=language).other_matters
        )
        for language in ("zh", "en")
    }
    assert "暂按年利率 12.00% 测算" in said["zh"]
    assert "12.00% a year is assumed" in said["en"]
    assert "special mention" not in said["en"]


def test_the_same_plan_sent_twice_is_one_plan(loan):
    proposal, _said = put(loan)
    by, plan_id = a_member("visitor"), uuid4()
    both = [
        accept_offer(id=plan_id, proposal=proposal, choice=0, visit=None, gate=a_gate(loan), by=by, at=NOW)
        for _ in range(2)
    ]
    assert both[0].pk == both[1].pk
    assert RepaymentPlan.objects.count() == 1
