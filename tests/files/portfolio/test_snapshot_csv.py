from datetime import date
from pathlib import Path

import pytest

from zoufang.core.errors import BadField
from zoufang.core.portfolio import FiveClass
from zoufang.files.age_book import read_book
from zoufang.files.snapshots import read_snapshots

JUNE = date(2026, 6, 30)


def book(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "book.csv"
    path.write_text("\n".join(("loan_id,on,dpd,balance_fen,five_class,written_off", *lines)), encoding="utf-8-sig")
    return path


def test_the_banks_own_figures_are_read_with_chinese_classes(tmp_path):
    (given,) = read_snapshots(book(tmp_path, "A1,2026-06-30,95,50000,次级,false"))[JUNE]
    assert (given.dpd, given.balance_fen, given.five_class) == (95, 50_000, FiveClass.SUBSTANDARD)
    assert given.source == "book.csv"


def test_an_empty_cell_is_not_given_and_not_zero(tmp_path):
    (given,) = read_snapshots(book(tmp_path, "A1,2026-06-30,,,,"))[JUNE]
    assert (given.dpd, given.balance_fen, given.five_class) == (None, None, None)


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("A1,2026-06-31,1,1,,", "row 2, field on"),
        ("A1,2026-06-30,one,1,,", "row 2, field dpd"),
        ("A1,2026-06-30,1,1.5,,", "row 2, field balance_fen"),
        ("A1,2026-06-30,1,1,good,", "row 2, field five_class"),
        ("A1,2026-06-30,-1,1,,", "row 2, field figures"),
        ("A1,2026-06-30,1,1,,,7", "row 2"),
        (",2026-06-30,1,1,,", "row 2, field loan_id"),
    ],
)
def test_a_cell_that_does_not_fit_is_named(tmp_path, line, place):
    with pytest.raises(BadField, match=place):
        read_snapshots(book(tmp_path, line))


def test_an_account_twice_on_one_day_is_named(tmp_path):
    with pytest.raises(BadField, match="A1 stands twice on 2026-06-30"):
        read_snapshots(book(tmp_path, "A1,2026-06-30,1,1,,", "A1,2026-06-30,2,1,,"))


def test_a_column_that_nobody_reads_is_refused_rather_than_lost(tmp_path):
    path = tmp_path / "book.csv"
    path.write_text("loan_id,on,days_late\nA1,2026-06-30,4\n")
    with pytest.raises(BadField, match="field days_late"):
        read_snapshots(path)


def test_months_of_a_snapshot_book_pool_into_one_matrix(tmp_path):
    path = book(tmp_path, "A1,2026-04-30,0,5,,", "A1,2026-05-31,20,5,,", "A1,2026-06-30,50,5,,")
    assert [(t.origin, t.to, t.count) for t in read_book(path).pooled()] == [("M0", "M1", 1), ("M1", "M2", 1)]
