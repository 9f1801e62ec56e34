"""Reports as XLSX: titled sheets with typed columns, for daily, weekly and monthly papers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from zoufang.files.workbooks import CellType, Pen, Target, sheet_name, workbook


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """`type` "fen" takes whole fen and shows yuan with two decimals; "wan" takes fen and shows 万元."""

    title: str
    type: CellType = "text"
    width: int = 16


@dataclass(frozen=True, slots=True)
class ReportSheet:
    """`rows` may be a generator; each row has one value a column, None where none is. `notes` stand below."""

    name: str
    columns: tuple[ReportColumn, ...]
    rows: Iterable[Sequence[Any]]
    notes: tuple[str, ...] = ()


def write_report(target: Target, title: str, sheets: Sequence[ReportSheet], mark: str = "") -> None:
    """One workbook in a file or buffer. BadInput where money is not whole fen.

    `mark` says who took it: below the rows and at the foot of each printed page of every sheet, and in the file's
    properties.
    """
    with workbook(target) as pen:
        if mark:
            pen.book.set_properties({"comments": mark})
        for sheet in sheets:
            _write_sheet(pen, title, sheet, mark)


def _write_sheet(pen: Pen, title: str, sheet: ReportSheet, mark: str) -> None:
    page = pen.book.add_worksheet(sheet_name(sheet.name))
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
    pen.text(page, 0, 0, title, pen.title)
    page.freeze_panes(2, 0)
    for place, column in enumerate(sheet.columns):
        pen.text(page, 1, place, column.title, pen.heading)
    last = 1
    for last, row in enumerate(sheet.rows, start=2):
        for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            pen.cell(page, last, place, value, column.type)
    for below, note in enumerate((*sheet.notes, *([mark] if mark else [])), start=last + 2):
        pen.text(page, below, 0, note)
    if mark:
        page.set_footer(f"&L&8{mark.replace('&', '&&')[:240]}")
