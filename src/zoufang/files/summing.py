"""One amount that a source keeps in several columns: 表内欠息 + 表外欠息."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import reduce

import polars as pl

from zoufang.files.cells import Grid
from zoufang.files.columns import Column, read_column
from zoufang.files.fields import Field
from zoufang.files.mapping import ColumnRule
from zoufang.files.problems import Problem


@dataclass(frozen=True, slots=True)
class Part:
    """One of the columns: its text and, per row, the problem's word (null where fine)."""

    header: str
    text: pl.Series
    problems: pl.Series


@dataclass(frozen=True, slots=True)
class Summed:
    """`column`: the sum, empty where all parts are empty or one is at fault. `text` joins the parts by +."""

    column: Column
    text: pl.Series
    parts: tuple[Part, ...]


def read_sum(field: Field, rule: ColumnRule, grid: Grid, columns: list[str], today: date) -> Summed:
    """A blank part beside a filled one is a fault, unless the mapping says that blank is 0."""
    texts = [grid.cells[name] for name in columns]
    kinds = [grid.kinds[name] if grid.kinds is not None else None for name in columns]
    each = replace(rule, plus=())
    read = [read_column(field, each, text, kind, today) for text, kind in zip(texts, kinds, strict=True)]
    blank = [column.values.is_null() & column.problems.is_null() for column in read]
    nothing = reduce(lambda a, b: a & b, blank)
    if rule.blank == "zero":
        values = [c.values.fill_null(0) for c in read]
        problems = [c.problems for c in read]
    else:
        values = [c.values for c in read]
        problems = [_missing(c.problems, b & ~nothing) for c, b in zip(read, blank, strict=True)]
    first = reduce(lambda a, b: a.fill_null(b), problems)
    total = reduce(lambda a, b: a + b, values)
    total = total.set(nothing | first.is_not_null(), None)
    parts = tuple(Part(h, t, p) for h, t, p in zip(rule.headers, texts, problems, strict=True))
    joined = pl.DataFrame([t.alias(str(i)) for i, t in enumerate(texts)])
    shown = joined.select(pl.concat_str(pl.all(), separator=" + ", ignore_nulls=True)).to_series()
    return Summed(Column(total, first), shown, parts)


def _missing(problems: pl.Series, where: pl.Series) -> pl.Series:
    word = pl.Series([Problem.PART_MISSING.value]).new_from_index(0, len(problems))
    return problems.zip_with(~where, word) if where.any() else problems
