"""The only door to DuckDB: a connection in memory that runs Ibis expressions over frames and Parquet files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from zoufang.core.errors import BadInput


class Engine:
    """Gives tables to expressions and runs them; open one with `engine()`."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def frame(self, frame: Any, name: str) -> ibis.Table:
        """An Arrow table or a Polars frame under `name`."""
        table = frame if isinstance(frame, pa.Table) else frame.to_arrow()
        return self._connection.create_table(name, table, temp=True, overwrite=True)

    def parquet(self, path: Path, name: str | None = None) -> ibis.Table:
        """One file, or all files under a folder partitioned by key=value."""
        pattern = path / "**" / "*.parquet" if path.is_dir() else path
        try:
            return self._connection.read_parquet(str(pattern), table_name=name, hive_partitioning=path.is_dir())
        except duckdb.Error as error:
            raise BadInput(f"Cannot read {path} as Parquet: {error}. Write the file again.") from error

    def rows(self, expression: ibis.Table) -> list[dict[str, Any]]:
        """A small result as plain values."""
        return self.arrow(expression).to_pylist()  # type: ignore[no-any-return]

    def arrow(self, expression: ibis.Table) -> pa.Table:
        return self._connection.to_pyarrow(expression)

    def write_parquet(self, expression: ibis.Table, path: Path) -> Path:
        """Write beside `path` and rename, so that a reader never sees half a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.unfinished")
        self._connection.to_parquet(expression, unfinished)
        return unfinished.replace(path)


@contextmanager
def engine(*, threads: int | None = None, memory_limit: str | None = None) -> Iterator[Engine]:
    """A fresh in-memory engine; it downloads no extension, whatever a query asks for."""
    settings = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    limits = {"threads": threads, "memory_limit": memory_limit}
    connection = ibis.duckdb.connect(**settings, **{k: v for k, v in limits.items() if v is not None})
    try:
        yield Engine(connection)
    finally:
        connection.disconnect()
