from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from benchmarks.import_bench import run_duckdb, run_zoufang
from benchmarks.loan_book_generator import write_loan_book
from zoufang.files.mapping_toml import shipped_mapping
from zoufang.files.tables import read_table
from zoufang.files.validate import check

TODAY = date(2025, 8, 31)
ROOT = Path(__file__).parents[3]
TAIWAN = (
    Path(os.environ.get("ZOUFANG_DATA", ROOT.parent / "shared" / "data")) / "taiwan-credit" / "UCI_Credit_Card.csv"
)


def test_the_example_book_in_gb18030_imports_without_a_reject():
    mapping = shipped_mapping("example-bank")
    table = read_table(ROOT / "examples" / "loan-book-gb18030.csv", mapping)
    result = check(table, mapping, today=TODAY)
    assert table.encoding == "gb18030"
    assert (result.good.height, result.rejects.height) == (6, 0)
    assert result.good["security"].to_list()[2] == "guarantee+mortgage"
    assert result.good["written_off"].sum() == 1


def test_the_example_schedules_import_without_a_reject_for_loans_of_the_example_book():
    mapping, book = shipped_mapping("example-bank-schedules"), shipped_mapping("example-bank")
    result = check(read_table(ROOT / "examples" / "schedules.csv", mapping), mapping, today=TODAY)
    loans = check(read_table(ROOT / "examples" / "loan-book-gb18030.csv", book), book, today=TODAY)
    assert (result.good.height, result.rejects.height) == (17, 0)
    assert set(result.good["loan_key"]) <= set(loans.good["loan_key"])


@pytest.mark.skipif(not TAIWAN.exists(), reason="the Taiwan card data are not here (ZOUFANG_DATA)")
def test_the_taiwan_card_book_imports_as_six_month_ends():
    mapping = shipped_mapping("taiwan-credit")
    result = check(read_table(TAIWAN, mapping), mapping, today=TODAY)
    assert (result.records, result.good.height, result.rejects.height) == (30_000, 180_000, 0)
    september = result.good.filter(pl.col("as_of") == date(2005, 9, 30))
    assert september["principal_balance_fen"].sum() == 153_669_992_700  # summed from the file by the csv module
    assert sorted(september["dpd"].unique()) == [0, 1, 31, 61, 91, 121, 151, 181, 211]
    assert mapping.analysis_only


def test_the_benchmark_reads_the_generated_book_as_duckdb_does(tmp_path: Path):
    path = write_loan_book(tmp_path / "book.csv", rows=3_000, seed=5)
    ours, theirs = run_zoufang(path), run_duckdb(path)
    assert (ours["rows"] + ours["rejected"], ours["rejected"]) == (theirs["rows"], 3)


def test_the_generated_book_is_the_same_for_the_same_seed(tmp_path: Path):
    first, again, other = (
        write_loan_book(tmp_path / f"{n}.csv", rows=500, seed=seed) for n, seed in enumerate((1, 1, 2))
    )
    assert first.read_bytes() == again.read_bytes() != other.read_bytes()


def test_parquet_is_read_like_any_table(tmp_path: Path):
    path = tmp_path / "book.parquet"
    pl.DataFrame(
        {
            "借据号": ["D1", "D2"],
            "客户号": [1, 2],
            "姓名": ["张三", "李四"],
            "贷款余额": [1234.5, 0.25],
            "数据日期": [date(2025, 8, 17)] * 2,
            "是否核销": [True, False],
        }
    ).write_parquet(path)
    from zoufang.files.propose_mapping import propose

    mapping = propose(read_table(path), system="lake").mapping
    assert mapping is not None
    good = check(read_table(path, mapping), mapping, today=TODAY).good
    assert good.select("loan_key", "customer_key", "principal_balance_fen", "as_of", "written_off").rows() == [
        ("D1", "1", 123450, date(2025, 8, 17), True),
        ("D2", "2", 25, date(2025, 8, 17), False),
    ]
