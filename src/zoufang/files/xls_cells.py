"""Sheets of .xls and WPS .et files: values by calamine, marks by xls_marks."""

from __future__ import annotations

import re
from pathlib import Path

import fastexcel
import polars as pl

from zoufang.core.errors import BadInput
from zoufang.files.cells import CellKind, Grid
from zoufang.files.xls_marks import Marks, read_marks
from zoufang.files.xlsx_sheet import Sheet, number_text

_DAY = re.compile(r"^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?")
_FLOAT = re.compile(r"^-?\d+\.\d{6,}$")


def read_xls(path: Path) -> tuple[Sheet, ...]:
    """All worksheets in order; BadInput for a file that is damaged or locked."""
    data = path.read_bytes()
    marks = read_marks(data, path.name)
    try:
        reader = fastexcel.read_excel(data)
        sheets = [
            reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string") for name in reader.sheet_names
        ]
    except Exception as error:  # fastexcel's errors have no common base that it exports
        raise BadInput(
            f"{path.name} cannot be read as XLS ({error}). Open it in Excel or WPS and save it again."
        ) from error
    marks += [Marks()] * (len(sheets) - len(marks))
    return tuple(_sheet(sheet, mark) for sheet, mark in zip(sheets, marks, strict=False))


def _sheet(sheet: fastexcel.ExcelSheet, marks: Marks) -> Sheet:
    frame = sheet.to_polars()
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
    whole = [nothing] * (marks.first_column if frame.width else 0) + frame.get_columns()
    columns = {f"c{i}": _column(column, i, marks) for i, column in enumerate(whole)}
    kinds = {f"c{i}": _kinds(columns[f"c{i}"], i, marks) for i in range(len(whole))}
    rows = pl.Series("row", range(1, frame.height + 1), dtype=pl.UInt32)
    hidden = pl.Series("hidden", [row in marks.hidden_rows for row in range(frame.height)], dtype=pl.Boolean)
    return Sheet(
        name=sheet.name,
        hidden=sheet.visible != "visible",
        grid=Grid(pl.DataFrame(columns), rows, hidden, pl.DataFrame(kinds)),
        merges=tuple((top + 1, left, bottom + 1, right) for top, left, bottom, right in marks.merges),
        hidden_columns=tuple(sorted(c for c in marks.hidden_columns if c < len(whole))),
    )


def _column(column: pl.Series, index: int, marks: Marks) -> pl.Series:
    """Text, with the midnight of pure dates and the noise of floats taken off, and errors made visible."""
    texts = [_text(text, marks.kinds.get((row, index))) for row, text in enumerate(column)]
    return pl.Series(texts, dtype=pl.String)


def _text(text: str | None, kind: CellKind | None) -> str | None:
    if kind is CellKind.ERROR:
        return text or "#N/A"
    if kind is CellKind.NUMBER and text and _FLOAT.match(text):
        return number_text(float(text))
    return text.removesuffix(" 00:00:00") if text and _DAY.match(text) else text or None


def _kinds(texts: pl.Series, index: int, marks: Marks) -> pl.Series:
    kinds = [marks.kinds.get((row, index), CellKind.TEXT) for row in range(len(texts))]
    kinds = [
        CellKind.DATE if kind is CellKind.NUMBER and text and _DAY.match(text) else kind
        for kind, text in zip(kinds, texts, strict=True)
    ]
    return pl.Series(kinds, dtype=pl.UInt8)
