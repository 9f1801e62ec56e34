"""Stored days of the book by branch: how it stood on a day, and what moved between two. Pseudonymous, summed."""

from __future__ import annotations

from datetime import date

import polars as pl

from zoufang.core.portfolio import BUCKETS, FiveClass, Movement
from zoufang.server.book.snapshots import day_file, stored_days

Figures = dict[str, dict[str, int]]  # branch path → name → count or fen
BAD = [c.value for c in FiveClass if c.non_performing]
M0, NEXT = 0, 1


def stored_on_or_before(day: date) -> date | None:
    """The last stored day up to `day`."""
    return max((one for one in stored_days() if one <= day), default=None)


def standing(day: date, currency: str = "CNY") -> Figures:
    """loans, balance, arrears, overdue, npl, M1 .. M7+ (fen) of each branch; written-off loans stand apart."""
    book = _day(day, currency)
    held = book.filter(~pl.col("written_off"))
    fen = pl.col("balance_fen")
    sums = held.group_by("branch_path").agg(
        loans=pl.len(),
        balance=fen.sum(),
        arrears=pl.col("arrears_fen").sum(),
        overdue=fen.filter(pl.col("dpd") > 0).sum(),
        npl=fen.filter(pl.col("five_class").is_in(BAD)).sum(),
        **{bucket.value: fen.filter(pl.col("bucket") == bucket.months).sum() for bucket in BUCKETS[1:]},
    )
    return _by_path(sums)


def moves(earlier: date, later: date, currency: str = "CNY") -> Figures:
    """Loans (`<movement>`) and their earlier balance (`<movement>_fen`) by what became of them."""
    before = _day(earlier, currency).filter(~pl.col("written_off"))
    after = _day(later, currency).select("account", to="bucket", off="written_off")
    rise = pl.col("to") - pl.col("bucket")
    movement = (
        pl.when(pl.col("to").is_null())
        .then(pl.lit(Movement.GONE.value))
        .when(pl.col("off"))
        .then(pl.lit(Movement.WRITTEN_OFF.value))
        .when(rise == 0)
        .then(pl.lit(Movement.STAY.value))
        .when(rise == NEXT)
        .then(pl.lit(Movement.FORWARD.value))
        .when(rise > NEXT)
        .then(pl.lit(Movement.JUMP.value))
        .when(pl.col("to") == M0)
        .then(pl.lit(Movement.CURE.value))
        .otherwise(pl.lit(Movement.FLOW_BACK.value))
    )
    moved = before.join(after, on="account", how="left").with_columns(movement=movement)
    sums = moved.group_by("branch_path").agg(
        before=pl.len(),
        **{m.value: (pl.col("movement") == m.value).sum() for m in Movement},
        **{f"{m.value}_fen": pl.col("balance_fen").filter(pl.col("movement") == m.value).sum() for m in Movement},
    )
    return _by_path(sums)


def _day(day: date, currency: str) -> pl.DataFrame:
    return pl.read_parquet(day_file(day), hive_partitioning=False).filter(pl.col("currency") == currency)


def _by_path(sums: pl.DataFrame) -> Figures:
    rows = sums.sort("branch_path").iter_rows(named=True)
    return {row["branch_path"]: {k: int(v) for k, v in row.items() if k != "branch_path"} for row in rows}
