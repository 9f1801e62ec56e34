"""Card statuses laid out month by month in columns (Taiwan 2005), read into a monthly panel.

A panel is a Polars frame with the columns account, on (date), month (running number), missed (statements), bucket
(0 to 7), balance_fen and written_off, sorted by account and month: what core/portfolio/frames.py works on.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from zoufang.core.errors import BadField, BadInput
from zoufang.core.portfolio import BUCKETS, GivenFigures, Position, Product

# PAY_0 is September 2005 and the next column is PAY_2: so published, and so kept.
STATUS_COLUMNS = {9: "PAY_0", 8: "PAY_2", 7: "PAY_3", 6: "PAY_4", 5: "PAY_5", 4: "PAY_6"}
BILL_COLUMNS = {9: "BILL_AMT1", 8: "BILL_AMT2", 7: "BILL_AMT3", 6: "BILL_AMT4", 5: "BILL_AMT5", 4: "BILL_AMT6"}
STATUS_YEAR = 2005
FEN_PER_DOLLAR = 100
TOP = len(BUCKETS) - 1


@dataclass(frozen=True)
class Panel:
    """The frame, its currency, and what its reader should know."""

    frame: pl.DataFrame
    currency: str
    source: str
    warnings: tuple[str, ...] = ()

    @property
    def dates(self) -> list[date]:
        return sorted(self.frame["on"].unique().to_list())

    def at(self, day: date) -> pl.DataFrame:
        """The rows of one snapshot day."""
        if day not in (dates := self.dates):
            raise BadInput(f"{self.source} has no snapshot of {day}. Choose one of: {', '.join(map(str, dates))}.")
        return self.frame.filter(pl.col("on") == day)

    def given(self, day: date) -> list[GivenFigures]:
        """One day as the bank's own figures; its days past due are unknown, only missed statements are."""
        return [
            GivenFigures(account, day, self.source, months_overdue=missed, balance_fen=fen, product=Product.CARD)
            for account, missed, fen in self.at(day).select("account", "missed", "balance_fen").iter_rows()
        ]


def is_status_panel(path: Path) -> bool:
    """Whether the header is the card data's (PAY_0 .. PAY_6, BILL_AMT1 .. 6)."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            header = set(file.readline().strip().split(","))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"Cannot read {path}: {error}. Give a readable CSV file in UTF-8.") from error
    return header.issuperset(STATUS_COLUMNS.values()) and header.issuperset(BILL_COLUMNS.values())


def read_status_panel(path: Path) -> Panel:
    """The card data: status = missed statements (below 1: none), bill in whole dollars, kept in 1/100.

    A credit balance (negative bill) is nothing lent and counts as 0.
    """
    wide = pl.read_csv(path, infer_schema=False)
    frame = pl.concat([_status_month(wide, month) for month in STATUS_COLUMNS]).sort("account", "month")
    credit = frame.filter(pl.col("bill") < 0).height
    note = f"Account-months with a credit balance, which count as 0: {credit} of {frame.height}."
    frame = frame.with_columns(
        bucket=pl.col("missed").clip(0, TOP),
        balance_fen=pl.max_horizontal(pl.col("bill"), pl.lit(0)) * FEN_PER_DOLLAR,
        written_off=pl.lit(False),
    )
    return Panel(frame.drop("bill"), "TWD", path.name, (note,) if credit else ())


def panel_frame(positions: list[Position]) -> pl.DataFrame:
    """Positions of several days as a panel."""
    rows = [
        (p.account, p.on, running_month(p.on), p.bucket.months, p.balance_fen, p.written_off) for p in positions
    ]
    columns = ["account", "on", "month", "bucket", "balance_fen", "written_off"]
    return pl.DataFrame(rows, schema=columns, orient="row").sort("account", "month")


def running_month(day: date) -> int:
    return day.year * 12 + day.month


def _status_month(wide: pl.DataFrame, month: int) -> pl.DataFrame:
    on = date(STATUS_YEAR, month, monthrange(STATUS_YEAR, month)[1])
    return wide.select(
        account=pl.col("ID"),
        on=pl.lit(on),
        month=pl.lit(running_month(on)),
        missed=pl.max_horizontal(_whole(wide, STATUS_COLUMNS[month]), pl.lit(0)),
        bill=_whole(wide, BILL_COLUMNS[month]),
    )


def _whole(wide: pl.DataFrame, column: str) -> pl.Series:
    """A column of whole numbers; the published file writes round ones as 1.00E+05."""
    exact = wide[column].cast(pl.Float64, strict=False)  # a float holds whole numbers to 2**53 exactly
    wrong = exact.is_null() | (exact != exact.round())
    if wrong.any():
        row = int(wrong.arg_true()[0])
        what = f"{wide[column][row]!r} is not a whole number"
        raise BadField(what, field=column, row=row + 2, remedy="Correct the cell and read the file again.")
    return exact.cast(pl.Int64)
