"""One batch of records, column by column, to typed values and faults."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from zoufang.files.cells import Grid
from zoufang.files.columns import Column, read_column
from zoufang.files.fields import Field
from zoufang.files.mapping import ColumnRule, Mapping
from zoufang.files.phone_cells import PHONES, Split, split_cells
from zoufang.files.problems import Problem
from zoufang.files.summing import Summed, read_sum


@dataclass(frozen=True, slots=True)
class Planned:
    """A field, its rule, and the places of its columns in the sheet: one, or those that are added up."""

    field: Field
    rule: ColumnRule
    places: tuple[int, ...]

    @property
    def column(self) -> str:
        return f"c{self.places[0]}"

    @property
    def columns(self) -> list[str]:
        return [f"c{place}" for place in self.places]


@dataclass(frozen=True, slots=True)
class Plan:
    """A mapping laid over one header; `constants` are one-row series under their final names."""

    mapping: Mapping
    columns: tuple[Planned, ...]
    constants: tuple[pl.Series, ...]
    today: date

    @property
    def key_column(self) -> str:
        """The column that every record fills: the first part of the key that has one."""
        wanted = (*self.mapping.schema.key, *(f.name for f in self.mapping.schema.fields if f.required))
        own = {planned.field.name: planned.column for planned in self.columns}
        return next((own[name] for name in wanted if name in own), self.columns[0].column)

    @property
    def empty(self) -> pl.DataFrame:
        types = {planned.field.column: planned.field.dtype for planned in self.columns}
        return pl.DataFrame(schema={"row": pl.UInt32} | types | {s.name: s.dtype for s in self.constants})


@dataclass(frozen=True, slots=True)
class Batch:
    """`amounts`: the money of all records, good or not, for the totals. `phones`: further numbers of cells."""

    good: pl.DataFrame
    rejects: pl.DataFrame
    amounts: pl.DataFrame
    phones: pl.DataFrame
    rejected_keys: pl.Series
    rejected_rows: int


@dataclass(frozen=True, slots=True)
class _Fault:
    """One kind of fault in one column: where, and whether it keeps its row out."""

    mask: pl.Series
    planned: Planned
    text: pl.Series
    problems: pl.Series
    detail: pl.Series | None
    keeps_out: bool


def read_batch(grid: Grid, plan: Plan) -> Batch:
    """All columns of `grid` (stripped text) by `plan`."""
    sums = {
        p.field.name: read_sum(p.field, p.rule, grid, p.columns, plan.today) for p in plan.columns if p.rule.plus
    }
    splits = {p.field.name: _read(grid, p, plan) for p in plan.columns if p.field.name not in sums}
    texts = {p.field.name: grid.cells[p.column] for p in plan.columns} | {n: s.text for n, s in sums.items()}
    read = {name: each.column for name, each in (splits | sums).items()}
    faults = _cell_faults(plan, texts, read, sums) + _row_faults(plan, grid, texts, read)
    values = _values(plan, grid, read)
    out = pl.Series([False], dtype=pl.Boolean).new_from_index(0, grid.height)
    for fault in faults:
        out = out | fault.mask if fault.keeps_out else out
    lines = [_lines(grid, fault) for fault in faults]
    lines += [
        _beside(p, f) for p in plan.columns if (s := splits.get(p.field.name)) and (f := s.faults) is not None
    ]
    rejects = pl.concat(lines) if lines else _no_lines()
    hidden = grid.hidden if grid.hidden is not None else pl.Series([False]).new_from_index(0, grid.height)
    money = [read[p.field.name].values.alias(p.field.column) for p in plan.columns if p.field.type == "money"]
    return Batch(
        good=values.filter(~out),
        rejects=rejects.sort("row", maintain_order=True),
        amounts=pl.DataFrame([grid.rows.alias("row"), hidden.alias("hidden"), *money]),
        phones=pl.concat([pl.DataFrame(schema=PHONES), *(s.more for s in splits.values() if s.more is not None)]),
        rejected_keys=grid.cells[plan.key_column].filter(out).drop_nulls().rename("key"),
        rejected_rows=int(out.sum()),
    )


def _read(grid: Grid, planned: Planned, plan: Plan) -> Split:
    kinds = grid.kinds[planned.column] if grid.kinds is not None else None
    text = grid.cells[planned.column]
    column = read_column(planned.field, planned.rule, text, kinds, plan.today)
    if planned.field.several:
        return split_cells(planned.field.name, planned.field.several, column, text, grid.rows)
    return Split(column if planned.field.longest is None else _within(planned.field.longest, column))


def _within(longest: int, column: Column) -> Column:
    """What the book cannot hold whole is refused, never cut: two keys may differ in their last character."""
    fits = (column.values.str.len_chars() <= longest).fill_null(True)
    too_long = pl.Series([Problem.TOO_LONG.value]).new_from_index(0, len(fits))
    return column if fits.all() else Column(column.values, column.problems.zip_with(fits, too_long))


def _values(plan: Plan, grid: Grid, read: dict[str, Column]) -> pl.DataFrame:
    """Typed columns; a faulty optional cell is empty in them."""
    series = [grid.rows.alias("row")]
    for planned in plan.columns:
        column = read[planned.field.name]
        faulty = column.problems.is_not_null()
        values = (
            column.values.set(faulty, None) if faulty.any() and column.values.dtype != pl.String else column.values
        )
        values = values.zip_with(~faulty, _null_text(len(values))) if values.dtype == pl.String else values
        series.append(values.alias(planned.field.column))
    series += [constant.new_from_index(0, grid.height) for constant in plan.constants]
    return pl.DataFrame(series)


def _cell_faults(
    plan: Plan, texts: dict[str, pl.Series], read: dict[str, Column], sums: dict[str, Summed]
) -> list[_Fault]:
    faults = []
    for planned in plan.columns:
        name = planned.field.name
        problems, required = read[name].problems, plan.mapping.is_required(planned.field)
        if name in sums:
            faults += _part_faults(plan, planned, sums[name], required=required)
            problems = _null_text(len(problems))
        if required:
            empty = read[name].values.is_null() & read[name].problems.is_null()
            problems = problems.zip_with(~empty, _word(Problem.MISSING, len(problems)))
        mask = problems.is_not_null()
        if mask.any():
            keeps_out = required or plan.mapping.optional_faults == "reject"
            faults.append(_Fault(mask, planned, texts[name], problems, None, keeps_out))
    return faults


def _part_faults(plan: Plan, planned: Planned, summed: Summed, *, required: bool) -> list[_Fault]:
    """Each faulty cell of a sum under its own column's name."""
    keeps_out = required or plan.mapping.optional_faults == "reject"
    faults = []
    for part in summed.parts:
        own = replace(planned, rule=replace(planned.rule, header=part.header, plus=()))
        if (mask := part.problems.is_not_null()).any():
            faults.append(_Fault(mask, own, part.text, part.problems, None, keeps_out))
    return faults


