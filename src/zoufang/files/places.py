"""Where a row stands when one import reads several sheets: sheet and row number in one whole number.

A sheet holds at most 1,048,576 rows, so each sheet's rows are numbered from a multiple of 2^21; of a file with
one sheet the numbers are the sheet's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SHEET_ROWS = 2**21
SHEET_COLUMN = "@sheet"  # a last column that holds the sheet's name: it may be the branch or the day
MAX_SHEETS = 2**32 // SHEET_ROWS - 1  # rows are UInt32


@dataclass(frozen=True, slots=True)
class Places:
    """`sheets`: the names, where rows come from several; empty for one sheet or a text file."""

    sheets: tuple[str, ...] = ()

    def of(self, row: int) -> tuple[str, int]:
        """Sheet ("" where there is one only) and the row as that sheet numbers it."""
        number, own = divmod(row, SHEET_ROWS)
        return (self.sheets[number] if self.sheets else ""), own

    def text(self, row: int) -> str:
        """As spreadsheets write a place: 平原!12, or 12 alone."""
        sheet, own = self.of(row)
        return f"{sheet}!{own}" if sheet else str(own)

    def texts(self, rows: Iterable[int]) -> list[str]:
        return [self.text(row) for row in rows]
