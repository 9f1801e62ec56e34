"""Placing, keeping, returning and recalling; who sees a case, and who is not visited meanwhile."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.server.agencies.agency_world import DUE, a_batch, a_debtor, an_agency, nine_o_clock
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_study
from zoufang.core.errors import BadInput, Conflict, NotFound, NotPermitted
from zoufang.core.evaluation import Arm
from zoufang.core.values import Channel, PartyRole, Purpose
from zoufang.server.agencies import people, register
from zoufang.server.agencies.batches import Order, keep_longer, return_those_due, take_back
from zoufang.server.agencies.models import Batch, Placement
from zoufang.server.agencies.queries import own_cases, standing_of
from zoufang.server.book.models import Loan, LoanState
from zoufang.server.daily.agency_work import case_of, contact_made, reveal_to_agency, take_contact_sheet
from zoufang.server.daily.facts import read_registers
from zoufang.server.daily.gate import review_call
from zoufang.server.daily.placing import Segment, judged_segment, place_segment, recall_stopped
from zoufang.server.daily.shortlist import shortlist
from zoufang.server.daily.wanted import wanted_on
from zoufang.server.outreach.models import Contact
from zoufang.server.oversight.models import Stop
from zoufang.server.oversight.services import open_complaint, set_stop
from zoufang.server.visiting.orders import order_visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world(db):
    nine_o_clock()


@pytest.fixture
def user():
    return a_member("agency")


@pytest.fixture
def agency(user):
    return an_agency(user=user)


def seen_by(user, day=TODAY):
    return [one.party.source_key for one in own_cases(user, day)]


def stopped(party, kind):
    return set_stop(id=uuid4(), party=party, kind=kind, since=TODAY, by=a_member("compliance"), at=NOW)


def test_a_batch_holds_what_is_owed_on_the_day_and_its_agency_alone_sees_it(agency, user):
    one, two = a_debtor("a"), a_debtor("b")
    batch = a_batch(agency, one, two)
    assert seen_by(user) == ["a", "b"]
    case = Placement.objects.get(party=one)
    assert (case.case_no, case.arrears_fen, case.due_back) == (f"{batch.number}-0001", 3_000_000, DUE)
    assert case.loans.get().loan.debtor == one
    other = an_agency("ZB")
    assert other.placements.count() == 0


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        (Stop.Kind.DECEASED, "CN-X1"),
        (Stop.Kind.DISPUTE, "CN-O6"),
        (Stop.Kind.HARDSHIP_REVIEW, "CN-X5"),
        (Stop.Kind.DO_NOT_VISIT, "CN-X4"),
        (Stop.Kind.SELF_HARM, "CN-X12"),
    ],
)
def test_a_stop_keeps_a_case_here_and_recalls_one_that_is_out_at_once(agency, user, kind, rule):
    party = a_debtor("a")
    batch = a_batch(agency, party)
    case = Placement.objects.get()
    stopped(party, kind)
    with pytest.raises(NotFound):
        case_of(case.pk, user, today=TODAY, at=NOW)
    case.refresh_from_db()
    assert case.ending == "recalled"
    assert rule in str(case.reason)
    assert seen_by(user) == []
    said = judged_segment(Segment(a_bank()), TODAY)
    assert rule in {finding.rule_id for finding in said[0].against}
    assert batch.placements.get().steps.last().by is None


def test_a_complaint_and_a_transfer_recall_too_and_a_stop_that_is_nobodys_does_not(agency, user):
    parties = [a_debtor(key) for key in "abc"]
    a_batch(agency, *parties)
    open_complaint(id=uuid4(), party=parties[0], about="harassment", text="x", opened_on=TODAY, by=None, at=NOW)
    Loan.objects.filter(debtor=parties[1]).update(transferred_on=TODAY)
    assert recall_stopped(today=TODAY, at=NOW) == 2
    assert seen_by(user) == ["c"]
    assert recall_stopped(today=TODAY, at=NOW, everybody=True) == 0


def test_a_case_is_never_with_two_agencies(agency):
    party = a_debtor("a")
    a_batch(agency, party)
    other = an_agency("ZB")
    with pytest.raises(BadInput):
        a_batch(other, party)
    case = Placement.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Placement.objects.create(
            id=uuid4(),
            batch=case.batch,
            agency=other,
            party=party,
            branch=party.branch,
            case_no="X",
            placed_on=TODAY,
            due_back=DUE,
            bucket="M3",
            arrears_fen=1,
        )


def test_who_stands_in_a_study_is_not_placed(agency):
    party = a_debtor("a")
    a_study({party: Arm.HOLD_OUT})
    with pytest.raises(BadInput):
        a_batch(agency, party)


def test_nobody_of_the_bank_visits_a_case_that_is_out_until_it_is_recalled(agency):
    party, free = a_debtor("a"), a_debtor("b")
    a_batch(agency, party)
    assert [one.party.source_key for one in shortlist(a_bank(), TODAY, 10)] == ["b"]
    a_study({party: Arm.FREE, free: Arm.FREE})
    order_visit(
        day=TODAY,
        party=party,
        target=party,
        role=PartyRole.DEBTOR,
        purpose=Purpose.FIRST_TALK,
        reason="想去",
        by=a_member("planner"),
        at=NOW,
    )
    wanted, left = wanted_on(a_bank(), TODAY)
    assert [one.party for one in wanted] == [free]
    assert agency.code in str(left[0].reasons[0])
    take_back(
        placements=Placement.objects.all(),
        reason="行内自办",
        by=a_member("manager"),
        on=TODAY,
        at=NOW,
        recalled=True,
    )
    wanted, _left = wanted_on(a_bank(), TODAY)
    assert {one.party for one in wanted} == {party, free}


def test_a_recall_takes_a_whole_batch_from_the_agencys_users_at_once(agency, user):
    batch = a_batch(agency, a_debtor("a"), a_debtor("b"))
    done = take_back(
        placements=batch.placements.all(),
        reason="合同纠纷",
        by=a_member("compliance"),
        on=TODAY,
        at=NOW,
        recalled=True,
    )
    assert done == 2
    assert seen_by(user) == []


def test_an_agencys_user_places_and_takes_back_nothing(agency, user):
    party = a_debtor("a")
    order = Order(uuid4(), agency, a_bank(), Batch.Purpose.CALLS, TODAY, DUE)
    with pytest.raises(NotPermitted):
        place_segment(order=order, parties=[party.pk], by=user, at=NOW)
    a_batch(agency, party)
    with pytest.raises(NotPermitted):
        take_back(placements=Placement.objects.all(), reason="x", by=user, on=TODAY, at=NOW, recalled=True)


def test_suspending_or_leaving_takes_every_case_from_sight_at_once(agency, user):
    a_batch(agency, a_debtor("a"))
    register.suspend_agency(agency=agency, why="违规", by=a_member("manager"), at=NOW)
    assert seen_by(user) == []
    register.resume_agency(agency=agency, by=a_member("compliance"), at=NOW)
    assert seen_by(user) == ["a"]
    people.person_left(person=agency.people.get(), on=TODAY, by=a_member("manager"), at=NOW)
    assert seen_by(user) == []


def test_keeping_a_case_needs_a_later_day_and_the_contract_and_ends_after_two_times(agency, user):
    a_batch(agency, a_debtor("a"))
    manager, rows = a_member("manager"), Placement.objects.all()
    for n in (1, 2):
        keep_longer(
            placements=rows, due_back=DUE + timedelta(days=30 * n), reason="有承诺", by=manager, on=TODAY, at=NOW
        )
    with pytest.raises(BadInput):
        keep_longer(
            placements=rows, due_back=DUE + timedelta(days=90), reason="再留", by=manager, on=TODAY, at=NOW
        )
    assert Placement.objects.get().kept == 2
    assert seen_by(user, DUE + timedelta(days=60)) == ["a"]
    assert seen_by(user, DUE + timedelta(days=61)) == []


def test_a_case_past_its_day_goes_back_by_itself(agency):
    a_batch(agency, a_debtor("a"))
    assert return_those_due(today=DUE, at=NOW) == 0
    assert return_those_due(today=DUE + timedelta(days=1), at=NOW) == 1
    assert Placement.objects.get().ending == "returned"


def test_data_that_nobody_certified_as_deleted_blocks_the_next_batch(agency):
    batch = a_batch(agency, a_debtor("a"))
    take_back(
        placements=batch.placements.all(), reason="完成", by=a_member("manager"), on=TODAY, at=NOW, recalled=False
    )
    in_time, late = TODAY + timedelta(days=15), TODAY + timedelta(days=16)
    assert standing_of(agency, in_time).findings == ()
    assert [one.rule_id for one in standing_of(agency, late).findings] == ["CN-D4"]


def test_an_agency_is_shown_one_number_and_one_address_with_a_reason_and_never_an_id(agency, user):
    a_batch(agency, a_debtor("a"))
    case = case_of(Placement.objects.get().pk, user, today=TODAY, at=NOW)
    assert reveal_to_agency(case=case, what="phone", purpose="call", by=user, at=NOW).startswith("139")
    for what, purpose in (("id_no", "call"), ("phone", "legal")):
        with pytest.raises(BadInput):
            reveal_to_agency(case=case, what=what, purpose=purpose, by=user, at=NOW)


def test_an_agencys_calls_count_in_the_gates_own_numbers(agency, user):
    party = a_debtor("a")
    a_batch(agency, party)
    case = case_of(Placement.objects.get().pk, user, today=TODAY, at=NOW)
    phone = party.phones.get()

    def said():
        found = review_call(party, phone, read_registers([party], TODAY), at=NOW + timedelta(hours=1))
        return {one.rule_id for one in found.findings if one.decision == "block"}

    assert "CN-F1" not in said()
    for _n in range(3):
        contact_made(
            id=uuid4(),
            case=case,
            channel=Channel.CALL,
            result="reached",
            note="",
            by=user,
            today=TODAY,
            at=NOW,
        )
    assert "CN-F1" in said()
    log = read_registers([party], TODAY).contacts.log_of(party.pk, party.pk)
    assert {one.agency for one in log} == {str(agency.pk)}


SHEET = """案件编号,联系时间,联系方式,联系结果,催收员工号,备注
{case},2026-05-11 08:{m:02},电话,接通,001,
{case},2026-05-11 08:{m:02},电话,接通,009,
ZZ-1,2026-05-11 08:10,电话,接通,001,
{case},2026-05-10 08:10,电话,接通,001,
{case},2026-05-11 08:20,电报,接通,001,
{case},,电话,接通,001,
"""


def test_a_sheet_lands_its_good_rows_once_and_names_the_others(agency, user):
    a_batch(agency, a_debtor("a"))
    data = SHEET.format(case=Placement.objects.get().case_no, m=5).encode("gb18030")
    sheet = take_contact_sheet(data=data, file_name="外呼.csv", by=user, today=TODAY, at=NOW)
    assert (sheet.landed, [one["row"] for one in sheet.rejects]) == (1, [3, 4, 5, 6, 7])
    again = take_contact_sheet(data=data, file_name="外呼.csv", by=user, today=TODAY, at=NOW)
    assert again.pk == sheet.pk
    assert Contact.objects.count() == 1


def test_calls_of_a_sheet_beyond_the_days_limit_are_kept_and_named_against_the_agency(agency, user):
    a_batch(agency, a_debtor("a"))
    case = Placement.objects.get().case_no
    rows = "".join(f"{case},2026-05-11 08:{m:02},电话,接通,001,\n" for m in range(31, 36))
    head = SHEET.splitlines()[0] + "\n"
    take_contact_sheet(data=(head + rows).encode(), file_name="x.csv", by=user, today=TODAY, at=NOW)
    against = [c.against for c in agency.contacts.order_by("contact__at")]
    assert ["CN-F1" in one for one in against] == [False, False, False, True, True]


def test_a_batch_for_calls_takes_no_visit_and_no_contract_no_visits(agency, user):
    a_batch(agency, a_debtor("a"), purpose="calls")
    case = case_of(Placement.objects.get().pk, user, today=TODAY, at=NOW)
    with pytest.raises(BadInput):
        contact_made(
            id=uuid4(), case=case, channel=Channel.VISIT, result="not_met", note="", by=user, today=TODAY, at=NOW
        )


def test_the_segment_is_chosen_by_bucket_and_arrears_the_largest_first():
    for key, fen in (("a", 100_00), ("b", 300_00), ("c", 200_00)):
        a_debtor(key, arrears_fen=fen)
    LoanState.objects.filter(loan__source_key="Lb").update(bucket="M1")
    said = judged_segment(Segment(a_bank(), buckets=("M3",), least_fen=50_00), TODAY)
    assert [one.party.source_key for one in said] == ["c", "a"]


def test_an_agency_that_may_have_none_is_given_none(user):
    agency = an_agency(user=user)
    register.suspend_agency(agency=agency, why="违规", by=a_member("manager"), at=NOW)
    agency.refresh_from_db()
    with pytest.raises(Conflict):
        a_batch(agency, a_debtor("a"))
    assert not Placement.objects.exists()
