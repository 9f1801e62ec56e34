"""A stage needs two people, and from its day on the gate, the plan and the clocks keep to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.server.disposal.cases import IN_ORDER, a_running, another, approved, given_leave, proposed, step
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.visit_world import a_published_day
from tests.server.world import a_customer, another_branch, vouched_facts
from zoufang.core.compliance import UNKNOWN, LegalStage
from zoufang.core.disposal import Check, Outcome, StageKind
from zoufang.core.errors import BadInput, Conflict, NotFound, NotPermitted
from zoufang.core.values import Channel, GuaranteeKind, PartyRole
from zoufang.server.audit.models import AuditLine
from zoufang.server.book.models import Loan, LoanParty, LoanState
from zoufang.server.daily import disposing
from zoufang.server.daily.facts import facts_of, guarantees_of, read_registers
from zoufang.server.daily.gate import review_now
from zoufang.server.daily.limitation import limitation_ends
from zoufang.server.daily.targets import Target
from zoufang.server.disposal import leave, opening, queries, running
from zoufang.server.disposal.models import CounselLeave, DisposalStage, KeptClaim, StageDate, StageStep
from zoufang.server.oversight import services as oversight
from zoufang.server.oversight.models import Stop
from zoufang.server.staff.models import Role
from zoufang.server.visiting.models import Visit

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def party():
    vouched_facts()
    return a_customer("1")


def blocked_by(party, channel, target=None, day=TODAY):
    registers = read_registers([party], day, [target.party] if target else ())
    moment = NOW + (day - TODAY)
    door = (target.party if target else party).addresses.first()
    said = review_now(party, channel, registers, at=moment, address=door, target=target)
    return {finding.rule_id for finding in said.findings if finding.decision == "block"}


def facts(party, day=TODAY, channel=None):
    return facts_of(party, None, read_registers([party], day), channel=channel)


def test_the_proposer_does_not_approve_and_the_database_refuses_it_too(party):
    stage = proposed(party)
    with pytest.raises(Conflict, match="colleague"):
        disposing.approve_stage(stage=stage, today=TODAY, by=a_member("manager"), at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        DisposalStage.objects.update(state="running", decided_by=stage.proposed_by)
    assert approved(stage).state == "running"


def test_until_it_is_approved_nothing_changes_for_the_debtor(party):
    proposed(party)
    assert facts(party).legal_stage is LegalStage.NONE


def test_what_nobody_states_shuts_the_stage_until_somebody_does(party):
    stage = proposed(party, StageKind.LITIGATION, stated=replace(IN_ORDER, arbitration_clause=UNKNOWN))
    with pytest.raises(Conflict, match="arbitration clause"):
        approved(stage)


def test_a_manager_overrides_only_what_the_data_allow_and_does_not_approve_then(party):
    stage = proposed(party, StageKind.LITIGATION)
    against = [one.check for one in stage.checks if one.answer != "pass"]
    assert against == [Check.DEMANDED]
    other = another(Role.MANAGER)
    with pytest.raises(BadInput):
        disposing.override_stage_check(
            stage=stage, check=Check.DEMANDED, reason=" ", today=TODAY, by=other, at=NOW
        )
    with pytest.raises(Conflict, match="cannot be overridden"):
        disposing.override_stage_check(
            stage=stage, check=Check.CONTRACT_AT_HAND, reason="x", today=TODAY, by=other, at=NOW
        )
    disposing.override_stage_check(
        stage=stage, check=Check.DEMANDED, reason="已公证送达", today=TODAY, by=other, at=NOW
    )
    with pytest.raises(Conflict, match="colleague"):
        disposing.approve_stage(stage=stage, today=TODAY, by=other, at=NOW)
    assert disposing.approve_stage(stage=stage, today=TODAY, by=a_member("approver"), at=NOW)[0].state == "running"


def test_who_cannot_pay_is_not_sued_before_a_review_whoever_asks(party):
    visit = a_published_day()[0]
    Visit.objects.filter(pk=visit.pk).update(
        party=party, hardship=["illness"], day=TODAY - DAY, ended_at=NOW - DAY
    )
    stage = proposed(party, StageKind.LITIGATION)
    with pytest.raises(Conflict, match="hardship"):
        approved(stage)
    stop = oversight.set_stop(
        id=uuid4(), party=party, kind=Stop.Kind.HARDSHIP_REVIEW, since=TODAY, by=a_member("compliance"), at=NOW
    )
    with pytest.raises(Conflict, match="hardship review is open"):
        approved(stage)
    oversight.lift_stop(stop=stop, by=a_member("compliance"), at=NOW)
    assert approved(stage).state == "running"


def test_checks_are_asked_again_on_the_day_of_approval(party):
    stage = proposed(party)
    oversight.set_stop(
        id=uuid4(), party=party, kind=Stop.Kind.SELF_HARM, since=TODAY, by=a_member("manager"), at=NOW
    )
    with pytest.raises(Conflict, match="self-harm"):
        approved(stage)


@pytest.mark.parametrize("kind", [StageKind.MEDIATION, StageKind.LITIGATION, StageKind.PRESERVATION])
def test_at_law_contact_is_shut_on_every_channel_from_the_day_of_approval_to_the_end(party, kind):
    stage = a_running(party, kind)
    for channel in (Channel.CALL, Channel.SMS, Channel.LETTER):
        assert "CN-X6" in blocked_by(party, channel)
    assert facts(party, TODAY - DAY).legal_stage is LegalStage.NONE
    running.close(stage=stage, outcome=Outcome.WITHDRAWN, on=TODAY, by=a_member("manager"), at=NOW)
    assert facts(party).legal_stage is LegalStage.NONE


def test_of_two_stages_the_gate_hears_the_furthest(party):
    a_running(party, StageKind.MEDIATION)
    a_running(party, StageKind.LITIGATION)
    assert facts(party).legal_stage is LegalStage.LITIGATION


def test_counsels_leave_opens_the_channels_it_names_and_no_other(party):
    a_running(party)
    given_leave(party, channels=(Channel.LETTER,))
    assert "CN-X6" not in blocked_by(party, Channel.LETTER)
    assert "CN-X6" in blocked_by(party, Channel.SMS)
    assert facts(party).counsel_leave is False, "an offer is no channel: only leave for all of them covers it"


@pytest.mark.parametrize(("day", "open_"), [(-1, False), (0, True), (30, True), (31, False)])
def test_leave_holds_from_its_first_day_to_its_last(party, day, open_):
    given_leave(party)
    assert facts(party, TODAY + day * DAY).counsel_leave is open_


def test_leave_needs_a_second_person_and_an_end(party):
    row = given_leave(party, confirmed=False)
    assert facts(party).counsel_leave is False
    with pytest.raises(Conflict, match="second person"):
        leave.confirm_leave(leave=row, by=a_member("compliance"), at=NOW)
    with pytest.raises(NotPermitted):
        leave.confirm_leave(leave=row, by=a_member("planner"), at=NOW)
    with pytest.raises(BadInput, match="90 days"):
        given_leave(party, days=90)


def test_leave_taken_back_shuts_at_once_and_withdraws_the_visits_that_rested_on_it():
    visit = a_published_day()[0]
    party = visit.party
    row = given_leave(party)
    held = proposed(party)
    approved(held)
    visit.refresh_from_db()
    assert visit.withdrawn_reason is None
    assert disposing.end_leave(leave=row, why="法务收回", today=TODAY, by=a_member("compliance"), at=NOW) == 1
    visit.refresh_from_db()
    assert "at law" in visit.withdrawn_reason["template"]


def test_a_stage_withdraws_the_visits_of_the_same_day_with_its_reason():
    visit = a_published_day()[0]
    others = Visit.objects.exclude(party=visit.party).count()
    stage = proposed(visit.party)
    for one in stage.checks:
        assert one.answer == "pass" or one.override
    _held, withdrawn = disposing.approve_stage(stage=stage, today=TODAY, by=a_member("approver"), at=NOW)
    visit.refresh_from_db()
    assert withdrawn == 1
    assert visit.withdrawn_reason["params"] == {"stage": "mediation"}
    assert Visit.objects.filter(withdrawn_reason__isnull=True).count() == others


def test_a_sold_debt_is_left_alone_on_every_channel_from_that_very_day(party):
    given_leave(party)
    a_running(party, StageKind.TRANSFER, effective_on=TODAY + 2 * DAY)
    assert facts(party, TODAY + DAY).transferred is False
    for channel in (Channel.CALL, Channel.SMS, Channel.LETTER):
        assert "CN-X7" in blocked_by(party, channel, day=TODAY + 2 * DAY)


def test_a_sale_withdraws_the_visits_of_its_day_and_one_that_fails_gives_the_loan_back():
    visit = a_published_day()[0]
    stage = a_running(visit.party, StageKind.TRANSFER)
    visit.refresh_from_db()
    assert "transferred" in visit.withdrawn_reason["template"]
    running.close(stage=stage, outcome=Outcome.WITHDRAWN, on=TODAY, by=a_member("manager"), at=NOW)
    assert facts(visit.party).transferred is False


def test_once_a_sold_loan_has_left_the_book_the_others_of_the_debtor_may_be_asked_for_again(party):
    """While it stands in the book the crew would read its figures at the door."""
    sold = party.loans.get()
    a_running(party, StageKind.TRANSFER)
    other = Loan.objects.create(
        id=uuid4(), source_system="core", source_key="L1b", debtor=party, branch=party.branch, product="consumer"
    )
    LoanState.objects.create(
        loan=other, branch=party.branch, as_of=TODAY, balance_fen=1, arrears_fen=1, dpd=5, bucket="M1",
        five_class="normal", figure_source="given",
    )  # fmt: skip
    assert facts(party).transferred is True
    LoanState.objects.filter(loan=sold).update(open=False)
    assert facts(party).transferred is False
    LoanState.objects.filter(loan=other).update(open=False)
    assert facts(party).transferred is True


def test_a_debt_written_off_is_kept_as_a_claim_and_may_be_asked_for_under_the_same_rules(party):
    loan = party.loans.get()
    loan.state.dpd, loan.state.five_class, loan.state.interest_fen = 400, "loss", 1_234
    loan.state.save()
    stage = a_running(party, StageKind.WRITE_OFF)
    running.close(stage=stage, outcome=Outcome.DONE, on=TODAY, by=a_member("manager"), at=NOW)
    kept = KeptClaim.objects.get(loan=loan)
    assert (kept.principal_fen, kept.interest_fen, kept.total_fen) == (9_000_000, 1_234, 9_001_234)
    loan.refresh_from_db()
    assert loan.written_off_on == TODAY
    assert not {"CN-X6", "CN-X7"} & blocked_by(party, Channel.LETTER)


def heir_of(party):
    heir = a_customer("H", name="张继", north=0.3)
    LoanParty.objects.create(loan=party.loans.get(), party=heir, role=PartyRole.HEIR)
    oversight.set_stop(
        id=uuid4(), party=party, kind=Stop.Kind.DECEASED, since=TODAY, by=a_member("compliance"), at=NOW
    )
    return Target(heir, PartyRole.HEIR)


def test_an_heir_is_spoken_to_only_by_counsels_leave_for_that_heir(party):
    target = heir_of(party)
    assert "CN-X1" in blocked_by(party, Channel.LETTER, target)
    given_leave(party, whom="debtor")
    assert "CN-X1" in blocked_by(party, Channel.LETTER, target)
    given_leave(party, whom="person", person=target.party, channels=(Channel.LETTER,))
    assert "CN-X1" not in blocked_by(party, Channel.LETTER, target)
    assert "CN-X1" in blocked_by(party, Channel.SMS, target)


def test_leave_names_nobody_who_does_not_stand_in_the_loans(party):
    with pytest.raises(BadInput, match="does not stand"):
        given_leave(party, whom="person", person=a_customer("9", north=0.4))


def test_a_suit_starts_limitation_anew_from_its_filing_and_again_from_its_end(party):
    before = limitation_ends([party.id])[party.id]
    loan = party.loans.get()
    loan.matures_on = TODAY - 1_000 * DAY
    loan.save()
    stage = a_running(party, StageKind.LITIGATION)
    assert limitation_ends([party.id])[party.id] < before
    step(stage, StageStep.Kind.FILED, TODAY - DAY)
    assert limitation_ends([party.id])[party.id] == (TODAY - DAY).replace(year=TODAY.year + 3)
    running.close(stage=stage, outcome=Outcome.WITHDRAWN, on=TODAY, by=a_member("manager"), at=NOW)
    assert limitation_ends([party.id])[party.id] == TODAY.replace(year=TODAY.year + 3)


def test_only_a_suit_keeps_an_ordinary_guarantee(party):
    LoanParty.objects.create(
        loan=party.loans.get(),
        party=a_customer("G", north=0.3),
        role=PartyRole.GUARANTOR,
        guarantee=GuaranteeKind.ORDINARY,
        guarantee_until=TODAY + 20 * DAY,
    )
    stage = a_running(party, StageKind.LITIGATION)
    assert not guarantees_of([party.id])[party.id][0].kept
    step(stage, StageStep.Kind.FILED)
    assert guarantees_of([party.id])[party.id][0].kept


def test_days_that_follow_from_a_step_are_set_and_give_way_to_a_summons(party):
    stage = a_running(party, StageKind.LITIGATION)
    step(stage, StageStep.Kind.ACCEPTED, case_number="（2026）鲁1426民初100号")
    expected = StageDate.objects.get(stage=stage, kind="hearing", done_on=None)
    assert expected.by_rule
    running.set_date(
        id=uuid4(), stage=stage, kind="hearing", on=TODAY + 40 * DAY, today=TODAY, minute=570, place="第三法庭",
        by=a_member("manager"), at=NOW,
    )  # fmt: skip
    open_ones = StageDate.objects.filter(stage=stage, kind="hearing", done_on=None)
    assert [(row.on, row.by_rule) for row in open_ones] == [(TODAY + 40 * DAY, False)]
    called = queries.called_out(a_member("manager"), TODAY + 30 * DAY)
    assert {row.kind for row in called} >= {"hearing", "evidence_by"}


def test_every_step_is_on_the_audit_chain_and_no_words_are(party):
    stage = a_running(party)
    step(stage, StageStep.Kind.NOTE, note="债务人张三丰称下周答复")
    actions = list(AuditLine.objects.filter(subject_id=str(stage.pk)).values_list("action", flat=True))
    assert {"stage_proposed", "stage_approved", "stage_note"} <= set(actions)
    assert not any("张三丰" in str(line.details) for line in AuditLine.objects.all())


def test_the_same_stage_is_not_opened_twice_and_a_form_sent_twice_opens_one(party):
    stage = proposed(party)
    with pytest.raises(Conflict, match="already"):
        proposed(party)
    opening.refuse(stage=stage, why="材料不齐", on=TODAY, by=a_member("approver"), at=NOW)
    assert proposed(party).pk != stage.pk


def test_another_branch_sees_no_stage_and_no_leave(party):
    stage = a_running(party)
    row = given_leave(party)
    away = another(Role.MANAGER, 3)
    away.branch = another_branch()
    away.save()
    assert not queries.stages(away).exists()
    assert not leave.leaves(away).exists()
    with pytest.raises(NotFound):
        queries.stage(stage.pk, away)
    with pytest.raises(NotFound):
        leave.leave_to_decide(row.pk, away)
    with pytest.raises(NotPermitted):
        running.close(stage=stage, outcome=Outcome.WITHDRAWN, on=TODAY, by=away, at=NOW)


def test_a_visitor_opens_nothing(party):
    with pytest.raises(NotPermitted):
        proposed(party, by=a_member("visitor"))
    assert a_bank().pk == party.branch_id
    assert CounselLeave.objects.count() == 0