def _row_faults(plan: Plan, grid: Grid, texts: dict[str, pl.Series], read: dict[str, Column]) -> list[_Fault]:
    """Faults that show only when cells of a row are held against each other."""
    own = {planned.field.name: planned for planned in plan.columns}
    faults = [*_neither(plan, own, texts, read)]
    faults += _against(
        own, texts, read, "overdue_principal", "principal_balance", Problem.OVERDUE_EXCEEDS, more=True
    )
    for name in ("maturity", "overdue_since"):
        faults += _against(own, texts, read, name, "opened_on", Problem.DATE_ORDER, more=False)
    if plan.mapping.hidden_rows == "skip" and grid.hidden is not None and grid.hidden.any():
        first = plan.columns[0]
        words = _word(Problem.HIDDEN, grid.height)
        faults.append(_Fault(grid.hidden, first, texts[first.field.name], words, None, keeps_out=True))
    return faults


def _neither(
    plan: Plan, own: dict[str, Planned], texts: dict[str, pl.Series], read: dict[str, Column]
) -> list[_Fault]:
    faults = []
    for group in plan.mapping.schema.one_of:
        there = [name for name in group if name in own]
        if not there or any(series.name in group for series in plan.constants):
            continue
        mask = texts[there[0]].is_not_null() | True
        for name in there:
            mask = mask & read[name].values.is_null() & read[name].problems.is_null()
        if mask.any():
            words = _word(Problem.NEITHER, len(mask))
            faults.append(_Fault(mask, own[there[0]], texts[there[0]], words, None, keeps_out=True))
    return faults


def _against(
    own: dict[str, Planned],
    texts: dict[str, pl.Series],
    read: dict[str, Column],
    name: str,
    other: str,
    problem: Problem,
    *,
    more: bool,
) -> list[_Fault]:
    """A fault where `name` is more (or less) than `other`."""
    if name not in own or other not in own:
        return []
    left, right = read[name].values, read[other].values
    fine = read[name].problems.is_null() & read[other].problems.is_null()
    mask = ((left > right) if more else (left < right)).fill_null(False) & fine
    if not mask.any():
        return []
    return [_Fault(mask, own[name], texts[name], _word(problem, len(mask)), texts[other], keeps_out=True)]


def _lines(grid: Grid, fault: _Fault) -> pl.DataFrame:
    rows = grid.rows.filter(fault.mask)
    detail = fault.detail.filter(fault.mask) if fault.detail is not None else _null_text(len(rows))
    return pl.DataFrame(
        {
            "row": rows,
            "column": pl.Series([fault.planned.rule.label]).new_from_index(0, len(rows)),
            "field": pl.Series([fault.planned.field.name]).new_from_index(0, len(rows)),
            "value": fault.text.filter(fault.mask),
            "problem": fault.problems.filter(fault.mask),
            "detail": detail,
        }
    )


def _beside(planned: Planned, faults: pl.DataFrame) -> pl.DataFrame:
    """Numbers refused in cells whose other numbers are taken: told, and their row stays."""
    return faults.select(
        "row",
        pl.lit(planned.rule.header).alias("column"),
        pl.lit(planned.field.name).alias("field"),
        "value",
        "problem",
        pl.lit(None, pl.String).alias("detail"),
    )


def _no_lines() -> pl.DataFrame:
    text = pl.String
    return pl.DataFrame(
        schema={"row": pl.UInt32, "column": text, "field": text, "value": text, "problem": text, "detail": text}
    )


def _word(problem: Problem, length: int) -> pl.Series:
    return pl.Series([problem.value]).new_from_index(0, length)


def _null_text(length: int) -> pl.Series:
    return pl.Series([None], dtype=pl.String).new_from_index(0, length)
