"""Monthly panels: a snapshot CSV of a bank, or card statuses laid out month by month in columns (Taiwan 2005).

A panel is a Polars frame with the columns account, on (date), month (running number), bucket (0 to 7), dpd (may be
missing), balance_fen, written_off, sorted by account and month.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from zoufang.core.errors import BadField, BadInput
from zoufang.core.portfolio import BUCKETS, Position

# PAY_0 is September 2005; the next column is PAY_2, as published.
STATUS_COLUMNS = {9: "PAY_0", 8: "PAY_2", 7: "PAY_3", 6: "PAY_4", 5: "PAY_5", 4: "PAY_6"}
BILL_COLUMNS = {9: "BILL_AMT1", 8: "BILL_AMT2", 7: "BILL_AMT3", 6: "BILL_AMT4", 5: "BILL_AMT5", 4: "BILL_AMT6"}
STATUS_YEAR = 2005
FEN_PER_DOLLAR = 100
TOP = len(BUCKETS) - 1


@dataclass(frozen=True)
class Panel:
    """The frame, its currency, and what a reader should know about it."""

    frame: pl.DataFrame
    currency: str
    warnings: tuple[str, ...] = ()

    @property
    def dates(self) -> list[date]:
        return sorted(self.frame["on"].unique().to_list())

    def at(self, day: date) -> pl.DataFrame:
        """The rows of one snapshot day."""
        if day not in (dates := self.dates):
            raise BadInput(f"The panel has no snapshot of {day}. Choose one of: {', '.join(map(str, dates))}.")
        return self.frame.filter(pl.col("on") == day)


def is_status_panel(path: Path) -> bool:
    """Whether the header is the card data's (PAY_0 .. PAY_6, BILL_AMT1 .. 6)."""
    header = _header(path)
    return set(STATUS_COLUMNS.values()) | set(BILL_COLUMNS.values()) <= set(header)


def read_status_panel(path: Path) -> Panel:
    """The Taiwan card data: status = missed months (below 1: none), bill in whole dollars to 1/100.

    A credit balance (negative bill) is nothing lent and counts as 0.
    """
    wide = pl.read_csv(path, infer_schema=False)
    months = [_status_month(wide, month) for month in STATUS_COLUMNS]
    frame = pl.concat(months).sort("account", "month")
    credit = frame.filter(pl.col("bill") < 0).height
    note = f"{credit} of {frame.height} account-months have a credit balance and count as 0."
    frame = frame.with_columns(
        balance_fen=pl.max_horizontal(pl.col("bill"), pl.lit(0)) * FEN_PER_DOLLAR,
        dpd=pl.lit(None, pl.Int64),
        written_off=pl.lit(False),
    )
    columns = ("account", "on", "month", "bucket", "dpd", "balance_fen", "written_off")
    return Panel(frame.select(columns), "TWD", (note,) if credit else ())


def positions(frame: pl.DataFrame) -> list[Position]:
    """Rows of one day as values, for the plain functions of the core."""
    columns = ("account", "on", "bucket", "balance_fen", "written_off")
    return [Position(a, on, BUCKETS[b], fen, off) for a, on, b, fen, off in frame.select(columns).iter_rows()]


def running_month(day: date) -> int:
    return day.year * 12 + day.month


def _status_month(wide: pl.DataFrame, month: int) -> pl.DataFrame:
    on = date(STATUS_YEAR, month, monthrange(STATUS_YEAR, month)[1])
    return wide.select(
        account=pl.col("ID"),
        on=pl.lit(on),
        month=pl.lit(running_month(on)),
        bucket=_whole(wide, STATUS_COLUMNS[month]).clip(0, TOP),
        bill=_whole(wide, BILL_COLUMNS[month]),
    )


def _whole(wide: pl.DataFrame, column: str) -> pl.Series:
    """A column of whole numbers; the published file writes round ones as 1.00E+05."""
    exact = wide[column].cast(pl.Float64, strict=False)  # up to 2**53 a float holds them exactly
    wrong = exact.is_null() | (exact != exact.round())
    if wrong.any():
        row = int(wrong.arg_true()[0])
        raise BadField(
            f"{wide[column][row]!r} is not a whole number", field=column, row=row + 2, remedy="Correct the file."
        )
    return exact.cast(pl.Int64)


def _header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            return file.readline().strip().split(",")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"Cannot read {path}: {error}. Give a readable CSV file in UTF-8.") from error
