"""Each file that leaves the system: a right, a mark on it, a row and an audit line by which a copy is traced."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO

import fastexcel
import pytest
from django.urls import reverse

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import TODAY, a_bank, a_member
from tests.server.world import a_customer
from zoufang.server.audit.models import AuditLine
from zoufang.server.audit.services import verify
from zoufang.server.book.exports import trace
from zoufang.server.book.models import Export

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bank():
    a_bank()
    a_customer("C1")


def taken(client, role, url) -> bytes:
    client.force_login(a_member(role))
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content


def report() -> str:
    return reverse("report_file", args=["daily", TODAY.isoformat()])


def texts_of(content: bytes) -> list[str]:
    book = fastexcel.read_excel(BytesIO(content).getvalue())
    return [
        " ".join(str(cell) for row in book.load_sheet(name, header_row=None).to_polars().rows() for cell in row)
        for name in book.sheet_names
    ]


@pytest.mark.parametrize("url", ["report", "differences"])
def test_every_sheet_says_who_took_it_when_and_under_which_number(client, url):
    address = report() if url == "report" else reverse("portfolio_differences")
    content = taken(client, "manager", address)
    row = Export.objects.get()
    for text in texts_of(content):
        assert row.number in text
        assert "韩经理" in text
        assert "平原支行" in text


def test_a_file_is_found_by_its_number_by_the_end_of_it_and_by_its_hash(client):
    content = taken(client, "manager", report())
    row = Export.objects.get()
    for asked in (row.number, row.number[-6:].lower(), sha256(content).hexdigest()):
        assert trace(asked) == [row]
    assert trace("X260101-NOBODY") == []


def test_two_copies_are_told_apart(client):
    taken(client, "manager", report())
    taken(client, "compliance", report())
    numbers = list(Export.objects.values_list("number", "by__role"))
    assert len({number for number, _role in numbers}) == 2
    assert {role for _number, role in numbers} == {"manager", "compliance"}


def test_the_audit_line_keeps_number_and_hash_and_the_chain_is_whole(client):
    content = taken(client, "manager", report())
    line = AuditLine.objects.get(action="export")
    assert line.subject_id == Export.objects.get().number
    assert line.details["sha256"] == sha256(content).hexdigest()
    assert verify() == []


@pytest.mark.parametrize("role", ["visitor", "approver", "trainer", "administrator"])
def test_who_may_not_take_figures_out_takes_none(client, role):
    client.force_login(a_member(role))
    for url in (report(), reverse("portfolio_differences")):
        assert client.get(url).status_code == 403
    assert not Export.objects.exists()


def test_compliance_finds_whose_copy_it_is_in_both_languages(client):
    taken(client, "manager", report())
    number = Export.objects.get().number
    client.force_login(a_member("compliance"))
    html = client.get(reverse("export_list"), {"asked": number[-6:]}).content.decode()
    assert number in html
    assert "韩经理" in html
    assert_speaks_both(client, reverse("export_list"))
    client.force_login(a_member("manager"))
    assert client.get(reverse("export_list")).status_code == 403
