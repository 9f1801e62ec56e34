"""Repayment talked over at the door."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from tests.server.door_phone import arrive, login, talk
from tests.server.language_check import assert_speaks_both
from tests.server.staffing import a_member
from zoufang.server.agreements.models import Proposal, RepaymentPlan, Statement
from zoufang.server.audit.models import AuditLine
from zoufang.server.book.models import LoanState

pytestmark = pytest.mark.django_db


MEANS = {
    "household": "3",
    "income_known": "listed",
    "kind_0": "wages",
    "amount_0": "9000",
    "certainty_0": "documented",
    "spending": "3000",
    "debts_known": "none",
    "willingness": "open",
}


class TestRepayment:
    def statement(self, visit, phone, **changes):
        sent = {"statement_id": str(uuid4()), "proposal_id": str(uuid4())} | MEANS | changes
        return phone.client.post(reverse("visit_means", args=[visit.pk]), sent)

    def test_there_is_no_plan_before_the_identity_check(self, visit, phones):
        arrive(phones)
        assert phones[0].client.get(reverse("visit_means", args=[visit.pk])).status_code == 409
        assert self.statement(visit, phones[0]).status_code == 409
        assert not Statement.objects.exists()

    def test_two_or_three_offers_are_shown_to_the_fen_against_staying_as_is(self, visit, phones):
        talk(phones)
        answer = self.statement(visit, phones[0])
        assert answer.status_code == 302
        html = phones[0].client.get(answer.url).content.decode()
        offers = Proposal.objects.get().offers
        assert 2 <= len(offers) <= 3
        for offer in offers:
            assert f"{offer['total_fen'] / 100:,.2f}" in html
            assert f"{offer['stay_fen'] / 100:,.2f}" in html
            for part in offer["schedule"]:
                assert part["due"] in html
        assert_speaks_both(phones[0].client, answer.url)

    def test_unknown_income_gives_no_offer_but_what_to_ask_for(self, visit, phones):
        talk(phones)
        answer = self.statement(visit, phones[0], income_known="unknown", kind_0="", amount_0="")
        html = phones[0].client.get(answer.url).content.decode()
        assert Proposal.objects.get().offers == []
        assert "目前无法提供还款方案" in html

    def test_an_empty_amount_is_not_known_and_never_zero(self, visit, phones):
        talk(phones)
        self.statement(visit, phones[0], spending="", amount_0="")
        statement = Statement.objects.get()
        assert (statement.low_fen, statement.high_fen) == (None, None)

    def test_a_list_without_lines_and_a_wrong_amount_come_back(self, visit, phones):
        talk(phones)
        answer = self.statement(visit, phones[0], kind_0="", spending="lots")
        assert answer.status_code == 422
        assert {"income_known", "spending"} <= set(answer.context["form"].errors)

    def test_choosing_an_offer_twice_makes_one_plan_of_this_visit(self, visit, phones):
        talk(phones)
        offers = self.statement(visit, phones[0]).url
        proposal = Proposal.objects.get()
        accept = reverse("visit_accept", args=[visit.pk, proposal.pk])
        sent = {"plan_id": str(uuid4()), "choice": "1"}
        assert phones[0].client.post(accept, sent).status_code == 302
        assert phones[0].client.post(accept, sent).status_code == 302
        plan = RepaymentPlan.objects.get()
        assert (plan.visit_id, plan.offer) == (visit.pk, proposal.offers[1])
        again = phones[0].client.post(accept, {"plan_id": str(uuid4()), "choice": "0"})
        assert again.status_code == 409
        assert "已有还款方案" in again.content.decode()
        assert phones[0].client.get(offers).status_code == 200

    def test_a_choice_that_is_none_is_said(self, visit, phones):
        talk(phones)
        self.statement(visit, phones[0])
        accept = reverse("visit_accept", args=[visit.pk, Proposal.objects.get().pk])
        assert phones[0].client.post(accept, {"plan_id": "x", "choice": "y"}).status_code == 409
        assert phones[0].client.post(accept, {"plan_id": str(uuid4()), "choice": "9"}).status_code == 409

    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_the_agreement_is_a_pdf_and_each_printing_is_logged(self, visit, phones, language):
        talk(phones)
        self.statement(visit, phones[0])
        accept = reverse("visit_accept", args=[visit.pk, Proposal.objects.get().pk])
        phones[0].client.post(accept, {"plan_id": str(uuid4()), "choice": "0"})
        plan = RepaymentPlan.objects.get()
        # A payment since then changes the balance; the agreement is of the day on which it was made.
        LoanState.objects.update(balance_fen=100_000, arrears_fen=50_000)
        address = reverse("agreement_pdf", args=[plan.pk])
        answer = phones[0].client.get(address, {"language": language})
        assert answer.content.startswith(b"%PDF")
        assert AuditLine.objects.filter(action="print_agreement").count() == 1
        assert login(a_member("planner")).get(address).status_code == 403
        RepaymentPlan.objects.update(status="rejected")
        assert phones[0].client.get(address).status_code == 409
