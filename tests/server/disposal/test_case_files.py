"""A case file names what it has and what it lacks, computes arrears to the fen, and proves itself offline."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.server.disposal.cases import a_running, step
from tests.server.door_phone import login
from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, TODAY, a_member
from tests.server.world import SYSTEM, a_customer, vouched_facts
from zoufang.core.disposal import Evidence, StageKind
from zoufang.files.evidence_zip import check_package
from zoufang.server.audit.models import AuditLine
from zoufang.server.book.models import Loan, LoanEntry
from zoufang.server.disposal.models import CaseExport, StageStep
from zoufang.server.evidence.case_file import case_file_of
from zoufang.server.outreach.models import Contact

pytestmark = pytest.mark.django_db


def entry(loan, kind, days_ago, reference, **parts):
    on = TODAY - timedelta(days=days_ago)
    return LoanEntry.objects.create(
        id=uuid4(), loan=loan, kind=kind, on=on, posted_on=on, source_system=SYSTEM, reference=reference, **parts
    )


@pytest.fixture
def loan() -> Loan:
    """10,000.00 principal and 100.00 interest due 100 days ago, half the principal paid 60 days ago."""
    vouched_facts()
    party = a_customer("1", arrears_fen=510_000, dpd=100)
    loan = party.loans.get()
    loan.contract_no, loan.amount_fen = "DZ-2024-001", 5_000_000
    loan.save()
    entry(loan, "due", 100, "D1", principal_fen=1_000_000, interest_fen=10_000)
    entry(loan, "payment", 60, "P1", amount_fen=510_000)
    return loaded(loan)


def loaded(loan) -> Loan:
    return Loan.objects.select_related("state", "debtor__branch", "branch").get(pk=loan.pk)


def out(loan, kind="litigation", *, role="manager", **sent):
    body = {"id": uuid4(), "language": "zh", "rate": "", **sent}
    return login(a_member(role)).post(reverse("case_file_export", args=[loan.pk, kind]), body)


def opened(answer) -> dict[str, bytes]:
    assert answer.status_code == 200, answer.content[:400]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_the_arrears_are_computed_from_the_entries_to_the_fen(loan):
    file = case_file_of(loan, StageKind.LITIGATION, TODAY, default_rate_bp=1_800)
    assert file.sheet.left.total_fen == 500_000
    assert file.sheet.default_fen == (500_000 * 40 + 500_000 * 100) * 1_800 // 3_600_000
    assert file.sheet.claim_fen == 500_000 + 35_000


def test_a_difference_from_the_book_is_named_and_not_smoothed(loan):
    parts = {one.part: one for one in case_file_of(loan, StageKind.LITIGATION, TODAY).parts}
    assert parts[Evidence.ARREARS].held == "weak"
    loan.state.arrears_fen = 500_000
    loan.state.save()
    parts = {one.part: one for one in case_file_of(loaded(loan), StageKind.LITIGATION, TODAY).parts}
    assert parts[Evidence.ARREARS].held == "there"


def test_what_is_missing_is_listed_plainly(loan):
    lacking = {one.part for one in case_file_of(loan, StageKind.LITIGATION, TODAY).lacking}
    assert {Evidence.DEMAND, Evidence.VISITS, Evidence.ADDRESS, Evidence.CONTACTS} <= lacking
    assert Evidence.CONTRACT not in lacking


def test_the_package_proves_itself_and_its_sheet_adds_up(loan):
    a_running(loan.debtor, StageKind.MEDIATION)
    files = opened(answer := out(loan, rate="18"))
    found = check_package(answer.content)
    assert found.faults == ()
    assert files["case.pdf"].startswith(b"%PDF")
    manifest = json.loads(files["manifest.json"])
    assert manifest["arrears"]["claim_fen"] == 535_000
    assert "demand" in manifest["lacking"]
    rows = list(csv.DictReader(io.StringIO(files["arrears.csv"].decode("utf-8-sig"))))
    assert [row["left_principal"] for row in rows] == ["5000.00"]
    made = CaseExport.objects.get()
    assert (made.manifest_hash, made.number) == (found.manifest_hash, found.number)
    told = AuditLine.objects.get(action="case_exported")
    assert told.details["manifest"] == found.manifest_hash


def test_a_changed_package_is_found_out(loan):
    answer = out(loan)
    files = opened(answer)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as package:
        for name, content in files.items():
            package.writestr(name, content.replace(b"5000.00", b"9000.00") if name == "arrears.csv" else content)
    assert check_package(written.getvalue()).faults


def test_names_leave_only_when_asked_for_and_each_look_is_recorded(loan):
    assert "张三丰" not in opened(out(loan))["manifest.json"].decode()
    assert not AuditLine.objects.filter(action="reveal_personal_data").exists()
    assert "张三丰" in opened(out(loan, in_clear="on"))["manifest.json"].decode()
    assert AuditLine.objects.filter(action="reveal_personal_data").exists()


def test_one_form_makes_one_file(loan):
    key = uuid4()
    assert out(loan, id=key).status_code == 200
    assert out(loan, id=key).status_code == 409


def test_a_write_off_pack_shows_every_step_and_names_the_gaps(loan):
    for days_ago, channel in ((95, "call"), (90, "sms")):
        Contact.objects.create(
            id=uuid4(), debtor=loan.debtor, channel=channel, at=NOW - timedelta(days=days_ago), reached=False,
            by=a_member("manager"),
        )  # fmt: skip
    stage = a_running(loan.debtor, StageKind.MEDIATION)
    step(stage, StageStep.Kind.FILED, TODAY)
    file = case_file_of(loan, StageKind.WRITE_OFF, TODAY)
    assert [one.kind for one in file.pursuit] == ["call", "message", "payment", "legal"]
    gaps = [str(one) for one in file.gaps]
    assert "No visit is on record" in gaps
    assert "No demand notice reached the debtor with proof (grade A or B)" in gaps
    assert "3 steps of pursuit are on record; 6 are asked" in gaps
    assert not any("legal" in one for one in gaps)
    manifest = json.loads(opened(out(loan, "write_off"))["manifest.json"])
    assert manifest["pursuit_gaps"] == gaps
    assert CaseExport.objects.get().kind == "write_off"


@pytest.mark.parametrize("kind", ["litigation", "write_off"])
def test_the_page_speaks_both_languages(loan, kind):
    a_running(loan.debtor, StageKind.MEDIATION)
    assert_speaks_both(login(a_member("compliance")), reverse("case_file", args=[loan.pk, kind]))


def test_the_approver_reads_and_takes_nothing_out(loan):
    client = login(a_member("approver"))
    page = reverse("case_file", args=[loan.pk, "litigation"])
    assert client.get(page).status_code == 200
    assert out(loan, role="approver").status_code == 403
    assert login(a_member("visitor")).get(page).status_code == 403
