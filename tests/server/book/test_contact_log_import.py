"""The bank's own contact log, which the interval rules need, lands once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.server.book.book_files import LI, ZHANG, take_in
from tests.server.staffing import a_bank
from zoufang.core.compliance import ContactOutcome
from zoufang.files.mapping import ColumnRule, Mapping
from zoufang.server.book import queries
from zoufang.server.book.models import Phone
from zoufang.server.daily.contact_history import history_of
from zoufang.server.outreach.models import Contact

pytestmark = pytest.mark.django_db
LOG = Mapping(
    name="calls",
    system="core",
    kind="contacts",
    columns=tuple(
        ColumnRule(field, header)
        for field, header in (
            ("reference", "记录编号"),
            ("customer_key", "客户号"),
            ("contacted_at", "联系时间"),
            ("channel", "联系方式"),
            ("phone", "拨打号码"),
            ("outcome", "联系结果"),
            ("note", "备注"),
        )
    ),
)


@pytest.fixture(autouse=True)
def book(db, settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path / "files"
    a_bank()
    take_in(tmp_path, [ZHANG, LI])


def a_call(reference="CALL-1", **facts):
    return {
        "reference": reference,
        "customer_key": "C-1",
        "contacted_at": "2026-05-08 10:30:00",
        "channel": "电话",
        "phone": "13900000101",
        "outcome": "接通",
        "note": "",
    } | facts


def test_a_call_lands_with_its_time_phone_and_outcome_and_marks_the_number_as_working(tmp_path):
    batch = take_in(tmp_path, [a_call(), a_call("CALL-2", outcome="未接")], mapping=LOG, name="calls.csv")
    first, second = Contact.objects.order_by("result")[::-1]
    assert (first.at, first.reached, first.result) == (datetime(2026, 5, 8, 2, 30, tzinfo=UTC), True, "reached")
    assert (second.reached, second.result, second.phone) == (
        False,
        "no_answer",
        Phone.objects.get(pk=first.phone_id),
    )
    assert first.phone.last_success_at == first.at
    assert (batch.counts["landed"], batch.as_of) == (2, date(2026, 5, 8))


def test_a_wrong_number_counts_as_invalid_for_the_lost_contact_test(tmp_path):
    days = ("06", "07", "08")
    calls = [a_call(f"W-{d}", outcome="空号", contacted_at=f"2026-05-{d} 10:30:00") for d in days]
    take_in(tmp_path, calls, mapping=LOG, name="calls.csv")
    debtor = Contact.objects.first().debtor
    (first, *_rest) = history_of([debtor.pk]).log_of(debtor.pk, debtor.pk)
    assert first.outcome is ContactOutcome.NUMBER_INVALID


def test_a_record_lands_once_whatever_file_brings_it(tmp_path):
    take_in(tmp_path, [a_call()], mapping=LOG, name="calls.csv")
    again = take_in(tmp_path, [a_call(), a_call("CALL-2")], mapping=LOG, name="more.csv")
    assert (Contact.objects.count(), again.counts["landed"], again.counts["known"]) == (2, 1, 1)


def test_a_record_about_nobody_in_the_book_is_refused_by_name(tmp_path):
    batch = take_in(tmp_path, [a_call(customer_key="C-9"), a_call("CALL-2")], mapping=LOG, name="calls.csv")
    assert batch.counts["landed"] == 1
    assert "C-9" in str(queries.rejects(batch)[0].reason)


def test_what_was_said_is_sealed(tmp_path):
    take_in(tmp_path, [a_call(note="客户说下周还款")], mapping=LOG, name="calls.csv")
    assert "客户说".encode() not in bytes(Contact.objects.get().sealed_note)
