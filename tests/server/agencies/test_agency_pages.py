"""The pages of the register, of batches and money, and an agency's own, in both languages and by role."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from tests.server.agencies.agency_world import DUE, a_batch, a_debtor, an_agency, nine_o_clock
from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from zoufang.server.agencies.batches import take_back
from zoufang.server.agencies.conduct import draw_checks
from zoufang.server.agencies.models import Agency, Placement
from zoufang.server.audit.models import AuditLine
from zoufang.server.book.models import LoanEntry
from zoufang.server.book.services import NewEntry, write_entries
from zoufang.server.outreach.models import Contact
from zoufang.server.oversight.models import Stop
from zoufang.server.oversight.services import set_stop
from zoufang.server.staff.ids import new_id

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


@pytest.fixture
def as_role(client):
    def sign_in(role):
        client.force_login(a_member(role))
        return client

    return sign_in


def paid(party, days, fen):
    entry = NewEntry(
        loan_id=party.loans.get().pk,
        kind=LoanEntry.Kind.PAYMENT,
        on=TODAY - timedelta(days=days),
        source_system="core",
        reference=f"{party.source_key}{days}",
        posted_on=TODAY,
        amount_fen=fen,
    )
    write_entries(entries=[entry], by=None, branch=a_bank(), at=NOW)


def aged(batch, days=20):
    """As if it had been placed some days ago."""
    start = TODAY - timedelta(days=days)
    type(batch).objects.filter(pk=batch.pk).update(placed_on=start)
    Placement.objects.filter(batch=batch).update(placed_on=start)


def ended(batch):
    take_back(
        placements=batch.placements.all(), reason="到期", by=a_member("manager"), on=TODAY, at=NOW, recalled=False
    )


SEGMENT = {"at_most": 20, "due_back": DUE.isoformat(), "purpose": "calls"}


def test_an_agency_is_proposed_by_one_and_approved_by_another_on_pages(as_role):
    client = as_role("compliance")
    form = {
        "id": str(new_id()),
        "name": "诚达服务",
        "code": "CD",
        "credit_code": "91371400MA3ABCDE12",
        "hotline": "0534-1",
        "branch": a_bank().pk,
    }
    answer = client.post(reverse("agency_new"), form)
    made = Agency.objects.get()
    assert answer.url == reverse("agency", args=[made.pk])
    page = client.get(answer.url).content.decode()
    assert reverse("agency_approve", args=[made.pk]) not in page
    approved = as_role("manager").post(reverse("agency_approve", args=[made.pk]), {"listed_on": TODAY.isoformat()})
    assert approved.status_code == 302
    made.refresh_from_db()
    assert made.approved


def test_the_segment_shows_who_may_go_and_why_others_stay_and_the_chosen_are_placed(as_role, agency):
    good, stays, left_out = (
        a_debtor(key, name=name) for key, name in zip("abc", ("赵一", "钱二", "孙三"), strict=True)
    )
    set_stop(id=new_id(), party=stays, kind=Stop.Kind.HARDSHIP_REVIEW, since=TODAY, by=None, at=NOW)
    client, url = as_role("manager"), reverse("agency_batch_new", args=[agency.pk])
    choice = SEGMENT | {"branch": a_bank().pk}
    page = client.get(url, choice).content.decode()
    assert str(good.pk) in page
    assert f'value="{stays.pk}"' not in page
    assert "CN-X5" in page
    placed = client.post(url, choice | {"id": str(new_id()), "case": [str(good.pk), str(stays.pk)]})
    assert placed.status_code == 302
    assert [one.party for one in Placement.objects.all()] == [good]
    assert left_out.placements.count() == 0
    assert_speaks_both(client, url + "?" + "&".join(f"{k}={v}" for k, v in choice.items()))
    assert_speaks_both(client, placed.url)


def test_a_planner_recalls_one_case_and_the_rest_stays(as_role, agency):
    batch = a_batch(agency, a_debtor("a"), a_debtor("b"))
    case = batch.placements.first()
    client = as_role("planner")
    client.post(reverse("agency_case_take_back", args=[case.pk]), {"kind": "recalled", "reason": "客户来行面谈"})
    assert batch.placements.filter(ended_at__isnull=True).count() == 1
    page = client.get(reverse("agency_batch", args=[batch.pk])).content.decode()
    assert "客户来行面谈" in page


def test_one_action_recalls_every_case_of_an_agency(as_role, agency, user):
    a_batch(agency, a_debtor("a"))
    a_batch(agency, a_debtor("b"))
    as_role("compliance").post(reverse("agency_recall", args=[agency.pk]), {"reason": "投诉集中"})
    assert not Placement.objects.filter(ended_at__isnull=True).exists()
    page = as_role("agency").get(reverse("my_cases")).content.decode()
    assert "-0001" not in page


def test_an_agency_sees_its_case_masked_and_reveals_one_number_on_record(as_role, agency):
    party = a_debtor("a", name="欧阳锋")
    a_batch(agency, party)
    case, client = Placement.objects.get(), as_role("agency")
    page = client.get(reverse("my_case", args=[case.pk])).content.decode()
    assert "欧阳锋" not in page
    assert party.phones.get().number not in page
    assert str(party.identity["id_no"]) not in page
    shown = client.post(reverse("my_case_reveal", args=[case.pk]), {"what": "phone", "purpose": "call"})
    assert party.phones.get().number in shown.content.decode()
    line = AuditLine.objects.filter(action="reveal_personal_data").latest("pk")
    assert (line.details["agency"], line.details["purpose"]) == (agency.code, "call")
    refused = client.post(reverse("my_case_reveal", args=[case.pk]), {"what": "id_no", "purpose": "call"})
    assert str(party.identity["id_no"]) not in refused.content.decode()


def test_a_stop_set_a_moment_ago_hides_the_case_on_the_next_click(as_role, agency):
    party = a_debtor("a")
    a_batch(agency, party)
    case, client = Placement.objects.get(), as_role("agency")
    assert client.get(reverse("my_case", args=[case.pk])).status_code == 200
    set_stop(id=new_id(), party=party, kind=Stop.Kind.DECEASED, since=TODAY, by=None, at=NOW)
    assert client.get(reverse("my_case", args=[case.pk])).status_code == 404
    assert (
        client.post(reverse("my_case_reveal", args=[case.pk]), {"what": "name", "purpose": "call"}).status_code
        == 404
    )


def test_a_case_of_another_agency_is_not_found(as_role, agency):
    other = an_agency("ZB")
    batch = a_batch(other, a_debtor("a"))
    case, client = Placement.objects.get(), as_role("agency")
    assert client.get(reverse("my_case", args=[case.pk])).status_code == 404
    ended(batch)
    assert client.get(reverse("my_deletion_new", args=[batch.pk])).status_code == 404


@pytest.mark.parametrize("name", ["customer_list", "plan_list", "complaint_list", "visit_list", "agency_list"])
def test_an_agencys_user_opens_no_page_of_the_bank(as_role, agency, name):
    assert as_role("agency").get(reverse(name)).status_code == 403


def test_a_contact_on_the_page_is_the_banks_contact_and_one_too_many_is_named(as_role, agency):
    a_batch(agency, a_debtor("a"))
    case, client = Placement.objects.get(), as_role("agency")
    url = reverse("my_case_contact", args=[case.pk])
    for _n in range(4):
        client.post(url, {"id": str(new_id()), "channel": "call", "result": "reached", "note": ""})
    assert Contact.objects.filter(debtor=case.party).count() == 4
    page = as_role("compliance").get(reverse("agency", args=[agency.pk])).content.decode()
    assert "CN-F1" in page


def test_commission_statement_and_its_sheet_of_differences(as_role, agency):
    party = a_debtor("a")
    batch = a_batch(agency, party)
    aged(batch)
    paid(party, 5, 100_00)
    case, client = Placement.objects.get().case_no, as_role("manager")
    text = f"案件编号,还款日期,还款金额（元）,佣金（元）\n{case},{TODAY - timedelta(days=5)},100.00,15.55\n"
    sent = client.post(
        reverse("agency_statement_new", args=[agency.pk]),
        {
            "since": (TODAY - timedelta(days=10)).isoformat(),
            "until": TODAY.isoformat(),
            "file": SimpleUploadedFile("对账单.csv", text.encode()),
        },
    )
    page = client.get(sent.url).content.decode()
    assert "0.55" in page
    file = client.get(reverse("agency_statement_file", args=[agency.statements.get().pk]))
    rows = list(load_workbook(BytesIO(file.content)).active.iter_rows(values_only=True))
    assert rows[2][2] == case
    assert rows[2][-1] == 0.55
    for url in (sent.url, reverse("agency_commission", args=[agency.pk])):
        assert_speaks_both(client, url)
    assert as_role("planner").get(sent.url).status_code == 403


def test_the_agency_certifies_deletion_and_the_bank_reads_the_paper(as_role, agency):
    batch = a_batch(agency, a_debtor("a"))
    ended(batch)
    client = as_role("agency")
    assert reverse("my_deletion_new", args=[batch.pk]) in client.get(reverse("my_deletions")).content.decode()
    form = {
        "id": str(new_id()),
        "who": "何外催",
        "on": TODAY.isoformat(),
        "how": "overwritten",
        "file": SimpleUploadedFile("证明.pdf", b"%PDF-1 x"),
    }
    assert client.post(reverse("my_deletion_new", args=[batch.pk]), form).status_code == 302
    certificate = agency.certificates.get()
    file = as_role("manager").get(reverse("agency_certificate_file", args=[certificate.pk]))
    assert file.content == b"%PDF-1 x"


def test_a_sheet_with_a_wrong_row_says_which_and_why(as_role, agency):
    a_batch(agency, a_debtor("a"))
    client = as_role("agency")
    data = "案件编号,联系时间,联系方式,联系结果,催收员工号\nZZ-9,2026-05-11 08:30,电话,接通,001\n".encode(
        "gb18030"
    )
    client.post(reverse("my_contact_sheet"), {"file": SimpleUploadedFile("x.csv", data)})
    page = client.get(reverse("my_contact_sheet")).content.decode()
    assert "x.csv" in page
    assert "第2行" in page or "2" in page
    template = client.get(reverse("my_contact_template"))
    assert load_workbook(BytesIO(template.content)).active.max_column == 6


@pytest.mark.parametrize("name", ["start", "my_cases", "my_contact_sheet", "my_deletions", "my_statement_new"])
def test_an_agencys_own_pages_speak_both_languages(as_role, agency, name):
    batch = a_batch(agency, a_debtor("a"), a_debtor("b"))
    ended(a_batch(agency, a_debtor("c")))
    assert batch.placements.count() == 2
    assert_speaks_both(as_role("agency"), reverse(name))


def test_case_and_register_speak_both_languages(as_role, agency):
    a_batch(agency, a_debtor("a"))
    case = Placement.objects.get()
    assert_speaks_both(as_role("agency"), reverse("my_case", args=[case.pk]))
    client = as_role("compliance")
    names = ("agency", "agency_suspend", "agency_recall", "agency_contract_new", "agency_evaluate")
    names += ("agency_licence_new", "agency_person_new")
    for url in (reverse("agency_list"), reverse("agency_new"), *(reverse(n, args=[agency.pk]) for n in names)):
        assert_speaks_both(client, url)
    assert_speaks_both(client, reverse("agency_person_account", args=[agency.people.get().pk]))
    for url in ("agency_batch_take_back", "agency_batch"):
        assert_speaks_both(client, reverse(url, args=[case.batch_id]))


def test_who_may_work_today_is_asked_on_every_page_of_the_agency(as_role, agency):
    agency.people.update(trained_until=TODAY - timedelta(days=1))
    client = as_role("agency")
    assert client.get(reverse("start")).status_code == 200
    assert client.get(reverse("my_deletions")).status_code == 404


def test_a_drawn_contact_is_looked_at_on_its_page(as_role, agency):
    a_batch(agency, a_debtor("a"))
    case, client = Placement.objects.get(), as_role("agency")
    for _n in range(4):
        form = {"id": str(new_id()), "channel": "call", "result": "reached", "note": ""}
        client.post(reverse("my_case_contact", args=[case.pk]), form)
    draw_checks(today=TODAY + timedelta(days=1))
    client, check = as_role("compliance"), agency.conduct_checks.filter(why="rule").first()
    url = reverse("agency_check", args=[check.pk])
    for page in (reverse("agency_check_list"), url):
        assert_speaks_both(client, page)
    client.post(url, {"result": "fault", "note": "未表明身份"})
    check.refresh_from_db()
    assert check.result == "fault"
