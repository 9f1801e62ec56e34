"""A piece of a sheet as text, with what a spreadsheet knows beside the text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import polars as pl


class CellKind(IntEnum):
    TEXT = 0
    NUMBER = 1
    DATE = 2
    BOOL = 3
    ERROR = 4  # #N/A, #REF!
    NO_RESULT = 5  # a formula that was never calculated


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells. `rows` are their numbers as the sheet shows them; `kinds` is None where all is text (CSV).

    `cells` has the String columns c0, c1, ...; `kinds` the same columns as UInt8.
    """

    cells: pl.DataFrame
    rows: pl.Series
    hidden: pl.Series | None = None
    kinds: pl.DataFrame | None = None

    @property
    def height(self) -> int:
        return self.cells.height

    @property
    def width(self) -> int:
        return self.cells.width

    def where(self, mask: pl.Series) -> Grid:
        return Grid(
            self.cells.filter(mask),
            self.rows.filter(mask),
            None if self.hidden is None else self.hidden.filter(mask),
            None if self.kinds is None else self.kinds.filter(mask),
        )

    def slice(self, start: int, length: int | None = None) -> Grid:
        return Grid(
            self.cells.slice(start, length),
            self.rows.slice(start, length),
            None if self.hidden is None else self.hidden.slice(start, length),
            None if self.kinds is None else self.kinds.slice(start, length),
        )

    def texts(self, limit: int) -> list[list[str]]:
        """The first rows as lists, empty cells as ""."""
        return [[cell or "" for cell in row] for row in self.cells.head(limit).iter_rows()]


def stacked(grids: list[Grid]) -> Grid:
    """Rows of several grids of the same columns, one below the other."""
    hidden = [grid.hidden for grid in grids if grid.hidden is not None]
    kinds = [grid.kinds for grid in grids if grid.kinds is not None]
    return Grid(
        pl.concat([grid.cells for grid in grids]),
        pl.concat([grid.rows for grid in grids]),
        pl.concat(hidden) if len(hidden) == len(grids) else None,
        pl.concat(kinds) if len(kinds) == len(grids) else None,
    )


def column_letter(index: int) -> str:
    """0 → A, 26 → AA, as spreadsheets name columns."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
