"""Do the sheet's own total rows agree with the sum of its records?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from zoufang.core.values import Message, format_yuan, gettext_noop
from zoufang.files.fields import Field
from zoufang.files.mapping import ColumnRule
from zoufang.files.problems import Problem
from zoufang.files.rows import OddRow, RowKind
from zoufang.files.spelling import read_amount


@dataclass(frozen=True, slots=True)
class TotalCheck:
    """One amount of a total row against `rows` records. `visible_only`: it agrees if hidden rows are left out."""

    row: int
    label: str
    column: str
    field: str
    stated_fen: int
    summed_fen: int
    rows: int
    visible_only: bool = False
    sheet: str = ""

    @property
    def difference_fen(self) -> int:
        return self.summed_fen - self.stated_fen

    @property
    def agrees(self) -> bool:
        return self.difference_fen == 0

    @property
    def message(self) -> Message:
        if self.visible_only:
            template = gettext_noop(
                "Row %(row)s (%(label)s), %(column)s: agrees only if the hidden rows are left out"
            )
        elif self.agrees:
            template = gettext_noop("Row %(row)s (%(label)s), %(column)s: agrees with its %(rows)s rows")
        else:
            template = gettext_noop(
                "Row %(row)s (%(label)s), %(column)s: the sheet says %(stated)s yuan, its %(rows)s rows sum to "
                "%(summed)s yuan, a difference of %(difference)s yuan. Ask the source which is right."
            )
        return Message(
            template,
            {
                "row": f"{self.sheet}!{self.row}" if self.sheet else self.row,
                "label": self.label,
                "column": self.column,
                "rows": self.rows,
                "stated": format_yuan(self.stated_fen),
                "summed": format_yuan(self.summed_fen),
                "difference": format_yuan(self.difference_fen),
            },
        )


def reconcile(
    odd: tuple[OddRow, ...], amounts: pl.DataFrame, columns: list[tuple[Field, ColumnRule, tuple[int, ...]]]
) -> tuple[TotalCheck, ...]:
    """Each amount in each total row, against the records it can mean.

    `amounts`: row, hidden, and one Int64 column per money field, of all records (rejected ones too).
    """
    rows = [each for each in odd if each.kind in (RowKind.TOTAL, RowKind.SUBTOTAL)]
    marks = [each.row for each in rows]
    checks = []
    for each in rows:
        for field, rule, places in columns:
            stated = _stated(each, rule, places)
            if stated is not None:
                checks.append(_check(each, field, rule, stated, amounts, marks))
    return tuple(checks)


def _stated(total: OddRow, rule: ColumnRule, places: tuple[int, ...]) -> int | None:
    """What the row says of an amount, of all its columns together; None where one cannot be read."""
    read = [read_amount(total.cells[p], rule.unit or "yuan") for p in places if _filled(total, p)]
    fen = [each for each in read if not isinstance(each, Problem)]
    return sum(fen) if fen and len(fen) == len(read) else None


def _check(
    total: OddRow, field: Field, rule: ColumnRule, stated: int, amounts: pl.DataFrame, marks: list[int]
) -> TotalCheck:
    """The first reading that agrees; if none does, the plainest one, with its difference."""
    sums = [
        (_sum(part, field.column), part.height, visible)
        for scope in _scopes(total, amounts, marks)
        for part, visible in ((scope, False), (scope.filter(~pl.col("hidden")), True))
    ]
    summed, height, visible = next((each for each in sums if each[0] == stated), sums[0])
    return TotalCheck(
        row=total.row,
        label=total.label,
        column=rule.label,
        field=field.name,
        stated_fen=stated,
        summed_fen=summed,
        rows=height,
        visible_only=visible and any(amounts["hidden"]),
    )


def _scopes(total: OddRow, amounts: pl.DataFrame, marks: list[int]) -> Iterator[pl.DataFrame]:
    """A total: all records, those above, those since the last. A subtotal: since the last, or until the next."""
    row = pl.col("row")
    before = max((mark for mark in marks if mark < total.row), default=0)
    after = min((mark for mark in marks if mark > total.row), default=2**31)
    since = amounts.filter((row > before) & (row < total.row))
    if total.kind is RowKind.TOTAL:
        yield amounts
        yield amounts.filter(row < total.row)
        yield since
    else:
        yield since
        yield amounts.filter((row > total.row) & (row < after))


def _sum(part: pl.DataFrame, column: str) -> int:
    return int(part[column].sum())


def _filled(total: OddRow, place: int) -> bool:
    return place < len(total.cells) and bool(total.cells[place]) and total.cells[place] != total.label
