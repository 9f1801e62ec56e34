"""Refused ways of contact, calls to who answers for the debt, and what guarantors agreed to in writing."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests.server.door_phone import login
from tests.server.language_check import assert_speaks_both
from tests.server.offer_gates import a_gate
from tests.server.parties import another_party
from tests.server.staffing import PASSWORD, TODAY, a_bank, a_member
from tests.server.visit_world import TEN
from tests.server.world import a_customer, another_branch, vouched_facts
from zoufang.core.repayment import IncomeSource, MeansStatement
from zoufang.core.values import Channel, Decision, PartyRole, Purpose, SourceCode
from zoufang.server.agreements.consents import consents_in_force
from zoufang.server.agreements.means import take_statement
from zoufang.server.agreements.models import GuarantorConsent
from zoufang.server.agreements.offers import put_offers
from zoufang.server.audit.models import AuditLine
from zoufang.server.book.services import add_phone
from zoufang.server.daily import contacting
from zoufang.server.daily.facts import facts_of, read_registers
from zoufang.server.daily.gate import Question, judge
from zoufang.server.daily.policies import compliance_policy
from zoufang.server.outreach.models import Contact
from zoufang.server.oversight.models import ContactRefusal
from zoufang.server.staff import services as staff
from zoufang.server.staff.models import BankState, Role

pytestmark = pytest.mark.django_db
SCAN = b"%PDF-1.7 signed"
SOURCED = {"source_code": SourceCode.CONTRACT, "source_on": TODAY - timedelta(days=300)}


@pytest.fixture(autouse=True)
def bank(settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path / "files"
    a_bank()
    BankState.objects.update(clock_shift_s=int((TEN - timezone.now()).total_seconds()))
    vouched_facts()


@pytest.fixture
def debtor():
    found = a_customer("C1", name="张借款", arrears_fen=1_000_000)
    add_phone(party=found, number="13955550000", by=a_member("planner"), at=TEN, **SOURCED)
    return found


@pytest.fixture
def guarantor(debtor):
    found = another_party(debtor, PartyRole.GUARANTOR, name="李保成", until=TODAY + timedelta(days=120))
    add_phone(party=found, number="13955550001", by=a_member("planner"), at=TEN, **SOURCED)
    return found


def refuse(party, by="visitor", **given: str):
    said = {"id": str(uuid4()), "channel": "", "place": "", "since": TODAY.isoformat(), "source": "call"} | given
    return login(a_member(by)).post(reverse("customer_refusals", args=[party.pk]), said)


def blocked(party, channel: Channel, phone=None, address=None, target=None) -> bool:
    attempt = contacting.Attempt(party, channel, phone, address, target)
    return "CN-X13" in {finding.rule_id for finding in contacting.ask(attempt, at=TEN).open_reasons}


class TestARefusedWay:
    def test_of_every_channel_holds_calls_messages_and_visits(self, debtor):
        phone, address = debtor.phones.first(), debtor.addresses.first()
        assert refuse(debtor).status_code == 302
        assert blocked(debtor, Channel.CALL, phone)
        assert blocked(debtor, Channel.SMS, phone)
        question = Question(debtor, address, Purpose.FIRST_TALK)
        said = judge(question, read_registers([debtor], TODAY), compliance_policy(TODAY), TODAY)
        assert "CN-X13" in {finding.rule_id for finding in said.verdict.findings}
        assert AuditLine.objects.filter(action="record_refusal", subject_id=str(debtor.pk)).exists()

    def test_leaves_a_notice_by_letter_to_a_supervisor(self, debtor):
        refuse(debtor)
        attempt = contacting.Attempt(debtor, Channel.LETTER, address=debtor.addresses.first())
        found = [f for f in contacting.ask(attempt, at=TEN).findings if f.rule_id == "CN-X13"]
        assert [finding.decision for finding in found] == [Decision.WARN]

    def test_of_one_number_leaves_the_others(self, debtor):
        add_phone(party=debtor, number="13955550009", by=a_member("planner"), at=TEN, **SOURCED)
        first, second = debtor.phones.order_by("pk")
        assert refuse(debtor, place=f"p{first.pk}").status_code == 302
        assert blocked(debtor, Channel.CALL, first)
        assert not blocked(debtor, Channel.CALL, second)

    def test_of_a_place_holds_visits_there_and_no_calls(self, debtor):
        phone, address = debtor.phones.first(), debtor.addresses.first()
        refuse(debtor, channel="visit", place=f"a{address.pk}")
        facts = facts_of(debtor, address, read_registers([debtor], TODAY))
        assert facts.refused_channels == (Channel.VISIT,)
        assert not blocked(debtor, Channel.CALL, phone)

    @pytest.mark.parametrize(("days", "held"), [(-1, False), (0, True), (1, True)])
    def test_ends_with_its_last_day(self, debtor, days, held):
        ContactRefusal.objects.create(
            id=uuid4(),
            party=debtor,
            branch=debtor.branch,
            since=TODAY - timedelta(days=30),
            until=TODAY + timedelta(days=days),
            source="call",
            at=TEN,
        )
        assert blocked(debtor, Channel.CALL, debtor.phones.first()) is held

    def test_of_one_person_is_not_that_of_another(self, debtor, guarantor):
        refuse(guarantor)
        target = contacting.target_to_contact(debtor, guarantor.pk, "guarantor")
        assert blocked(debtor, Channel.CALL, guarantor.phones.first(), target=target)
        assert not blocked(debtor, Channel.CALL, debtor.phones.first())

    def test_that_does_not_fit_its_place_is_refused_in_words(self, debtor):
        assert refuse(debtor, channel="visit", place=f"p{debtor.phones.first().pk}").status_code == 422
        assert refuse(debtor, until=(TODAY - timedelta(days=1)).isoformat()).status_code == 422
        assert not ContactRefusal.objects.exists()

    def lift(self, row, by="compliance", **given: str):
        said = {"on": TODAY.isoformat(), "source": "writing", "words": "来信同意接听电话"} | given
        return login(a_member(by)).post(reverse("refusal_lift", args=[row.pk]), said)

    def test_is_lifted_by_the_persons_word_alone(self, debtor):
        refuse(debtor)
        row = ContactRefusal.objects.get()
        assert self.lift(row, "manager").status_code == 403
        assert self.lift(row, words="").status_code in (200, 422)
        assert blocked(debtor, Channel.CALL, debtor.phones.first())
        assert self.lift(row).status_code == 302
        assert not blocked(debtor, Channel.CALL, debtor.phones.first())
        assert AuditLine.objects.filter(action="lift_refusal").exists()

    def test_words_are_sealed(self, debtor):
        refuse(debtor, words="我丈夫住院，别打电话")
        row = ContactRefusal.objects.get()
        assert "住院".encode() not in bytes(row.sealed_words)

    def test_speaks_both_languages(self, debtor):
        refuse(debtor)
        assert_speaks_both(login(a_member("compliance")), reverse("customer_refusals", args=[debtor.pk]))
        row = ContactRefusal.objects.get()
        assert_speaks_both(login(a_member("compliance")), reverse("refusal_lift", args=[row.pk]))


class TestACallToAGuarantor:
    def address(self, debtor, guarantor, role="guarantor") -> str:
        return reverse("customer_contact_other", args=[debtor.pk, guarantor.pk, role])

    def call(self, debtor, guarantor, result="reached"):
        sent = {"channel": "call", "phone": str(guarantor.phones.first().pk), "result": result}
        return login(a_member("visitor")).post(self.address(debtor, guarantor), sent)

    def test_is_recorded_as_theirs_about_the_debtors_debt(self, debtor, guarantor):
        assert self.call(debtor, guarantor).status_code == 302
        row = Contact.objects.get(target=guarantor)
        assert (row.debtor, row.reached_role) == (debtor, "guarantor")

    def test_after_the_guarantee_has_ended_is_refused_by_their_own_rule(self, debtor):
        released = another_party(debtor, PartyRole.GUARANTOR, name="李保成", until=TODAY - timedelta(days=1))
        add_phone(party=released, number="13955550001", by=a_member("planner"), at=TEN, **SOURCED)
        answer = self.call(debtor, released)
        assert "CN-P6" in answer.content.decode()
        assert not Contact.objects.filter(target=released).exists()

    def test_shows_what_may_be_said_to_a_guarantor_only(self, debtor, guarantor):
        html = login(a_member("visitor")).get(self.address(debtor, guarantor)).content.decode()
        assert "张借款" not in html
        assert "李保成" not in html
        assert_speaks_both(login(a_member("visitor")), self.address(debtor, guarantor))

    def test_to_who_does_not_stand_in_the_debt_is_not_found(self, debtor, guarantor):
        client = login(a_member("visitor"))
        stranger = a_customer("C2", name="周无关")
        assert client.get(self.address(debtor, stranger)).status_code == 404
        assert client.get(self.address(debtor, guarantor, "co_debtor")).status_code == 404

    def test_stands_on_the_customers_page(self, debtor, guarantor):
        html = login(a_member("visitor")).get(reverse("customer", args=[debtor.pk])).content.decode()
        assert self.address(debtor, guarantor) in html


class TestAConsent:
    def record(self, debtor, guarantor, by="visitor", **given: str):
        link = debtor.loans.get().parties.get(party=guarantor)
        said = {
            "id": str(uuid4()),
            "guarantee": str(link.pk),
            "most": "200000",
            "until": (TODAY + timedelta(days=3650)).isoformat(),
            "signed_on": TODAY.isoformat(),
            "how": "counter",
        }
        said |= given
        said["scan"] = SimpleUploadedFile("signed.pdf", SCAN)
        return login(a_member(by)).post(reverse("customer_consents", args=[debtor.pk]), said)

    def confirm(self, user):
        return login(user).post(reverse("consent_confirm", args=[GuarantorConsent.objects.get().pk]))

    def warned(self, debtor) -> set[str]:
        by, loan = a_member("visitor"), debtor.loans.get()
        loan.annual_rate_bp = 600
        loan.save()
        means = MeansStatement(TODAY, "平原县", 3, (IncomeSource("工资", 900_000),), 300_000, ())
        statement = take_statement(id=uuid4(), party=debtor, means=means, visit=None, by=by, on=TODAY)
        _kept, said = put_offers(id=uuid4(), loan=loan, statement=statement, gate=a_gate(loan), by=by, today=TODAY)
        return {f.rule_id for offer in said.offers for f in offer.findings if f.decision is not Decision.ALLOW}

    def test_that_two_people_vouch_for_lets_the_offer_pass(self, debtor, guarantor):
        assert "CN-L9" in self.warned(debtor)
        assert self.record(debtor, guarantor).status_code == 302
        assert "CN-L9" in self.warned(debtor)
        assert self.confirm(a_member("approver")).status_code == 302
        assert "CN-L9" not in self.warned(debtor)

    def test_is_confirmed_by_another_person(self, debtor, guarantor):
        self.record(debtor, guarantor, by="manager")
        self.confirm(a_member("manager"))
        assert GuarantorConsent.objects.get().confirmed_at is None
        assert self.confirm(a_member("planner")).status_code == 403

    @pytest.mark.parametrize("given", [{"most": "1"}, {"until": (TODAY + timedelta(days=1)).isoformat()}])
    def test_to_less_than_the_offer_does_not_carry_it(self, debtor, guarantor, given):
        self.record(debtor, guarantor, **given)
        self.confirm(a_member("approver"))
        assert "CN-L9" in self.warned(debtor)

    def test_that_was_voided_counts_no_more(self, debtor, guarantor):
        self.record(debtor, guarantor)
        self.confirm(a_member("approver"))
        row = GuarantorConsent.objects.get()
        void = reverse("consent_void", args=[row.pk])
        assert login(a_member("approver")).post(void, {"why": "签约前撤回"}).status_code == 302
        assert consents_in_force(row.loan) == ()

    def test_without_a_scan_or_of_the_future_is_refused(self, debtor, guarantor):
        assert self.record(debtor, guarantor, signed_on=(TODAY + timedelta(days=1)).isoformat()).status_code == 422
        assert not GuarantorConsent.objects.exists()

    def test_of_another_branch_is_not_found(self, debtor, guarantor):
        self.record(debtor, guarantor)
        away = staff.add_user(
            username="away",
            full_name="孔异地",
            employee_no="E900",
            role=Role.APPROVER,
            branch=another_branch(),
            password=PASSWORD,
            at=TEN,
        )
        assert self.confirm(away).status_code == 404

    def test_speaks_both_languages(self, debtor, guarantor):
        self.record(debtor, guarantor)
        assert_speaks_both(login(a_member("manager")), reverse("customer_consents", args=[debtor.pk]))
