"""From a sheet of name, ID, phone, address, balance and days past due to a plan: what blocks, who may vouch."""

from __future__ import annotations

import csv
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests.server.places.place_builders import a_gazetteer
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_study
from zoufang.core.compliance import ATTESTABLE
from zoufang.core.errors import BadInput
from zoufang.server.book.models import Address, ImportBatch, Loan, LoanState, Party
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy
from zoufang.server.oversight.models import Attestation, Stop, Verdict
from zoufang.server.oversight.services import attest, set_stop
from zoufang.server.places.services import place_addresses
from zoufang.server.staff.models import BankState
from zoufang.server.visiting.models import DayPlan

pytestmark = pytest.mark.django_db
HEADER = ("姓名", "身份证号", "手机号", "住址", "贷款余额", "逾期天数")
PEOPLE = (
    ("张建国", "371402198503152715", "13900000101", "平原县王庙镇李家村1号", "150000.00", "95"),
    ("李秀兰", "37142519791205442X", "13900000102", "平原县王庙镇李家村2号", "80000.00", "100"),
    ("王有田", "371426198001011235", "13900000103", "平原县王庙镇李家村3号", "60000.00", "45"),
)
"""A sheet as a branch has it: six columns, no customer number, no loan number, no source of anything."""


@pytest.fixture(autouse=True)
def nine_in_the_morning(db, settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path / "files"
    a_bank()
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))


def as_(client, role):
    client.force_login(a_member(role))
    return client


def sheet(folder, people=PEOPLE):
    path = folder / "逾期名单.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *people])
    return path


def imported(client, path) -> ImportBatch:
    """Upload, look, say of which day the sheet is, run: what the manager does."""
    sent = SimpleUploadedFile(path.name, path.read_bytes())
    wizard = as_(client, "manager").post(reverse("import_new"), {"file": sent, "system": "sheet"}).url
    page = client.get(wizard)
    assert PEOPLE[0][1] not in page.content.decode().split('id="understood"')[0]
    draft = page.context["draft"]
    told = {f"field_{each['column'].index}": each["chosen"] for each in page.context["columns"]}
    told |= {f"unit_{each['column'].index}": each["unit"] for each in page.context["columns"] if each["units"]}
    told |= {"name": draft.name, "system": draft.system, "as_of": TODAY.isoformat(), "mode": draft.mode}
    client.post(f"{wizard}run/", told | {"optional_faults": draft.optional_faults})
    return ImportBatch.objects.latest("at", "pk")


def planned() -> DayPlan:
    return plan_day(branch=a_bank(), day=TODAY, seed=3, by=a_member("planner"), at=NOW, policy=planning_policy(20))


def onboarded(client, folder) -> None:
    """The sheet is in, its addresses are placed, crews and a study wait."""
    imported(client, sheet(folder))
    a_gazetteer()
    place_addresses(by=None, at=NOW)
    a_crew("K1")
    a_study(dict.fromkeys(Party.objects.all(), "free"))


def missing(client):
    return as_(client, "compliance").get(reverse("attestation_list")).context["missing"]


def vouch_for(client, line) -> None:
    """The manager signs, then compliance."""
    as_(client, "manager").post(
        reverse("attestation_list"),
        {
            "fact": line.fact,
            "source_system": line.source_system,
            "basis": "支行台账与通话记录逐户核对",
            "expires": "2026-11-11",
        },
    )
    statement = Attestation.objects.get(fact=line.fact, source_system=line.source_system)
    as_(client, "compliance").post(reverse("attestation_sign", args=[statement.pk]))


def decisions() -> dict[str, int]:
    """By decision of the newest verdict of each customer."""
    newest = {row.party_id: row.decision for row in Verdict.objects.order_by("at", "pk")}
    return {said: list(newest.values()).count(said) for said in newest.values()}


def test_six_columns_land_without_a_loan_number_and_with_nothing_in_the_clear(client, tmp_path):
    batch = imported(client, sheet(tmp_path))
    assert (batch.status, batch.counts["landed"], batch.counts["loans"]) == (ImportBatch.Status.LANDED, 3, 3)
    keys = {
        *Loan.objects.values_list("source_key", flat=True),
        *Party.objects.values_list("source_key", flat=True),
    }
    assert not [key for key in keys if any(person[1] in key for person in PEOPLE)]


