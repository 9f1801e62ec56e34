"""A table and its mapping to typed rows, and to every cell that kept a row out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from zoufang.core.errors import BadField, BadInput
from zoufang.core.values import Datum, Message, Point, to_wgs84
from zoufang.files.batch import Batch, Plan, Planned, read_batch
from zoufang.files.cells import Grid
from zoufang.files.check_warnings import warnings_of
from zoufang.files.columns import read_column, stripped
from zoufang.files.csv_text import Progress
from zoufang.files.duplicates import split_duplicates
from zoufang.files.fields import Field
from zoufang.files.mapping import ColumnRule, Mapping, Snapshot
from zoufang.files.phone_cells import PHONES
from zoufang.files.places import SHEET_ROWS, Places
from zoufang.files.problems import Problem, Reject
from zoufang.files.rows import OddRow, RowKind, odd_kind, sort_rows
from zoufang.files.tables import Table
from zoufang.files.totals import TotalCheck, reconcile

MAX_REJECTS = 1_000_000
REJECT_SCHEMA = {
    "row": pl.UInt32,
    "column": pl.String,
    "field": pl.String,
    "value": pl.String,
    "problem": pl.String,
    "detail": pl.String,
}


_TELLS_A_ROW = (Problem.DUPLICATE, Problem.DUPLICATE_DIFFERS)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file holds.

    `good`: row (as the sheet numbers it) and the mapped fields under Field.column: money as *_fen Int64, lat
    and lon on WGS-84 whatever the mapping's datum. Of several snapshots each gives a row; `records` counts lines.
    `rejects`: one line a faulty cell (REJECT_SCHEMA), at most MAX_REJECTS; `problems` counts them all by problem.
    `places` tells sheet and row of a row's number where several sheets were read as one.
    `phones`: numbers beside the first of a cell (row, field, number, whose: "" is the column's person).
    `rejected_keys`: source keys of rows kept out; a full file must not take them for loans that left the book.
    """

    good: pl.DataFrame
    rejects: pl.DataFrame
    records: int
    rejected_rows: int
    problems: dict[str, int]
    rejected_keys: pl.Series
    odd: tuple[OddRow, ...]
    blank_rows: int
    totals: tuple[TotalCheck, ...]
    warnings: tuple[Message, ...]
    sha256: str
    sheet: str
    places: Places = field(default_factory=Places)
    phones: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PHONES))

    def each_reject(self, limit: int | None = None) -> Iterator[Reject]:
        for row, column, name, value, problem, detail in self.rejects.head(limit or MAX_REJECTS).iter_rows():
            sheet, own = self.places.of(row)
            place = self.places.text(int(detail)) if problem in _TELLS_A_ROW else detail or ""
            yield Reject(own, column, name, value or "", Problem(problem), place, sheet)


@dataclass(slots=True)
class _Gathered:
    """What batches add up to."""

    good: list[pl.DataFrame] = field(default_factory=list)
    rejects: list[pl.DataFrame] = field(default_factory=list)
    kept_rejects: int = 0
    amounts: list[pl.DataFrame] = field(default_factory=list)
    rejected_keys: list[pl.Series] = field(default_factory=list)
    odd: list[OddRow] = field(default_factory=list)
    phones: list[pl.DataFrame] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    problems: Counter[str] = field(default_factory=Counter)
    records: int = 0
    rejected_rows: int = 0
    blank: int = 0

    def add(self, batch: Batch) -> None:
        self.good.append(batch.good)
        self.amounts.append(batch.amounts)
        self.phones.append(batch.phones)
        self.rejected_keys.append(batch.rejected_keys)
        self.rejected_rows += batch.rejected_rows
        self.add_rejects(batch.rejects)

    def add_rejects(self, rejects: pl.DataFrame) -> None:
        self.problems.update(dict(rejects["problem"].value_counts().iter_rows()))
        room = MAX_REJECTS - self.kept_rejects
        self.rejects.append(rejects.head(room))
        self.kept_rejects += min(room, rejects.height)


def check(table: Table, mapping: Mapping, *, today: date, progress: Progress | None = None) -> Checked:
    """Every row of `table` read by `mapping`, as of `today` (dates after it are faults where they cannot be).

    BadInput if a mapped column is not in the header, BadField if a constant of the mapping cannot be read.
    """
    plans = [_plan(table, mapping, each, today) for each in mapping.snapshots or (Snapshot("", ()),)]
    gathered = _Gathered()
    for grid in table.batches(progress):
        _take(gathered, _clean(grid), plans, table)
    gathered.add_rejects(_ragged(table, plans[0], gathered))
    return _checked(table, mapping, plans, gathered)


def _take(gathered: _Gathered, grid: Grid, plans: list[Plan], table: Table) -> None:
    parts = sort_rows(grid, plans[0].key_column, table.header.texts)
    gathered.odd += parts.odd
    gathered.blank += parts.blank
    gathered.records += parts.records.height
    if parts.records.hidden is not None:
        gathered.hidden += parts.records.rows.filter(parts.records.hidden).to_list()
    for plan in plans:
        gathered.add(read_batch(parts.records, plan))


