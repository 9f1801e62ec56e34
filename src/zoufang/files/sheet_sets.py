"""Sheets of one shape read as one file: a sub-branch or a month each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from zoufang.core.errors import BadInput
from zoufang.files.cells import CellKind, Grid
from zoufang.files.headers import Header
from zoufang.files.names import bare
from zoufang.files.places import MAX_SHEETS, SHEET_COLUMN, SHEET_ROWS
from zoufang.files.xlsx_sheet import Sheet

ALL = "all"
AUTO = "auto"  # all of one shape where there are several, else the one that fits
Batches = Callable[[Sheet, Header], Iterator[Grid]]


@dataclass(frozen=True, slots=True)
class Member:
    """A sheet of the set, and where each column of the first one stands in it (None: it has none)."""

    sheet: Sheet
    header: Header
    places: tuple[int | None, ...]


def members(
    sheets: Sequence[Sheet],
    headers: Sequence[Header | None],
    base: int,
    wanted: tuple[str, ...],
    needed: frozenset[str],
    file: str,
) -> tuple[Member, ...]:
    """The wanted sheets, or of "all" the visible ones shaped like `base`. `needed`: columns that each must have.

    Without needed columns the headers must name the same columns, in whatever order. BadInput: a named sheet is
    not there or has another shape.
    """
    first = headers[base]
    if first is None:
        raise BadInput(f"{file}: sheet {sheets[base].name} has no header that is understood. Name another sheet.")
    found = []
    for sheet, header in zip(sheets, headers, strict=True):
        named = sheet.name in wanted
        if not named and (wanted not in ((ALL,), (AUTO,)) or sheet.hidden):
            continue
        if header is not None and not _lacking(first, header, needed):
            found.append(Member(sheet, header, _places(first, header)))
        elif named:
            lacking = ", ".join(_lacking(first, header, needed)) if header else "a header"
            raise BadInput(f"{file}: sheet {sheet.name} lacks {lacking}. Import it separately, by its name.")
    if len(found) > MAX_SHEETS:
        raise BadInput(f"{file} has more than {MAX_SHEETS} sheets. Import it in parts.")
    return tuple(found)


def _lacking(first: Header, header: Header, needed: frozenset[str]) -> list[str]:
    if needed:
        return sorted(name for name in needed if name != SHEET_COLUMN and header.index(name) is None)
    ours, theirs = ({bare(text) for text in each.texts if text} for each in (first, header))
    return sorted(ours ^ theirs)


def _places(first: Header, header: Header) -> tuple[int | None, ...]:
    return tuple(header.index(text) if text else None for text in first.texts)


def aligned(chosen: tuple[Member, ...], batches: Batches) -> Iterator[Grid]:
    """Rows of all sheets with the first one's columns, numbered by sheet (see places); the sheet's name last."""
    for number, member in enumerate(chosen):
        for grid in batches(member.sheet, member.header):
            yield _aligned(grid, member, number)


def filled_down(sheet: Sheet, body: Grid, header_row: int) -> Grid:
    """A text merged over several rows (a branch's name) holds for each; a merged figure is never repeated."""
    cells = body.cells
    for top, left, bottom, right in sheet.merges:
        name = f"c{left}"
        if left != right or top == bottom or top <= header_row or name not in cells.columns:
            continue
        inside = body.rows.is_between(top, bottom)
        first = body.rows == top
        if not first.any() or (body.kinds is not None and body.kinds[name].filter(first)[0] == CellKind.NUMBER):
            continue
        text = cells[name].filter(first)[0]
        cells = cells.with_columns(pl.when(inside).then(pl.lit(text)).otherwise(pl.col(name)).alias(name))
    return Grid(cells, body.rows, body.hidden, body.kinds)


def _aligned(grid: Grid, member: Member, number: int) -> Grid:
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, grid.height)
    text = pl.Series([CellKind.TEXT], dtype=pl.UInt8).new_from_index(0, grid.height)
    name = pl.Series([member.sheet.name]).new_from_index(0, grid.height)
    cells = [_column(grid.cells, place, nothing) for place in member.places]
    kinds = [_column(grid.kinds, place, text) for place in member.places] if grid.kinds is not None else None
    return Grid(
        _frame([*cells, name]),
        (grid.rows.cast(pl.UInt32) + number * SHEET_ROWS).cast(pl.UInt32),
        grid.hidden,
        _frame([*kinds, text]) if kinds is not None else None,
    )


def _column(frame: pl.DataFrame, place: int | None, otherwise: pl.Series) -> pl.Series:
    return frame[f"c{place}"] if place is not None and f"c{place}" in frame.columns else otherwise


def _frame(columns: list[pl.Series]) -> pl.DataFrame:
    return pl.DataFrame({f"c{i}": column for i, column in enumerate(columns)})
