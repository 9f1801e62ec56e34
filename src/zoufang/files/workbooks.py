"""Writing XLSX safely: what came from outside stays text, and money is a number exact to the fen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Literal

import xlsxwriter

from zoufang.core.errors import BadInput

Target = Path | IO[bytes]
CellType = Literal["text", "fen", "wan", "int", "date", "percent"]
MAX_ROWS = 1_000_000  # a sheet holds 1,048,576
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
_FORMATS: dict[CellType, str] = {
    "text": "@",
    "fen": "#,##0.00",
    "wan": "#,##0.00",
    "int": "#,##0",
    "date": "yyyy-mm-dd",
    "percent": "0.00%",
}
_FEN_PER: dict[CellType, int] = {"fen": 100, "wan": 1_000_000}


class Pen:
    """Writes typed cells to sheets of one workbook, with its formats."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.heading = book.add_format(
            {"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, "valign": "vcenter"}
        )
        self.required = book.add_format(
            {"bold": True, "bg_color": "#F8CBAD", "border": 1, "text_wrap": True, "valign": "vcenter"}
        )
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.faint = book.add_format({"font_color": "#666666", "text_wrap": True, "valign": "top"})
        self.formats = {kind: book.add_format({"num_format": code}) for kind, code in _FORMATS.items()}
        self.quoted = book.add_format({"num_format": "@", "quote_prefix": True})

    def text(self, sheet: Any, row: int, column: int, text: str, style: Any = None) -> None:
        """Never a formula or a link, whatever it begins with; Excel shows it as typed after an apostrophe."""
        dangerous = text.startswith(_DANGEROUS)
        sheet.write_string(row, column, text[:32_767], self.quoted if dangerous else style or self.formats["text"])

    def cell(self, sheet: Any, row: int, column: int, value: Any, kind: CellType) -> None:
        """One value: fen (int) as yuan or 万元, dates as dates; None is left empty."""
        if value is None:
            return
        if kind == "text":
            self.text(sheet, row, column, str(value))
        elif kind == "date":
            sheet.write_datetime(row, column, value, self.formats["date"])
        else:
            sheet.write_number(row, column, _number(value, kind), self.formats[kind])


@contextmanager
def workbook(target: Target) -> Iterator[Pen]:
    """A new workbook in `target`, written row by row so that long ones need little memory."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options)
    try:
        yield Pen(book)
    finally:
        book.close()


def sheet_name(text: str) -> str:
    """A name that Excel takes: at most 31 characters, none of []:*?/\\ in it."""
    return "".join("_" if mark in "[]:*?/\\" else mark for mark in text).strip("'")[:31] or "Sheet"


def _number(value: int | Decimal | float, kind: CellType) -> float:
    if kind in _FEN_PER:
        if type(value) is not int:
            raise BadInput(f"Money in a report is whole fen, not {value!r}. Pass an int.")
        return float(Decimal(value) / _FEN_PER[kind])
    return float(value)