def _checked(table: Table, mapping: Mapping, plans: list[Plan], gathered: _Gathered) -> Checked:
    good = pl.concat(gathered.good) if gathered.good else plans[0].empty
    good, doubled = split_duplicates(_on_wgs84(good, mapping.datum), mapping, plans[0])
    gathered.add_rejects(doubled)
    amounts = pl.concat(gathered.amounts, how="vertical") if gathered.amounts else pl.DataFrame()
    odd = tuple(gathered.odd)
    money = [(p.field, p.rule, p.places) for p in plans[0].columns if p.field.type == "money"]
    totals = _reconciled(odd, amounts, money, table.places) if len(plans) == 1 and odd else ()
    phones = pl.concat([pl.DataFrame(schema=PHONES), *gathered.phones]).unique(maintain_order=True)
    faults = sum(gathered.problems.values())
    keys = [series for series in (*gathered.rejected_keys, doubled["value"].rename("key")) if len(series)]
    return Checked(
        good=good,
        rejects=pl.concat(gathered.rejects) if gathered.rejects else pl.DataFrame(schema=REJECT_SCHEMA),
        records=gathered.records,
        rejected_rows=gathered.rejected_rows + doubled["row"].n_unique(),
        problems=dict(gathered.problems),
        rejected_keys=pl.concat(keys) if keys else pl.Series([], dtype=pl.String),
        odd=odd,
        blank_rows=gathered.blank,
        totals=totals,
        warnings=warnings_of(table, mapping, odd, totals, gathered.hidden, faults, phones),
        sha256=table.sha256,
        sheet=table.sheet,
        places=table.places,
        phones=phones,
    )


def _reconciled(
    odd: tuple[OddRow, ...],
    amounts: pl.DataFrame,
    money: list[tuple[Field, ColumnRule, tuple[int, ...]]],
    places: Places,
) -> tuple[TotalCheck, ...]:
    """A sheet's totals speak of its own rows."""
    checks: list[TotalCheck] = []
    for number in sorted({each.row // SHEET_ROWS for each in odd}):
        own = tuple(each for each in odd if each.row // SHEET_ROWS == number)
        found = reconcile(own, amounts.filter(pl.col("row") // SHEET_ROWS == number), money)
        for check_ in found:
            sheet, row = places.of(check_.row)
            checks.append(replace(check_, sheet=sheet, row=row))
    return tuple(checks)


def _on_wgs84(good: pl.DataFrame, datum: Datum) -> pl.DataFrame:
    """Coordinates on another datum moved to WGS-84, as all of Zoufang keeps them; half a pair is no place."""
    if datum is Datum.WGS84 or not {"lat", "lon"} <= set(good.columns):
        return good
    given = good.select("lat", "lon").drop_nulls().unique()
    moved = [to_wgs84(Point(lat, lon, datum)) for lat, lon in given.iter_rows()]
    table = given.with_columns(
        pl.Series("_lat", [point.lat for point in moved], dtype=pl.Float64),
        pl.Series("_lon", [point.lon for point in moved], dtype=pl.Float64),
    )
    joined = good.join(table, on=["lat", "lon"], how="left", maintain_order="left")
    return joined.with_columns(lat="_lat", lon="_lon").drop("_lat", "_lon")


def _plan(table: Table, mapping: Mapping, snapshot: Snapshot, today: date) -> Plan:
    rules = mapping.at(snapshot)
    places = {name: table.header.index(name) for rule in rules for name in rule.headers}
    absent = [name for name, place in places.items() if place is None]
    if absent:
        raise BadInput(
            f"{table.name}: the header (row {table.header.row}) has no column {', '.join(map(repr, absent))}. "
            f"It has: {', '.join(text for text in table.header.texts if text)}. Correct the mapping or the file."
        )
    constants = mapping.constants + ((("as_of", snapshot.as_of),) if snapshot.as_of else ())
    return Plan(
        mapping=mapping,
        columns=tuple(
            Planned(mapping.schema.field(r.field), r, tuple(places[name] or 0 for name in r.headers))
            for r in rules
        ),
        constants=tuple(_constant(mapping, name, text, today) for name, text in constants),
        today=today,
    )


def _constant(mapping: Mapping, name: str, text: str, today: date) -> pl.Series:
    of = mapping.schema.field(name)
    column = read_column(of, ColumnRule(name, name), pl.Series([text]), None, today)
    if column.problems[0] is not None or column.values[0] is None:
        reason = Reject(0, of.zh, name, text, Problem(column.problems[0] or Problem.MISSING))
        raise BadField(f"{mapping.name}: {reason.reason}", field=f"constants.{name}", remedy=str(reason.remedy))
    return column.values.alias(of.column)


def _clean(grid: Grid) -> Grid:
    return Grid(stripped(grid.cells), grid.rows, grid.hidden, grid.kinds)


def _ragged(table: Table, plan: Plan, gathered: _Gathered) -> pl.DataFrame:
    """CSV rows of another width: totals and notes are what they are, all others are rejects."""
    width, lines = len(table.header.texts), []
    for row, cells in table.ragged.rows:
        kind = odd_kind(cells, int(plan.key_column[1:]), table.header.texts)
        if kind in set(RowKind):
            gathered.odd.append(OddRow(row, RowKind(kind), tuple(cells)))
        elif kind is None:
            lines.append((row, "", "", ",".join(cells)[:200], Problem.COLUMNS.value, f"{len(cells)} / {width}"))
    gathered.records += len(lines)
    gathered.rejected_rows += len(lines)
    return pl.DataFrame(lines, schema=REJECT_SCHEMA, orient="row")
