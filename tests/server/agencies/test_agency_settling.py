"""Commission from the book's entries, statements reconciled to the fen, certificates of deletion, complaints."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.server.agencies.agency_world import a_batch, a_debtor, an_agency, nine_o_clock
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from zoufang.core.agencies import Differs
from zoufang.core.errors import BadInput, Conflict, NotFound, NotPermitted
from zoufang.core.values import Channel
from zoufang.server.agencies.batches import take_back
from zoufang.server.agencies.conduct import checks, draw_checks, record_check
from zoufang.server.agencies.contacts import Made, record_agency_contact
from zoufang.server.agencies.models import ConductCheck, DeletionCertificate, Placement, Statement
from zoufang.server.agencies.queries import complaints_to_attribute, standing_of
from zoufang.server.agencies.settling import (
    Paper,
    attribute_complaint,
    certify_deletion,
    commission_of,
    paper_of,
    reconciled,
    take_statement,
)
from zoufang.server.book.models import LoanEntry
from zoufang.server.book.services import NewEntry, write_entries
from zoufang.server.oversight.services import open_complaint

pytestmark = pytest.mark.django_db
MONTH = (TODAY, TODAY + timedelta(days=30))


@pytest.fixture(autouse=True)
def world(db):
    nine_o_clock()


@pytest.fixture
def user():
    return a_member("agency")


@pytest.fixture
def agency(user):
    return an_agency(user=user)


def paid(party, days, fen, *, reverses="", reference=""):
    entry = NewEntry(
        loan_id=party.loans.get().pk,
        kind=LoanEntry.Kind.REVERSAL if reverses else LoanEntry.Kind.PAYMENT,
        on=TODAY + timedelta(days=days),
        source_system="core",
        reference=reference or f"{party.source_key}{days}",
        posted_on=TODAY + timedelta(days=days),
        amount_fen=fen,
        reverses=reverses,
    )
    write_entries(entries=[entry], by=None, branch=a_bank(), at=NOW)


def taken_back(batch, days=0):
    take_back(
        placements=batch.placements.all(),
        reason="到期",
        by=a_member("manager"),
        on=TODAY + timedelta(days=days),
        at=NOW,
        recalled=False,
    )


def test_payments_within_the_placement_earn_by_bucket_and_a_reversal_takes_it_back(agency):
    party = a_debtor("a")
    batch = a_batch(agency, party)
    for days in (0, 5, 12, 14):
        paid(party, days, 100_01)
    taken_back(batch, 10)
    paid(party, 20, -100_01, reverses="a5", reference="r")
    found = commission_of(agency, *MONTH)
    assert [(line.on - TODAY).days for line in found] == [5, 12, 20]
    assert [line.commission_fen for line in found] == [1_500, 1_500, -1_500]
    assert found[0].rate_bp == 1_500


def a_statement(agency, *rows, by=None):
    head = "案件编号,还款日期,还款金额（元）,佣金（元）\n"
    text = head + "".join(f"{case},{day},{amount},{fee}\n" for case, day, amount, fee in rows)
    paper = Paper("对账单.csv", text.encode("gb18030"))
    return take_statement(
        agency=agency, since=MONTH[0], until=MONTH[1], paper=paper, by=by or a_member("manager"), at=NOW
    )[0]


def test_a_statement_is_reconciled_to_the_fen_and_each_difference_has_its_reason(agency):
    party = a_debtor("a")
    a_batch(agency, party)
    for days in (3, 4, 5):
        paid(party, days, 100_01)
    case = Placement.objects.get().case_no
    statement = a_statement(
        agency,
        (case, "2026-05-14", "100.01", "15.00"),
        (case, "2026-05-15", "100.01", "15.01"),
        ("X", "2026-05-15", "9", "1"),
    )
    said = reconciled(statement)
    assert said.agreed == 1
    assert {one.reason for one in said.differences} == {Differs.COMMISSION, Differs.NOT_OURS, Differs.NOT_CLAIMED}
    assert (said.claimed_fen, said.ours_fen) == (3_101, 4_500)
    assert sum(one.fen for one in said.differences) == said.difference_fen == -1_399


def test_a_statement_with_a_wrong_row_is_not_taken_and_the_same_file_counts_once(agency, user):
    with pytest.raises(BadInput):
        a_statement(agency, ("A", "2026-05-14", "1.001", "0"))
    assert not Statement.objects.exists()
    first = a_statement(agency, ("A", "2026-05-14", "1.00", "0"), by=user)
    assert a_statement(agency, ("A", "2026-05-14", "1.00", "0")).pk == first.pk
    with pytest.raises(NotPermitted):
        a_statement(agency, ("A", "2026-05-14", "1.00", "0"), by=a_member("planner"))


def certified(batch, user, *, on=TODAY, today=TODAY):
    return certify_deletion(
        id=uuid4(),
        batch=batch,
        who="何外催",
        on=on,
        how=DeletionCertificate.How.OVERWRITTEN,
        paper=Paper("删除证明.pdf", b"%PDF-1 proof"),
        by=user,
        today=today,
        at=NOW,
    )


def test_the_certificate_frees_the_agency_for_new_batches_and_its_paper_stays_as_it_was(agency, user):
    batch = a_batch(agency, a_debtor("a"))
    with pytest.raises(BadInput):
        certified(batch, user)
    taken_back(batch)
    late = TODAY + timedelta(days=16)
    assert not standing_of(agency, late).takes_cases
    made = certified(batch, user)
    assert (made.cases, paper_of(made)) == (1, b"%PDF-1 proof")
    assert standing_of(agency, late).takes_cases
    made.sealed = bytes(made.sealed)[:-1] + b"x"
    with pytest.raises(BadInput):
        paper_of(made)


def test_nobody_certifies_for_another_agency_or_for_a_day_that_has_not_come(agency, user):
    batch = a_batch(an_agency("ZB"), a_debtor("a"))
    taken_back(batch)
    with pytest.raises(NotFound):
        certified(batch, user)
    own = a_batch(agency, a_debtor("b"))
    taken_back(own)
    with pytest.raises(BadInput):
        certified(own, user, on=TODAY + timedelta(days=1))


def test_a_complaint_while_the_case_was_out_waits_for_a_word_whether_it_is_about_the_agency(agency):
    party, other, compliance = a_debtor("a"), a_debtor("b"), a_member("compliance")
    batch = a_batch(agency, party)
    for who in (party, other):
        open_complaint(id=uuid4(), party=who, about="harassment", text="x", opened_on=TODAY, by=None, at=NOW)
    taken_back(batch)
    waiting = complaints_to_attribute(agency)
    assert [row.party for row, _case in waiting] == [party]
    attribute_complaint(complaint=waiting[0][0], placement=waiting[0][1], about_agency=True, by=compliance, at=NOW)
    assert complaints_to_attribute(agency) == []
    assert agency.placements.get().complaints.get().about_agency


def test_every_contact_against_a_rule_and_a_share_by_lot_is_looked_at_once(agency, user):
    a_batch(agency, *(a_debtor(f"d{n}") for n in range(12)))
    for case in agency.placements.select_related("party__branch", "batch", "agency"):
        record_agency_contact(
            made=Made(
                uuid4(),
                case,
                Channel.CALL,
                "unanswered",
                NOW,
                against=("CN-F1",) if "1" in case.case_no[-1] else (),
            ),
            by=user,
        )
    broken = agency.contacts.exclude(against=[]).count()
    tomorrow = TODAY + timedelta(days=1)
    drawn = draw_checks(today=tomorrow)
    assert broken <= drawn < 12
    assert draw_checks(today=tomorrow) == 0
    assert ConductCheck.objects.filter(why="rule").count() == broken
    compliance, check = a_member("compliance"), ConductCheck.objects.filter(why="rule").first()
    with pytest.raises(BadInput):
        record_check(check=check, result=ConductCheck.Result.FAULT, note=" ", by=compliance, at=NOW)
    record_check(check=check, result=ConductCheck.Result.FAULT, note="语气粗暴", by=compliance, at=NOW)
    with pytest.raises(Conflict):
        record_check(check=check, result=ConductCheck.Result.OK, note="", by=compliance, at=NOW)
    with pytest.raises(NotPermitted):
        checks(user)
