"""Pseudonymous snapshots for analysis: ids and integer fen in Parquet, one a month, sorted by account.

    snapshots/month=<year * 12 + month>/book.parquet: account, on, bucket (0 to 7), dpd, balance_fen, arrears_fen,
    five_class, branch_path, product, currency, source, written_off

    days/on=<day>/book.parquet: the same columns, for trends and for roll rates between any two days

A month keeps its latest day; of the days the newest DAYS_KEPT stay, and each month's last. Names and addresses
never come here.
"""

from __future__ import annotations

import shutil
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings

from zoufang.core.portfolio import BUCKETS, ClassFacts, bucket_of, classify
from zoufang.files.panel import running_month
from zoufang.server.book import bulk

COLUMNS = {
    "account": pl.String,
    "on": pl.String,
    "dpd": pl.Int64,
    "balance_fen": pl.Int64,
    "arrears_fen": pl.Int64,
    "five_class": pl.String,
    "branch_path": pl.String,
    "product": pl.String,
    "currency": pl.String,
    "source": pl.String,
    "written_off_on": pl.String,
}


DAYS_KEPT = 92


def folder() -> Path:
    return Path(settings.ZOUFANG_FILES) / "snapshots"


def days_folder() -> Path:
    return Path(settings.ZOUFANG_FILES) / "days"


def day_file(day: date) -> Path:
    return days_folder() / f"on={day.isoformat()}" / "book.parquet"


def write_snapshot(*, as_of: date) -> Path | None:
    """The book on `as_of` (states of that day, else the bank's figures), as its day and as its month so far.

    Answers the month's file; None when nothing is known of that day, or a later day of its month stands there.
    """
    rows = pl.concat([_states(as_of), _given(as_of).unique(subset="account", keep="first", maintain_order=True)])
    if rows.is_empty():
        return None
    shaped = _shaped(rows, as_of)
    _write(shaped, day_file(as_of))
    _thin_out()
    month = folder() / f"month={running_month(as_of)}" / "book.parquet"
    if month.exists() and pl.read_parquet(month, columns=["on"], n_rows=1)["on"][0] > as_of:
        return None
    return _write(shaped, month)


def _write(rows: pl.DataFrame, path: Path) -> Path:
    """Renamed when whole, so that a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(".book.parquet.unfinished")
    rows.write_parquet(unfinished)
    return unfinished.replace(path)


def stored_days() -> list[date]:
    """Days of which a snapshot is kept, oldest first."""
    return sorted(date.fromisoformat(found.name.removeprefix("on=")) for found in days_folder().glob("on=*"))


def _thin_out() -> None:
    days = stored_days()
    for day, later in pairwise(days[: max(0, len(days) - DAYS_KEPT + 1)]):
        if (day.year, day.month) == (later.year, later.month):
            shutil.rmtree(day_file(day).parent)


def _shaped(rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
    buckets = {days: BUCKETS.index(bucket_of(days)) for days in rows["dpd"].unique().to_list()}
    floors = {days: classify(ClassFacts(dpd=days)).floor.value for days in buckets}
    written_off = pl.col("written_off_on").str.to_date() <= as_of
    return (
        rows.with_columns(
            pl.col("on").str.to_date(),
            pl.col("balance_fen").clip(0),
            bucket=pl.col("dpd").replace_strict(buckets, return_dtype=pl.Int64),
            # Where a source gives no class, the floor by days past due stands in, as it does in the states.
            five_class=pl.when(pl.col("five_class").fill_null("") == "")
            .then(pl.col("dpd").replace_strict(floors, return_dtype=pl.String))
            .otherwise(pl.col("five_class")),
            written_off=written_off.fill_null(value=False),
        )
        .drop("written_off_on")
        .sort("account")
    )


_LOAN = "JOIN book_loan l ON l.id = {0}.loan_id JOIN staff_branch b ON b.id = {1}.branch_id"


def _states(as_of: date) -> pl.DataFrame:
    figures = "s.dpd, s.balance_fen, s.arrears_fen, s.five_class"
    return _read("s", figures, f"book_loanstate s {_LOAN.format('s', 's')} WHERE s.open AND s.as_of = %s", [as_of])


def _given(as_of: date) -> pl.DataFrame:
    """The bank's figures of loans whose state is of another day by now, the latest file first."""
    owed = " + ".join(
        f"COALESCE(g.{name}, 0)" for name in ("overdue_principal_fen", "interest_fen", "penalty_fen", "fees_fen")
    )
    return _read(
        "g",
        f"g.dpd, g.balance_fen, {owed}, g.five_class",
        f"book_givenfigure g {_LOAN.format('g', 'l')} JOIN book_importbatch i ON i.id = g.batch_id "
        "WHERE i.status = 'landed' AND g.dpd IS NOT NULL AND g.as_of = %s AND NOT EXISTS ("
        "SELECT 1 FROM book_loanstate s WHERE s.loan_id = g.loan_id AND s.open AND s.as_of = g.as_of) "
        "ORDER BY i.at DESC",
        [as_of],
    )


def _read(table: str, figures: str, source: str, params: list[Any]) -> pl.DataFrame:
    sql = (
        f"SELECT {bulk.hex_of(f'{table}.loan_id')}, CAST({table}.as_of AS varchar(10)), {figures}, b.path, "
        f"l.product, l.currency, l.source_system, CAST(l.written_off_on AS varchar(10)) FROM {source}"
    )
    return bulk.frame(sql, params, COLUMNS)
