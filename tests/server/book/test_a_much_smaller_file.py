"""A file that tells far fewer loans than the one whose place it takes waits for a person's word."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.server.book.book_files import ZHANG, take_in
from tests.server.staffing import TODAY, a_bank
from zoufang.server.book.models import ImportBatch, LoanState

pytestmark = pytest.mark.django_db
Status = ImportBatch.Status


@pytest.fixture(autouse=True)
def bank(db, settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path / "files"
    return a_bank()


def a_book(loans, **changes):
    return [ZHANG | {"loan_key": f"DZ-{n}", **changes} for n in range(loans)]


def owed():
    return LoanState.objects.filter(open=True).count()


def told(batch):
    return [warning["params"] for warning in batch.warnings if "Nothing was taken in" in warning["template"]]


def test_a_correction_with_far_fewer_loans_is_refused_with_both_counts_and_nothing_is_lost(tmp_path):
    before = take_in(tmp_path, a_book(40))
    cut = take_in(tmp_path, a_book(15, dpd="46"), name="cut.csv")
    assert cut.status == Status.FAILED
    assert [(p["now"], p["before"], p["file"]) for p in told(cut)] == [(15, 40, "book.csv")]
    before.refresh_from_db()
    assert (before.status, owed()) == (Status.LANDED, 40)


def test_the_same_file_lands_once_a_person_says_that_it_is_right(tmp_path):
    take_in(tmp_path, a_book(40))
    take_in(tmp_path, a_book(15, dpd="46"), name="cut.csv")
    sure = take_in(tmp_path, a_book(15, dpd="46"), name="cut.csv", accept_smaller=True)
    assert (sure.status, owed()) == (Status.LANDED, 15)


def test_the_next_days_full_file_is_compared_with_the_last_one(tmp_path):
    take_in(tmp_path, a_book(40, as_of=(TODAY - timedelta(1)).isoformat()))
    assert take_in(tmp_path, a_book(15), name="next.csv").status == Status.FAILED
    assert owed() == 40


@pytest.mark.parametrize(("loans", "mode"), [(36, "full"), (10, "delta")])
def test_a_tenth_fewer_and_a_delta_of_the_next_day_land(tmp_path, loans, mode):
    take_in(tmp_path, a_book(40, as_of=(TODAY - timedelta(1)).isoformat()))
    assert take_in(tmp_path, a_book(loans), mode=mode, name="next.csv").status == Status.LANDED


def test_in_a_small_book_a_few_loans_fewer_are_an_ordinary_day(tmp_path):
    take_in(tmp_path, a_book(4))
    assert take_in(tmp_path, a_book(1, dpd="46"), name="next.csv").status == Status.LANDED
