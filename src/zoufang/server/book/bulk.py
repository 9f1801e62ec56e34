"""Bulk reads and writes: the one place of raw SQL, the same on SQLite and PostgreSQL.

Values arrive as the database keeps them: ids as 32 hex digits, dates as ISO text, money as integers. Rows that are
there already stay as they are, so that every write can be repeated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import polars as pl
import uuid_utils
from django.db import connection, models, transaction

Row = tuple[Any, ...]
READ = 50_000
COPIED = 500  # so many rows and more go to PostgreSQL by COPY


def new_ids(count: int) -> list[str]:
    """UUIDv7s as the database keeps them: they sort by the time they were made."""
    return [uuid_utils.uuid7().hex for _ in range(count)]


def insert(model: type[models.Model], fields: Sequence[str], rows: list[Row]) -> None:
    """Add `rows` to the model's table in one short transaction; those whose key is there already are skipped."""
    if rows:
        with transaction.atomic():
            _insert(model._meta.db_table, _columns(model, fields), rows)


@contextmanager
def staged(model: type[models.Model], fields: Sequence[str]) -> Iterator[Staged]:
    """A table like the model's that only this connection sees; it ends with the block, or with a crash."""
    waiting = Staged(model, _columns(model, fields))
    try:
        yield waiting
    finally:
        waiting.drop()


class Staged:
    """Rows that wait for the switch."""

    def __init__(self, model: type[models.Model], columns: list[str]) -> None:
        self.target, self.columns = model._meta.db_table, columns
        self.name = f"staged_{self.target}"
        self.count = 0
        listed = ", ".join(columns)
        execute(f"DROP TABLE IF EXISTS {self.name}")
        execute(f"CREATE TEMPORARY TABLE {self.name} AS SELECT {listed} FROM {self.target} WHERE 1 = 0")

    def add(self, rows: list[Row]) -> None:
        """Outside the book's own lock: on SQLite a deferred transaction touches only the temporary file."""
        if not rows:
            return
        self.count += len(rows)
        if connection.vendor != "sqlite" or connection.in_atomic_block:
            _insert(self.name, self.columns, rows, keyed=False)
            return
        execute("BEGIN")
        try:
            _insert(self.name, self.columns, rows, keyed=False)
        except BaseException:
            execute("ROLLBACK")
            raise
        execute("COMMIT")

    def land(self, conflict: str = "DO NOTHING") -> None:
        """Move the rows over; WHERE keeps SQLite from reading ON as part of a join."""
        if self.count:
            listed = ", ".join(self.columns)
            execute(
                f"INSERT INTO {self.target} ({listed}) SELECT {listed} FROM {self.name} WHERE 1 = 1 "
                f"ON CONFLICT {conflict}"
            )

    def drop(self) -> None:
        if not connection.needs_rollback:
            execute(f"DROP TABLE IF EXISTS {self.name}")


def execute(sql: str, params: Sequence[Any] = ()) -> int:
    """Rows touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def frame(sql: str, params: Sequence[Any], schema: dict[str, Any]) -> pl.DataFrame:
    """A query's rows as a frame, read in pieces so that no million tuples pile up."""
    pieces = [pl.DataFrame(schema=schema)]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(READ):
            pieces.append(pl.DataFrame(rows, schema=schema, orient="row"))
    return pl.concat(pieces)


def key(value: Any) -> str:
    """An id as bulk rows hold it."""
    return str(value.hex)


def as_uuid(key: str) -> UUID:
    return UUID(hex=key)


def hex_of(column: str) -> str:
    """SQL for an id column as 32 hex digits on both engines."""
    return column if connection.vendor == "sqlite" else f"replace({column}::text, '-', '')"


def slices(table: pl.DataFrame, size: int) -> Iterator[pl.DataFrame]:
    for start in range(0, table.height, size):
        yield table.slice(start, size)


def _columns(model: type[models.Model], fields: Sequence[str]) -> list[str]:
    return [connection.ops.quote_name(str(model._meta.get_field(name).column)) for name in fields]  # type: ignore[union-attr]


def _insert(table: str, columns: list[str], rows: list[Row], *, keyed: bool = True) -> None:
    ending = " ON CONFLICT DO NOTHING" if keyed else ""
    listed = ", ".join(columns)
    if connection.vendor == "postgresql" and len(rows) >= COPIED:
        _copy(table, listed, rows, ending)
        return
    sql = f"INSERT INTO {table} ({listed}) VALUES ({', '.join(['%s'] * len(columns))}){ending}"
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def _copy(table: str, listed: str, rows: list[Row], ending: str) -> None:
    """COPY knows no conflicts: rows that may be there already pass through a table of this connection."""
    through = f"copied_{table}" if ending else table
    with transaction.atomic(), connection.cursor() as cursor:
        if ending:
            cursor.execute(
                f"CREATE TEMPORARY TABLE {through} ON COMMIT DROP AS SELECT {listed} FROM {table} WHERE 1 = 0"
            )
        with cursor.copy(f"COPY {through} ({listed}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        if ending:
            cursor.execute(f"INSERT INTO {table} ({listed}) SELECT {listed} FROM {through}{ending}")
            cursor.execute(f"DROP TABLE {through}")


@contextmanager
def roomy_cache() -> Iterator[None]:
    """More page cache for SQLite while millions of index entries go in; the usual 2 MB would thrash."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        usual = cursor.fetchone()[0]
    execute("PRAGMA cache_size = -196608")
    try:
        yield
    finally:
        execute(f"PRAGMA cache_size = {usual}")
