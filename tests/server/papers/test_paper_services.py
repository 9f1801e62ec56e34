"""Papers of a visit on the server: what they may say, their numbers, the seal, the scan, the limitation clock."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest

from tests.server.staffing import TODAY, a_member
from tests.server.visit_world import TEN, a_published_day, officers
from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.core.values import PartyRole
from zoufang.core.visits import PaperGrade, PaperKind, PaperStep, Signer
from zoufang.server.audit.models import AuditLine
from zoufang.server.book.models import Loan
from zoufang.server.daily.facts import read_registers
from zoufang.server.papers import queries
from zoufang.server.papers.models import Paper
from zoufang.server.papers.printing import print_paper, printed_paper
from zoufang.server.papers.services import Step, keep_scan, make_paper, take_step

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 a signed demand"
S = PaperStep


@pytest.fixture
def visit(settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path
    found = a_published_day(1)[0]
    loan = found.party.loans.get()
    loan.state.figure_source, loan.state.overdue_principal_fen = "computed", 2_800_000
    loan.state.interest_fen, loan.state.fees_fen = 150_000, 50_000
    loan.state.save()
    return found


def a_demand(visit, **others):
    by = officers(visit)[0]
    given = {"id": uuid4(), "kind": PaperKind.DEMAND, "loan": visit.party.loans.get()} | others
    return make_paper(visit=visit, by=by, at=TEN, **given)


def after(paper, by, *steps):
    for step in steps:
        paper = take_step(paper=paper, step=step, by=by, at=TEN)
    return paper


def step(kind, **given):
    return Step(uuid4(), kind, given.pop("on", TODAY), **given)


def a_printed_demand(visit):
    by = officers(visit)[0]
    paper = after(a_demand(visit), by, step(S.SEAL_ASKED))
    paper = after(paper, a_member("approver"), step(S.SEALED))
    return print_paper(paper=paper, id=uuid4(), language="zh", by=by, at=TEN)


def test_a_demand_says_what_is_owed_part_by_part(visit):
    contents = a_demand(visit).contents
    assert contents["total_fen"] == 3_000_000
    assert (contents["principal_fen"], contents["interest_fen"], contents["fees_fen"]) == (
        2_800_000,
        150_000,
        50_000,
    )


def test_what_a_demand_says_is_sealed_in_the_database(visit):
    paper = a_demand(visit)
    assert "张三丰".encode() not in bytes(paper.sealed)
    assert paper.contents["debtor"] == "张三丰"


def test_a_part_that_the_bank_did_not_give_is_missing_and_never_zero(visit):
    visit.party.loans.get().state.__class__.objects.update(figure_source="given", given_on=TODAY)
    with pytest.raises(BadInput, match="principal_fen, interest_fen, fees_fen, total_fen"):
        a_demand(visit)
    assert not Paper.objects.exists()


def test_a_record_of_a_visit_that_has_not_been_made_is_refused(visit):
    with pytest.raises(BadInput, match="begun, ended"):
        a_demand(visit, kind=PaperKind.VISIT_RECORD, loan=None)


def test_numbers_of_a_branch_run_without_a_gap_even_past_a_refusal(visit):
    first = a_demand(visit)
    with pytest.raises(BadInput):
        a_demand(visit, kind=PaperKind.PROMISE)
    second = a_demand(visit)
    assert first.number == f"{visit.branch.code}-{TODAY.year}-000001"
    assert second.number.endswith("-000002")


def test_the_same_paper_asked_for_twice_is_one_paper(visit):
    same = uuid4()
    assert a_demand(visit, id=same).number == a_demand(visit, id=same).number
    assert Paper.objects.count() == 1


def test_a_loan_of_somebody_else_is_refused(visit):
    with pytest.raises(BadInput, match="Choose the loan"):
        a_demand(visit, loan=Loan(id=uuid4(), debtor_id=uuid4()))


def test_whoever_asked_for_the_seal_cannot_confirm_it(visit):
    manager = a_member("manager")
    paper = after(a_demand(visit), manager, step(S.SEAL_ASKED))
    with pytest.raises(NotPermitted, match="second person"):
        after(paper, manager, step(S.SEALED))
    assert after(paper, a_member("approver"), step(S.SEALED)).step == S.SEALED


def test_a_visitor_confirms_no_seal(visit):
    first, second = officers(visit)
    paper = after(a_demand(visit), first, step(S.SEAL_ASKED))
    with pytest.raises(NotPermitted):
        after(paper, second, step(S.SEALED))


def test_an_approver_sees_the_seals_that_wait(visit):
    paper = after(a_demand(visit), officers(visit)[0], step(S.SEAL_ASKED))
    assert list(queries.seals_asked(a_member("approver"))) == [paper]


def test_a_demand_without_its_seal_is_not_printed(visit):
    with pytest.raises(Conflict):
        print_paper(paper=a_demand(visit), id=uuid4(), language="zh", by=officers(visit)[0], at=TEN)


def test_what_was_printed_is_read_again_byte_by_byte_and_each_reading_is_audited(visit):
    paper, by = a_printed_demand(visit), officers(visit)[0]
    content = printed_paper(paper=paper, by=by, at=TEN)
    assert paper.steps.get(step=S.PRINTED).proof == f"zh {sha256(content).hexdigest()}"
    assert AuditLine.objects.filter(action="read_paper").count() == 1
    Paper.objects.update(number="X-1")
    with pytest.raises(Conflict, match="no longer"):
        printed_paper(paper=Paper.objects.get(), by=by, at=TEN)


def test_a_step_sent_twice_is_taken_once_and_another_under_its_id_is_refused(visit):
    by, asked = officers(visit)[0], step(S.SEAL_ASKED)
    paper = after(a_demand(visit), by, asked, asked)
    assert [row.step for row in paper.steps.all()] == ["made", "seal_asked"]
    with pytest.raises(Conflict, match="Another step"):
        after(paper, by, Step(asked.id, S.SEAL_ASKED, TODAY - timedelta(days=1)))


def test_each_step_leaves_a_line_in_the_audit(visit):
    after(a_demand(visit), officers(visit)[0], step(S.SEAL_ASKED))
    assert AuditLine.objects.filter(action__in=("paper_made", "paper_seal_asked")).count() == 2


def test_a_step_in_the_future_is_refused(visit):
    with pytest.raises(BadInput, match="future"):
        after(a_demand(visit), officers(visit)[0], step(S.SEAL_ASKED, on=TODAY + timedelta(days=1)))


def a_signed_demand(visit, signer=Signer.DEBTOR, identity=""):
    by = officers(visit)[0]
    paper = after(a_printed_demand(visit), by, step(S.SIGNED, signer=signer, identity=identity))
    return keep_scan(paper=paper, id=uuid4(), on=TODAY, content=PDF, by=by, at=TEN)


def test_a_signed_and_scanned_demand_is_grade_a_and_restarts_limitation(visit):
    before = read_registers([visit.party], TODAY).limitation[visit.party_id]
    paper = a_signed_demand(visit)
    Loan.objects.update(matures_on=TODAY - timedelta(days=30))
    assert paper.grade is PaperGrade.A
    after_it = read_registers([visit.party], TODAY).limitation[visit.party_id]
    assert before > after_it == TODAY.replace(year=TODAY.year + 3)


def test_a_demand_after_limitation_has_ended_does_not_start_it_anew(visit):
    a_signed_demand(visit)
    Loan.objects.update(matures_on=TODAY - timedelta(days=4 * 366))
    assert read_registers([visit.party], TODAY).limitation[visit.party_id] < TODAY


def test_a_relative_who_signs_without_identity_proves_only_the_effort(visit):
    paper = a_signed_demand(visit, Signer.CO_RESIDENT_ADULT)
    assert paper.grade is PaperGrade.C
    assert not queries.demanded_on([visit.party_id])


def test_a_relative_whose_identity_is_recorded_counts_and_the_identity_is_sealed(visit):
    paper = a_signed_demand(visit, Signer.CO_RESIDENT_ADULT, "李四, spouse")
    assert paper.grade is PaperGrade.A
    assert "李四".encode() not in bytes(paper.steps.get(step=S.SIGNED).sealed_signer)


def test_a_paper_signed_by_the_guarantor_leaves_the_debtors_clock_alone(visit):
    a_signed_demand(visit, Signer.GUARANTOR)
    assert not queries.demanded_on([visit.party_id])


def test_a_demand_carried_to_the_guarantor_leaves_the_debtors_clock_alone(visit):
    a_signed_demand(visit)
    assert queries.demanded_on([visit.party_id])
    visit.target_role = PartyRole.GUARANTOR
    visit.save()
    assert not queries.demanded_on([visit.party_id])


def test_a_scan_is_a_document_and_is_kept_sealed(visit, tmp_path):
    by = officers(visit)[0]
    paper = after(a_printed_demand(visit), by, step(S.SIGNED, signer=Signer.DEBTOR))
    with pytest.raises(BadInput, match="PDF, JPEG or PNG"):
        keep_scan(paper=paper, id=uuid4(), on=TODAY, content=b"MZ program", by=by, at=TEN)
    keep_scan(paper=paper, id=uuid4(), on=TODAY, content=PDF, by=by, at=TEN)
    (kept,) = (tmp_path / "papers").rglob("*.sealed")
    assert b"signed demand" not in kept.read_bytes()


def test_a_letter_without_its_receipt_is_named_after_fifteen_days(visit):
    by = officers(visit)[0]
    paper = after(a_printed_demand(visit), by, step(S.POSTED, proof="EMS1"))
    assert not queries.without_receipt(by, TODAY + timedelta(days=15))
    assert list(queries.without_receipt(by, TODAY + timedelta(days=16))) == [paper]
    after(paper, by, step(S.ARRIVED, proof="EMS1"))
    assert not queries.without_receipt(by, TODAY + timedelta(days=16))
