"""What an .xls or .et file knows beside its values: hidden rows, merged cells, and which cells hold numbers.

Calamine reads the values of these files (BIFF8 in an OLE container) but drops those marks; they are a dozen fixed
records of [MS-XLS] in a stream found by the tables of [MS-CFB].
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from zoufang.core.errors import BadInput
from zoufang.files.cells import CellKind

_END = 0xFFFFFFFA  # this and above mark free, end and table sectors
_BOF, _EOF, _SHEET, _LOCKED = 0x0809, 0x000A, 0x0085, 0x002F
_ROW, _COLUMNS, _MERGES = 0x0208, 0x007D, 0x00E5
_NUMBER, _RK, _MANY_RK, _FORMULA, _BOOL_OR_ERROR = 0x0203, 0x027E, 0x00BD, 0x0006, 0x0205
_LABELS = (0x00FD, 0x0204, 0x00D6)
_VALUES = (_NUMBER, _RK, _MANY_RK, _FORMULA, _BOOL_OR_ERROR, *_LABELS)
_HIDDEN_ROW = 0x20


@dataclass(slots=True)
class Marks:
    """Of one sheet; rows and columns count from 0. Calamine leaves out the columns before `first_column`."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    kinds: dict[tuple[int, int], CellKind] = field(default_factory=dict)
    first_column: int = 255


def read_marks(data: bytes, name: str) -> list[Marks]:
    """Marks of each worksheet in order. BadInput where the file is locked or not a workbook."""
    try:
        stream = _workbook_stream(data)
        if stream is None:
            raise BadInput(_no_workbook(data, name))
        return [_sheet_marks(stream, offset) for offset in _sheet_offsets(stream, name)]
    except (struct.error, IndexError) as error:
        raise BadInput(
            f"{name} is damaged and cannot be read as XLS. Open it in Excel or WPS and save it again."
        ) from error


def _no_workbook(data: bytes, name: str) -> str:
    """A workbook with a password is an OLE file around the encrypted package; Word files are OLE files too."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return f"{name} is protected by a password. Save it without one."
    return f"{name} holds no workbook. Give a file that Excel or WPS Spreadsheets saved."


def _sheet_offsets(stream: bytes, name: str) -> list[int]:
    offsets = []
    for kind, body in _records(stream, 0):
        if kind == _LOCKED:
            raise BadInput(f"{name} is protected by a password. Save it without one.")
        if kind == _SHEET and body[5] == 0:  # 0 = worksheet, others are charts and macros
            offsets.append(struct.unpack_from("<I", body)[0])
        if kind == _EOF:
            break
    return offsets


def _sheet_marks(stream: bytes, offset: int) -> Marks:
    marks = Marks()
    depth = 0
    for kind, body in _records(stream, offset):
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 0:
            break
        if depth == 1:
            _mark(marks, kind, body)
    return marks


def _mark(marks: Marks, kind: int, body: bytes) -> None:
    if kind == _ROW:
        if body[12] & _HIDDEN_ROW:
            marks.hidden_rows.add(struct.unpack_from("<H", body)[0])
    elif kind == _COLUMNS:
        first, last, _, _, options = struct.unpack_from("<5H", body)
        if options & 1:
            marks.hidden_columns.update(range(first, min(last, 255) + 1))
    elif kind == _MERGES:
        for place in range(struct.unpack_from("<H", body)[0]):
            top, bottom, left, right = struct.unpack_from("<4H", body, 2 + 8 * place)
            marks.merges.append((top, left, bottom, right))
    elif kind in _VALUES:
        marks.first_column = min(marks.first_column, struct.unpack_from("<HH", body)[1])
        marks.kinds.update(_cells(kind, body))


def _cells(kind: int, body: bytes) -> Iterator[tuple[tuple[int, int], CellKind]]:
    if kind in _LABELS:
        return
    row, column = struct.unpack_from("<HH", body)
    if kind == _MANY_RK:
        for place in range((len(body) - 6) // 6):
            yield (row, column + place), CellKind.NUMBER
    elif kind == _BOOL_OR_ERROR:
        yield (row, column), CellKind.ERROR if body[7] else CellKind.BOOL
    elif kind != _FORMULA or body[12:14] != b"\xff\xff":
        yield (row, column), CellKind.NUMBER
    elif body[6] == 2:
        yield (row, column), CellKind.ERROR


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _workbook_stream(data: bytes) -> bytes | None:
    sector = 1 << struct.unpack_from("<H", data, 30)[0]
    directory, _, cutoff, mini_start = struct.unpack_from("<IIII", data, 48)
    fat = _fat(data, sector)
    entries = _chain(data, fat, directory, sector)
    root = next((e for e in _entries(entries) if e[0] == "Root Entry"), None)
    book = next((e for e in _entries(entries) if e[0] in ("Workbook", "Book")), None)
    if book is None or root is None:
        return None
    _, start, size = book
    if size >= cutoff:
        return _chain(data, fat, start, sector)[:size]
    small = _chain(data, fat, root[1], sector)
    table = _chain(data, fat, mini_start, sector)
    mini_fat = list(struct.unpack(f"<{len(table) // 4}I", table))
    return b"".join(small[64 * place : 64 * place + 64] for place in _links(mini_fat, start))[:size]


def _fat(data: bytes, sector: int) -> list[int]:
    places = [place for place in struct.unpack_from("<109I", data, 76) if place < _END]
    following = struct.unpack_from("<I", data, 68)[0]
    while following < _END:
        table = struct.unpack_from(f"<{sector // 4}I", data, (following + 1) * sector)
        places += [place for place in table[:-1] if place < _END]
        following = table[-1]
        if len(places) * sector > len(data):
            raise IndexError("the sector table runs in a circle")
    blocks = (data[(place + 1) * sector : (place + 2) * sector] for place in places)
    return [
        link for block in blocks for link in struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4])
    ]


def _links(fat: list[int], start: int) -> Iterator[int]:
    steps = 0
    while start < _END:
        yield start
        start = fat[start]
        steps += 1
        if steps > len(fat):
            raise IndexError("the chain of sectors runs in a circle")


def _chain(data: bytes, fat: list[int], start: int, sector: int) -> bytes:
    return b"".join(data[(place + 1) * sector : (place + 2) * sector] for place in _links(fat, start))


def _entries(directory: bytes) -> Iterator[tuple[str, int, int]]:
    for at in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
        yield name, *struct.unpack_from("<II", directory, at + 116)
