"""The white list: two people, contracts, evaluations, and what blocks new cases."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.server.agencies.agency_world import a_batch, a_contract, a_debtor, an_agency, nine_o_clock
from tests.server.answered import answered
from tests.server.staffing import NOW, PASSWORD, TODAY, a_bank, a_member
from zoufang.core.agencies import Scores
from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.server.agencies import people, register
from zoufang.server.agencies.models import Agency, AgencyComplaint, Contract, Placement
from zoufang.server.agencies.queries import agencies, standing_of
from zoufang.server.audit.models import AuditLine
from zoufang.server.oversight.services import close_complaint, open_complaint
from zoufang.server.staff import services as staff
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world(db):
    nine_o_clock()


def rules_against(agency, day=TODAY, due_back=None):
    return [one.rule_id for one in standing_of(agency, day, due_back).findings]


def test_who_proposed_an_agency_does_not_approve_it_and_until_then_it_is_given_nothing():
    agency = an_agency(approved=False)
    with pytest.raises(Conflict):
        register.approve_agency(agency=agency, listed_on=TODAY, by=a_member("compliance"), at=NOW)
    with pytest.raises(NotPermitted):
        register.approve_agency(agency=agency, listed_on=TODAY, by=a_member("planner"), at=NOW)
    assert "CN-O2" in rules_against(agency)
    assert not standing_of(agency, TODAY).takes_cases


def test_an_agency_of_the_white_list_takes_cases_and_the_way_there_is_on_the_audit_chain():
    agency = an_agency()
    assert rules_against(agency, TODAY, TODAY + timedelta(days=60)) == []
    lines = AuditLine.objects.filter(subject_kind="agency", subject_id=str(agency.pk))
    done = set(lines.values_list("action", flat=True))
    assert {"propose_agency", "approve_agency", "approve_agency_contract", "evaluate_agency"} <= done


def test_a_suspended_agency_takes_no_case_and_another_person_lets_it_go_on():
    agency, manager = an_agency(), a_member("manager")
    agency = register.suspend_agency(agency=agency, why="泄露客户信息", by=manager, at=NOW)
    assert rules_against(agency) == ["CN-O1"]
    with pytest.raises(Conflict):
        register.resume_agency(agency=agency, by=manager, at=NOW)
    agency = register.resume_agency(agency=agency, by=a_member("compliance"), at=NOW)
    assert rules_against(agency) == []


def test_a_contract_counts_once_approved_and_two_never_share_a_day():
    agency = an_agency()
    with pytest.raises(Conflict):
        a_contract(agency, since=TODAY, days=10)
    Contract.objects.update(approved_by=None, approved_at=None)
    assert "CN-D4" in rules_against(agency)


def test_no_case_goes_out_after_the_contract_and_its_end_is_told_before():
    agency = an_agency()
    contract = Contract.objects.get()
    assert "CN-D4" in rules_against(agency, contract.until + timedelta(days=1))
    soon = standing_of(agency, contract.until - timedelta(days=10)).reminders
    assert any(one.due == contract.until and one.days == 10 for one in soon)


def test_a_year_after_the_evaluation_new_batches_wait_for_the_next_one():
    agency = an_agency()
    Contract.objects.update(until=TODAY + timedelta(days=800))
    assert "CN-O1" in rules_against(agency, TODAY + timedelta(days=366))
    with pytest.raises(NotPermitted):
        register.evaluate(
            id=new_id(), agency=agency, scores=Scores(80, 80, 80), on=TODAY, by=a_member("manager"), at=NOW
        )


def test_complaints_upheld_about_an_agency_lower_its_score_and_can_fail_it():
    agency, compliance = an_agency(), a_member("compliance")
    parties = [a_debtor(f"c{n}") for n in range(4)]
    a_batch(agency, *parties)
    later = TODAY + timedelta(days=5)
    for party in parties:
        complaint = open_complaint(
            id=uuid4(), party=party, about="harassment", text="天天打电话", opened_on=TODAY, by=compliance, at=NOW
        )
        close_complaint(complaint=answered(complaint), finding="upheld", on=later, by=compliance, at=NOW)
        AgencyComplaint.objects.create(
            complaint=complaint,
            placement=Placement.objects.get(party=party),
            about_agency=True,
            by=compliance,
            at=NOW,
        )
    result = register.evaluate(
        id=new_id(), agency=agency, scores=Scores(85, 75, 80), on=later, by=compliance, at=NOW
    )
    assert (result.upheld, result.score, result.passed) == (4, 62, False)
    assert "CN-O1" in rules_against(agency, later)


def test_a_trained_person_is_needed_and_only_an_account_of_role_agency_can_be_tied():
    agency = an_agency()
    person = agency.people.get()
    with pytest.raises(BadInput):
        people.let_in(person=person, user=a_member("visitor"), by=a_member("manager"), at=NOW)
    people.person_left(person=person, on=TODAY, by=a_member("manager"), at=NOW)
    assert rules_against(agency) == ["CN-O3"]


def test_a_branch_beside_ours_sees_no_agency_of_ours():
    an_agency()
    away = staff.add_branch(code="371499", name="外地支行", level="sub_branch", parent=a_bank().parent)
    stranger = staff.add_user(
        username="away",
        full_name="外地人",
        employee_no="X1",
        role=Role.MANAGER,
        branch=away,
        password=PASSWORD,
        at=NOW,
    )
    assert not agencies(stranger).exists()
    assert agencies(a_member("manager")).count() == Agency.objects.count() == 1