def test_an_overdue_amount_that_nobody_gave_is_not_zero_and_the_importer_is_told(client, tmp_path):
    batch = imported(client, sheet(tmp_path))
    assert {state.arrears_fen for state in LoanState.objects.all()} == {150_000_00, 80_000_00, 60_000_00}
    assert any("past due and give no overdue amount" in warning["template"] for warning in batch.warnings)


def test_a_second_row_of_one_person_without_a_loan_number_is_refused(client, tmp_path):
    second = (*PEOPLE[0][:4], "90000.00", "30")
    batch = imported(client, sheet(tmp_path, (*PEOPLE, second)))
    assert (batch.counts["landed"], batch.counts["rejected"]) == (3, 1)


def test_next_months_sheet_finds_the_same_loans(client, tmp_path):
    imported(client, sheet(tmp_path))
    before = set(Loan.objects.values_list("pk", flat=True))
    second = imported(client, sheet(tmp_path, [(*person[:5], "120") for person in PEOPLE]))
    assert second.counts["new_loans"] == 0
    assert set(Loan.objects.values_list("pk", flat=True)) == before
    assert {state.dpd for state in LoanState.objects.filter(open=True)} == {120}


def test_a_bare_sheet_blocks_everybody_by_name_and_honest_attestations_make_a_plan(client, tmp_path):
    onboarded(client, tmp_path)
    assert Address.objects.exclude(precision="unplaced").count() == 3
    assert planned().stops.count() == 0
    assert decisions() == {"block": 3}
    lacking = missing(client)
    assert {line.fact for line in lacking} == {"address_source", "contact_log_from", "represented"}
    assert {line.customers for line in lacking} == {3}
    assert all(line.attestable for line in lacking)
    for line in lacking:
        vouch_for(client, line)
    plan = planned()
    assert not missing(client)
    assert "block" not in decisions()
    assert plan.stops.count() == 3


def test_one_signature_alone_opens_nothing(client, tmp_path):
    onboarded(client, tmp_path)
    planned()
    for line in missing(client):
        as_(client, "manager").post(
            reverse("attestation_list"),
            {"fact": line.fact, "source_system": line.source_system, "basis": "台账", "expires": "2026-11-11"},
        )
    planned()
    assert decisions() == {"block": 3}


@pytest.mark.parametrize(
    "fact",
    ["deceased", "dispute_open", "complaint_open", "minor", "lacks_capacity", "target_deceased", "consents"],
)
def test_death_dispute_complaint_minors_capacity_and_consent_are_never_vouched_for(client, fact):
    assert fact not in ATTESTABLE
    with pytest.raises(BadInput, match="cannot be attested"):
        attest(
            id=uuid4(),
            fact=fact,
            source_system="sheet",
            basis="台账",
            expires=TODAY,
            by=a_member("manager"),
            at=NOW,
        )
    offered = as_(client, "manager").get(reverse("attestation_list")).context["form"].fields["fact"].choices
    assert fact not in dict(offered)
    assert not Attestation.objects.exists()


def test_who_is_in_dispute_or_of_unknown_age_stays_blocked_whatever_is_signed(client, tmp_path):
    """A number with a wrong check digit tells no birthday: nobody can vouch that its owner is of age."""
    onboarded(client, tmp_path)
    zhang, li, _wang = Party.objects.order_by("pk")
    set_stop(id=uuid4(), party=zhang, kind=Stop.Kind.DISPUTE, since=TODAY, by=a_member("compliance"), at=NOW)
    set_stop(id=uuid4(), party=li, kind=Stop.Kind.DECEASED, since=TODAY, by=a_member("compliance"), at=NOW)
    planned()
    for line in missing(client):
        if line.attestable:
            vouch_for(client, line)
    planned()
    newest = {row.party_id: row for row in Verdict.objects.order_by("at", "pk")}
    against = {
        pk: {f["rule_id"] for f in row.body["findings"] if f["decision"] == "block"} for pk, row in newest.items()
    }
    assert (against.get(zhang.pk), against.get(li.pk)) == ({"CN-O6"}, {"CN-X1"})
