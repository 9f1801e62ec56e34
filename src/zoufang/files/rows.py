"""Which rows of a sheet's body are records, and which are totals, notes, repeated headers or blank."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from zoufang.files.cells import CellKind, Grid
from zoufang.files.names import bare
from zoufang.files.places import SHEET_COLUMN

_ALL = "本表合计|总合计|合计|总计|共计|累计|grand total|total|sum"
_PART = "小计|分计|本页合计|subtotal|sub-total|sub total"
_TOTAL = re.compile(rf"^[【\[(]*\s*({_ALL})\s*[】\])]*\s*[:：]?\s*(\d+\s*[笔户条个人].*)?$", re.IGNORECASE)
_SUBTOTAL = re.compile(rf"^.{{0,30}}?({_PART})\s*[】\])]*\s*[:：]?\s*(\d+\s*[笔户条个人].*)?$", re.IGNORECASE)
_NAMED_TOTAL = re.compile(r"^.{1,20}(合计|总计|汇总)$")
_NOTE = re.compile(
    r"^(制表|填表|复核|审核|负责人|经办|打印|备注|说明|注\s*[:：\d]|附注|填报|数据来源|联系电话|第.{1,4}页|page\b|note)",
    re.IGNORECASE,
)
EXAMPLE_MARK, HELP_MARK = "示例", "说明"
_WORDS = r"(?i)^[【\[(\s]*(合\s*计|总\s*计|共\s*计|小\s*计|本页|累计|示例|说明|备注|制表|填表|total|sum)|计$|[:：]"
_COUNT = re.compile(r"^\d+\s*[笔户条个人]$")


class RowKind(StrEnum):
    TOTAL = "total"  # of the whole sheet
    SUBTOTAL = "subtotal"  # of the rows since the last one
    NOTE = "note"  # signatures, remarks, page numbers
    HEADER = "header"  # the header printed again, or the row that numbers the columns
    EXAMPLE = "example"  # the help and example rows of our own template


@dataclass(frozen=True, slots=True)
class OddRow:
    """A row that is no record. `cells` as they stand, so that nothing is lost.

    `uncalculated`: a formula in it has no stored result, so that its figures are unknown.
    """

    row: int
    kind: RowKind
    cells: tuple[str, ...]
    uncalculated: bool = False

    @property
    def label(self) -> str:
        return next((cell for cell in self.cells if cell), "")


@dataclass(frozen=True, slots=True)
class Sorted:
    """Records, the other rows, and how many rows were blank."""

    records: Grid
    odd: tuple[OddRow, ...]
    blank: int


def sort_rows(grid: Grid, key: str, header: tuple[str, ...]) -> Sorted:
    """`key` is the column (c0, ...) that every record fills; only rows strange there are looked at closely."""
    keys = grid.cells[key]
    strange = keys.is_null() | (keys.str.len_chars() <= 8) | ~keys.str.contains(r"\d") | keys.str.contains(_WORDS)
    strange = strange.fill_null(True)
    near = grid.where(strange)
    width = (
        len(header) - 1 if header[-1:] == (SHEET_COLUMN,) else near.width
    )  # the sheet's name is no cell of its row
    rows = [[c or "" for c in cells[:width]] for cells in near.cells.iter_rows()]
    kinds = [_kind(cells, int(key[1:]), header) for cells in rows]
    odd = tuple(
        OddRow(near.rows[i], RowKind(kind), tuple(rows[i]), _is_uncalculated(near, i))
        for i, kind in enumerate(kinds)
        if kind and kind != _BLANK
    )
    out = pl.Series(near.rows.filter(pl.Series([kind is not None for kind in kinds], dtype=pl.Boolean)))
    records = grid.where(~grid.rows.is_in(out.implode())) if len(out) else grid
    return Sorted(records, odd, kinds.count(_BLANK))


_BLANK = "blank"


def odd_kind(cells: list[str], key: int, header: tuple[str, ...]) -> str | None:
    """What a single row is: a RowKind's word, "blank", or None for a record."""
    return _kind(cells, key, header)


def _kind(cells: list[str], key: int, header: tuple[str, ...]) -> str | None:
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return _BLANK
    own = cells[key].strip() if key < len(cells) else ""
    if own.startswith((EXAMPLE_MARK, HELP_MARK)):
        return RowKind.EXAMPLE
    total = _total_kind(filled, own)
    if total:
        return total
    if _repeats_header(cells, header) or _numbers_columns(filled):
        return RowKind.HEADER
    if _NOTE.match(filled[0]) and len(set(filled)) <= 4 and (own in ("", filled[0]) or _NOTE.match(own)):
        return RowKind.NOTE
    if len(filled) <= 6 and all(re.search("[:：]", cell) for cell in filled):  # 审核人：  制表人：李明
        return RowKind.NOTE
    long_remark = len(set(filled)) == 1 and (not own or len(own) > 40) and not _has_amount(filled)
    return RowKind.NOTE if long_remark else None


def _total_kind(filled: list[str], own: str) -> RowKind | None:
    """The label stands among the first cells, and the key is empty, the label itself or a count (12笔)."""
    label = next((cell for cell in filled[:4] if _TOTAL.match(_even(cell)) or _SUBTOTAL.match(_even(cell))), None)
    named = next((cell for cell in filled[:4] if _NAMED_TOTAL.match(_even(cell))), None)
    found = label or named
    if found is None or (own and own != found and not _COUNT.match(own)):
        return None
    even = _even(found)
    return RowKind.TOTAL if _TOTAL.match(even) else RowKind.SUBTOTAL


def _even(cell: str) -> str:
    """合　计 and 合 计 are 合计; English words keep their spaces."""
    return re.sub(r"\s+", "" if not cell.isascii() else " ", cell.strip())


def _repeats_header(cells: list[str], header: tuple[str, ...]) -> bool:
    pairs = [
        (bare(cell), bare(text.rpartition(">")[2])) for cell, text in zip(cells, header, strict=False) if cell
    ]
    same = sum(1 for cell, text in pairs if cell and cell == text)
    return same >= 3 and same * 2 > len(pairs)


def _numbers_columns(filled: list[str]) -> bool:
    """甲 乙 1 2 3 …: the line under a printed header that numbers its columns."""
    marks = [cell.strip("()（）") for cell in filled]
    digits = [int(mark) for mark in marks if mark.isdigit() and len(mark) < 4]
    letters = [mark for mark in marks if mark in "甲乙丙丁戊己庚辛ABCDEFGH"]
    return (
        len(digits) >= 3
        and len(digits) + len(letters) == len(marks)
        and digits == list(range(digits[0], digits[0] + len(digits)))
    )


def _has_amount(filled: list[str]) -> bool:
    return any(re.fullmatch(r"[\d,.]+(万?元)?", cell) for cell in filled)


def _is_uncalculated(grid: Grid, place: int) -> bool:
    return grid.kinds is not None and CellKind.NO_RESULT in grid.kinds.row(place)
