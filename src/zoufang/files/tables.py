"""Any file that a bank sends, as a table of text: CSV, XLSX, XLS and WPS, Parquet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from zoufang.core.errors import BadInput
from zoufang.files import csv_text
from zoufang.files.cells import CellKind, Grid
from zoufang.files.csv_text import Progress, Ragged
from zoufang.files.headers import Header, Row, find_header
from zoufang.files.mapping import Mapping
from zoufang.files.xls_cells import read_xls
from zoufang.files.xlsx_cells import read_xlsx
from zoufang.files.xlsx_sheet import Sheet

_LOOK_AT = 60
_SLICE = 100_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """A sheet of the file: `fits` columns of it are known; one is chosen, the others are named to the user."""

    name: str
    rows: int
    hidden: bool
    fits: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Table:
    """One table of one file. `batches(progress)` gives the rows under the header, as text, a piece at a time.

    `ragged` fills while batches are read: CSV rows with another number of cells than the header.
    """

    name: str
    form: str
    sha256: str
    header: Header
    batches: Callable[[Progress | None], Iterator[Grid]]
    sheet: str = ""
    sheets: tuple[SheetInfo, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    ragged: Ragged = field(default_factory=Ragged)

    def sample(self, rows: int = 200) -> Grid:
        """The first rows under the header."""
        first = next(self.batches(None), None)
        if first is None:
            empty = pl.DataFrame({f"c{i}": pl.Series([], dtype=pl.String) for i in range(len(self.header.texts))})
            return Grid(empty, pl.Series("row", [], dtype=pl.UInt32))
        self.ragged.rows.clear()
        return first.slice(0, rows)


def read_table(path: Path, mapping: Mapping | None = None, *, kind: str | None = None, sheet: str = "") -> Table:
    """The table in `path`. The file's content decides its form, not its name.

    Without a mapping the sheet and header that fit best are taken (`kind` narrows what counts as fitting).
    BadInput: empty, damaged, locked, of unknown form, or without a header that can be understood.
    """
    if not path.is_file():
        raise BadInput(f"There is no file {path}. Check its name.")
    with path.open("rb") as stream:
        start = stream.read(8)
    if not start:
        raise BadInput(f"{path.name} is empty. Export it again.")
    kind = mapping.kind if mapping else kind
    if start.startswith(b"PAR1"):
        return _parquet(path)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _choose(path, "xlsx", read_xlsx(path), mapping, kind, sheet)
    if start.startswith(_OLE):
        return _choose(path, "xls", read_xls(path), mapping, kind, sheet)
    return _csv(path, mapping, kind)


def _csv(path: Path, mapping: Mapping | None, kind: str | None) -> Table:
    form = csv_text.sniff(path)
    head = [(number, list(cells)) for number, cells in enumerate(form.head, start=1)]
    header = _header(head, mapping, kind) or _first_row(head, path)
    header = Header(header.row, header.rows, header.texts[: form.width], header.above, header.fits)
    ragged = Ragged()

    def batches(progress: Progress | None) -> Iterator[Grid]:
        ragged.rows.clear()
        return csv_text.batches(path, form, header.row, ragged, progress)

    return Table(
        name=path.name,
        form="csv",
        sha256=csv_text.digest(path),
        header=header,
        batches=batches,
        encoding=form.encoding,
        delimiter=form.delimiter,
        ragged=ragged,
    )


def _choose(
    path: Path, form: str, sheets: tuple[Sheet, ...], mapping: Mapping | None, kind: str | None, wanted: str
) -> Table:
    """The sheet asked for, else the visible one with the most known columns, then the most rows."""
    wanted = wanted or (mapping.sheet if mapping else "")
    headers = [_header(_head(sheet), mapping, kind) if sheet.grid.height else None for sheet in sheets]
    if wanted:
        place = next((i for i, sheet in enumerate(sheets) if sheet.name == wanted), None)
        if place is None:
            names = ", ".join(sheet.name for sheet in sheets)
            raise BadInput(f"{path.name} has no sheet {wanted!r}. Choose one of: {names}.")
    else:
        place = max(
            range(len(sheets)),
            key=lambda i: (_fits(headers[i]), not sheets[i].hidden, sheets[i].grid.height, -i),
            default=None,
        )
    if place is None or not sheets[place].grid.height:
        raise BadInput(f"{path.name} has no sheet with cells in it. Export it again.")
    header = headers[place] or _first_row(_head(sheets[place]), path)
    infos = tuple(
        SheetInfo(sheet.name, sheet.grid.height, sheet.hidden, _fits(headers[i]), i == place)
        for i, sheet in enumerate(sheets)
    )
    return _sheet_table(path, form, sheets[place], header, infos)


def _sheet_table(path: Path, form: str, sheet: Sheet, header: Header, infos: tuple[SheetInfo, ...]) -> Table:
    body = _fill_down(sheet, sheet.grid.where(sheet.grid.rows > header.row), header.row)

    def batches(progress: Progress | None) -> Iterator[Grid]:
        for start in range(0, body.height, _SLICE):
            yield body.slice(start, _SLICE)
            if progress:
                progress(min(start + _SLICE, body.height), body.height)

    return Table(
        name=path.name,
        form=form,
        sha256=csv_text.digest(path),
        header=header,
        batches=batches,
        sheet=sheet.name,
        sheets=infos,
        hidden_columns=sheet.hidden_columns,
    )


def _fill_down(sheet: Sheet, body: Grid, header_row: int) -> Grid:
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


def _parquet(path: Path) -> Table:
    try:
        frame = pl.scan_parquet(path)
        names = tuple(frame.collect_schema().names())
        height = int(frame.select(pl.len()).collect().item())
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadInput(
            f"{path.name} is damaged and cannot be read as Parquet ({error}). Export it again."
        ) from error

    def batches(progress: Progress | None) -> Iterator[Grid]:
        for start in range(0, height, _SLICE):
            piece = frame.slice(start, _SLICE).collect()
            numbers = pl.Series("row", range(start + 1, start + 1 + piece.height), dtype=pl.UInt32)
            yield Grid(_as_text(piece), numbers, None, _kinds_of(piece))
            if progress:
                progress(min(start + _SLICE, height), height)

    return Table(path.name, "parquet", csv_text.digest(path), Header(0, 1, names, (), 0), batches)


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame({f"c{i}": column.cast(pl.String) for i, column in enumerate(frame.iter_columns())})


def _kinds_of(frame: pl.DataFrame) -> pl.DataFrame:
    """Whole numbers of any length are exact in Parquet; only floats can have lost digits."""
    kinds = {
        f"c{i}": pl.Series([CellKind.NUMBER if column.dtype.is_float() else CellKind.TEXT], dtype=pl.UInt8)
        for i, column in enumerate(frame.iter_columns())
    }
    return pl.DataFrame({name: kind.new_from_index(0, frame.height) for name, kind in kinds.items()})


def _header(head: list[Row], mapping: Mapping | None, kind: str | None) -> Header | None:
    if mapping and mapping.header_row:
        return find_header(head, kind, at=mapping.header_row, rows=mapping.header_rows)
    named = frozenset(name for rule in mapping.all_rules for name in rule.headers) if mapping else frozenset()
    return find_header(head, kind, named=named)


def _first_row(head: list[Row], path: Path) -> Header:
    """No row fits any field: the first row that is filled throughout is offered, and the wizard asks."""
    for number, cells in head:
        if len({cell.strip() for cell in cells if cell.strip()}) >= 2:
            found = find_header(head, at=number)
            if found:
                return found
    raise BadInput(f"{path.name} has no row that could be a header. Put the column names in one row.")


def _head(sheet: Sheet) -> list[Row]:
    """The first rows, with every merged area filled, so that a header in several rows can be read."""
    rows = sheet.grid.rows.head(_LOOK_AT).to_list()
    cells = sheet.grid.texts(_LOOK_AT)
    place = {number: i for i, number in enumerate(rows)}
    for top, left, bottom, right in sheet.merges:
        if top not in place or left >= sheet.grid.width:
            continue
        text = cells[place[top]][left]
        for number in range(top, min(bottom, rows[-1]) + 1):
            for column in range(left, min(right, sheet.grid.width - 1) + 1):
                if number in place:
                    cells[place[number]][column] = text
    return list(zip(rows, cells, strict=True))


def _fits(header: Header | None) -> int:
    return header.fits if header else 0
