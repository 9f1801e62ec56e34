"""Several numbers in a cell end with the people whose they are, and never twice."""

from __future__ import annotations

import pytest

from tests.server.book.book_files import LI, ZHANG, take_in
from tests.server.staffing import a_bank
from zoufang.server.book.models import LoanParty, Party

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bank(db, settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path / "files"
    a_bank()


def _numbers(party) -> set[str]:
    return {phone.number for phone in party.phones.all()}


def test_two_numbers_in_a_cell_are_two_of_the_debtors_and_a_noted_one_is_a_contacts(tmp_path):
    take_in(tmp_path, [ZHANG | {"phone": "13900000101、13900000109；13900000102（妻）"}, LI])
    zhang = Party.objects.get(source_key="C-1")
    assert _numbers(zhang) == {"13900000101", "13900000109"}
    wife = LoanParty.objects.get(loan__source_key="DZ-1")
    assert (wife.role, wife.party.identity["name"]) == ("contact", "妻")
    assert _numbers(wife.party) == {"13900000102"}
    assert not LoanParty.objects.filter(loan__source_key="DZ-2").exists()


def test_numbers_that_a_later_file_adds_in_a_crowded_cell_join_those_known(tmp_path):
    take_in(tmp_path, [ZHANG], name="a.csv")
    for name in ("b.csv", "c.csv"):
        cell = "13900000101/13900000109 邻居13900000103" + (" " if name == "c.csv" else "")
        take_in(tmp_path, [ZHANG | {"phone": cell}], name=name)
    assert _numbers(Party.objects.get(source_key="C-1")) == {"13900000101", "13900000109"}
    assert [_numbers(r.party) for r in LoanParty.objects.filter(role="contact")] == [{"13900000103"}]


def test_a_cell_with_another_persons_number_only_leaves_the_debtor_without_one(tmp_path):
    batch = take_in(tmp_path, [ZHANG | {"phone": "13900000102(父亲)"}])
    assert (batch.counts["landed"], batch.counts["rejected"]) == (1, 0)
    assert _numbers(Party.objects.get(source_key="C-1")) == set()
