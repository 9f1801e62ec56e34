"""Any file that a bank sends, as a table of text: CSV, XLSX, XLS and WPS, Parquet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from zoufang.core.errors import BadInput
from zoufang.files import csv_text
from zoufang.files.cells import CellKind, Grid, stacked
from zoufang.files.csv_text import Progress, Ragged
from zoufang.files.headers import Header, Row, find_header
from zoufang.files.mapping import Mapping
from zoufang.files.places import SHEET_COLUMN, Places
from zoufang.files.sheet_sets import ALL, AUTO, Member, aligned, filled_down, members
from zoufang.files.xls_cells import read_xls
from zoufang.files.xlsx_cells import read_xlsx
from zoufang.files.xlsx_sheet import Sheet

_LOOK_AT = 60
_SLICE = 100_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """A sheet of the file: `fits` columns of it are known (`known` of any kind); those not chosen are named."""

    name: str
    rows: int
    hidden: bool
    fits: int
    chosen: bool
    known: int = 0


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
    places: Places = field(default_factory=Places)
    wanted: tuple[str, ...] = ()  # the sheets asked for

    def sample(self, rows: int = 200) -> Grid:
        """The first rows under the header; of several sheets some of each."""
        if len(self.places.sheets) > 1:
            each = max(1, rows // len(self.places.sheets))
            return stacked([grid.slice(0, each) for grid in self.batches(None)] or [self._nothing()])
        first = next(self.batches(None), None)
        if first is None:
            return self._nothing()
        self.ragged.rows.clear()
        return first.slice(0, rows)

    def _nothing(self) -> Grid:
        empty = pl.DataFrame({f"c{i}": pl.Series([], dtype=pl.String) for i in range(len(self.header.texts))})
        return Grid(empty, pl.Series("row", [], dtype=pl.UInt32))


Wanted = tuple[str, ...]


def read_table(
    path: Path,
    mapping: Mapping | None = None,
    *,
    kind: str | None = None,
    sheet: str = "",
    sheets: Wanted = (),
) -> Table:
    """The table in `path`. The file's content decides its form, not its name.

    `sheet` or `sheets` ("all" or names, read as one) win over what the mapping names.
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
    wanted = sheets or ((sheet,) if sheet else ()) or _named(mapping)
    if start.startswith(b"PAR1"):
        return _parquet(path)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _choose(path, "xlsx", read_xlsx(path), mapping, kind, wanted)
    if start.startswith(_OLE):
        return _choose(path, "xls", read_xls(path), mapping, kind, wanted)
    return _csv(path, mapping, kind)


def _named(mapping: Mapping | None) -> Wanted:
    if mapping is None:
        return ()
    return mapping.sheets or ((mapping.sheet,) if mapping.sheet else ())


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
    path: Path, form: str, sheets: tuple[Sheet, ...], mapping: Mapping | None, kind: str | None, wanted: Wanted
) -> Table:
    """The sheet or sheets asked for, else the visible one with the most known columns, then the most rows."""
    headers = [_header(_head(sheet), mapping, kind) if sheet.grid.height else None for sheet in sheets]
    names = [sheet.name for sheet in sheets]
    place = _best(path, sheets, headers, wanted)
    headers[place] = headers[place] or _first_row(_head(sheets[place]), path)
    chosen: tuple[Member, ...] = ()
    if several(wanted):
        needed = frozenset(n for rule in mapping.all_rules for n in rule.headers) if mapping else frozenset()
        chosen = members(sheets, headers, place, wanted, needed, path.name)
    if wanted == (AUTO,):
        wanted, chosen = ((ALL,), chosen) if len(chosen) > 1 else ((), ())
    taken = {member.sheet.name for member in chosen} or {names[place]}
    infos = tuple(
        SheetInfo(
            sheet.name, sheet.grid.height, sheet.hidden, _fits(headers[i]), sheet.name in taken, _known(sheet)
        )
        for i, sheet in enumerate(sheets)
    )
    header = headers[place]
    assert header is not None  # noqa: S101 it was just found
    return replace(_sheet_table(path, form, chosen, sheets[place], header, infos), wanted=wanted)


def _best(path: Path, sheets: tuple[Sheet, ...], headers: list[Header | None], wanted: Wanted) -> int:
    """Of the sheets asked for the one that fits best; BadInput if one is not there, or none has cells."""
    names = [sheet.name for sheet in sheets]
    for name in wanted:
        if name not in names and wanted not in ((ALL,), (AUTO,)):
            raise BadInput(f"{path.name} has no sheet {name!r}. Choose one of: {', '.join(names)}.")
    candidates = [i for i, name in enumerate(names) if name in wanted] or range(len(sheets))
    place = max(
        candidates,
        key=lambda i: (_fits(headers[i]), not sheets[i].hidden, sheets[i].grid.height, -i),
        default=None,
    )
    if place is None or not sheets[place].grid.height:
        raise BadInput(f"{path.name} has no sheet with cells in it. Export it again.")
    return place


def _known(sheet: Sheet) -> int:
    return _fits(find_header(_head(sheet))) if sheet.grid.height else 0


def several(wanted: Wanted) -> bool:
    return len(wanted) > 1 or wanted in ((ALL,), (AUTO,))


def _sheet_table(
    path: Path, form: str, chosen: tuple[Member, ...], sheet: Sheet, header: Header, infos: tuple[SheetInfo, ...]
) -> Table:
    height = sum(member.sheet.grid.height for member in chosen) or sheet.grid.height

    def batches(progress: Progress | None) -> Iterator[Grid]:
        done = 0
        for grid in aligned(chosen, _pieces) if chosen else _pieces(sheet, header):
            yield grid
            done += grid.height
            if progress:
                progress(min(done, height), height)

    return Table(
        name=path.name,
        form=form,
        sha256=csv_text.digest(path),
        header=replace(header, texts=(*header.texts, SHEET_COLUMN)) if chosen else header,
        batches=batches,
        sheet=sheet.name if len(chosen) < 2 else "",
        sheets=infos,
        hidden_columns=sheet.hidden_columns,
        places=Places(tuple(member.sheet.name for member in chosen)) if len(chosen) > 1 else Places(),
    )


def _pieces(sheet: Sheet, header: Header) -> Iterator[Grid]:
    body = filled_down(sheet, sheet.grid.where(sheet.grid.rows > header.row), header.row)
    return (body.slice(start, _SLICE) for start in range(0, body.height, _SLICE))


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
