"""Sheets of an .xlsx file as text with the facts that readers of plain values drop.

Calamine and Polars give values only; a bank's sheet needs more to be read honestly: whether a number was text (an
ID stored as a number has lost its last digits), which rows a filter hid, which cells were merged, a formula never
calculated, a number shown as 12.5万元 or 0012 by its format. All stand in the XML, so it is read directly.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError, iterparse

import polars as pl

from zoufang.core.errors import BadInput
from zoufang.files.cells import CellKind, Grid
from zoufang.files.spelling import from_serial

MAX_UNPACKED = 2 * 1024**3
MAX_RATIO = 500  # a sheet of zeros packs about 1:300; a zip bomb 1:1000 and more
_RATIO_FROM = 64 * 1024**2
_DATE_IDS = frozenset({*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)})
_SHORT = re.compile(r"-?\d{1,15}(?:\.\d{1,14})?")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `merges` are (first row, first column, last row, last column): rows as shown, columns from 0."""

    name: str
    hidden: bool
    grid: Grid
    merges: tuple[tuple[int, int, int, int], ...] = ()
    hidden_columns: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Style:
    """What a number format does to the text that people see."""

    date: bool = False
    percent: bool = False
    pad: int = 0
    suffix: str = ""


def read_xlsx(path: Path) -> tuple[Sheet, ...]:
    """All sheets, in order; BadInput for a file that is damaged, locked or unsafe."""
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_bombs(archive, path.name)
            return tuple(_sheets(archive))
    except (zipfile.BadZipFile, ParseError, KeyError, ValueError, EOFError, zlib.error) as error:
        raise BadInput(
            f"{path.name} is damaged and cannot be read as XLSX ({error}). Open it in Excel and save it again."
        ) from error


def _refuse_bombs(archive: zipfile.ZipFile, name: str) -> None:
    parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise BadInput(f"{name} is protected by a password. Save it without one.")
    unpacked, packed = sum(p.file_size for p in parts), sum(p.compress_size for p in parts)
    if unpacked > MAX_UNPACKED or (unpacked > _RATIO_FROM and unpacked > MAX_RATIO * max(packed, 1)):
        raise BadInput(
            f"{name} unpacks to {unpacked / 1024**2:,.0f} MB, more than is safe. Save it as CSV and import that."
        )


def _sheets(archive: zipfile.ZipFile) -> Iterator[Sheet]:
    names = set(archive.namelist())
    book = "xl/workbook.xml" if "xl/workbook.xml" in names else _first(names, "workbook.xml")
    folder = book.rpartition("/")[0]
    targets = _targets(archive, f"{folder}/_rels/{book.rpartition('/')[2]}.rels", folder)
    strings = _shared_strings(archive, names, folder)
    styles = _styles(archive, names, folder)
    listed, since_1904 = _workbook(archive, book)
    for name, hidden, link in listed:
        part = targets.get(link, "")
        if "worksheet" in part or part.rpartition("/")[2].startswith("sheet"):
            with _open(archive, part) as stream:
                yield _SheetReader(strings, styles, since_1904).read(stream, name, hidden)


def _workbook(archive: zipfile.ZipFile, book: str) -> tuple[list[tuple[str, bool, str]], bool]:
    listed, since_1904 = [], False
    with _open(archive, book) as stream:
        for element in _elements(stream):
            kind = _local(element.tag)
            if kind == "sheet":
                link = next((value for key, value in element.items() if _local(key) == "id"), "")
                listed.append((element.get("name", ""), element.get("state", "visible") != "visible", link))
            elif kind == "workbookPr":
                since_1904 = element.get("date1904", "0") in ("1", "true")
    return listed, since_1904


def _targets(archive: zipfile.ZipFile, rels: str, folder: str) -> dict[str, str]:
    with _open(archive, rels) as stream:
        found = [
            (e.get("Id", ""), e.get("Target", "")) for e in _elements(stream) if _local(e.tag) == "Relationship"
        ]
    return {key: target[1:] if target.startswith("/") else f"{folder}/{target}" for key, target in found}


def _shared_strings(archive: zipfile.ZipFile, names: set[str], folder: str) -> list[str]:
    part = f"{folder}/sharedStrings.xml"
    if part not in names:
        return []
    texts = []
    with _open(archive, part) as stream:
        for element in _elements(stream):
            if _local(element.tag) == "si":
                texts.append(_rich_text(element))
                element.clear()
    return texts


def _rich_text(element: Element) -> str:
    """Text of runs, without the phonetic hints (rPh) that some editors store beside them."""
    parts = []
    for child in element:
        kind = _local(child.tag)
        if kind == "t":
            parts.append(child.text or "")
        elif kind == "r":
            parts += [run.text or "" for run in child if _local(run.tag) == "t"]
    text = "".join(parts)
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _styles(archive: zipfile.ZipFile, names: set[str], folder: str) -> list[_Style]:
    part = f"{folder}/styles.xml"
    if part not in names:
        return []
    formats: dict[str, str] = {}
    styles: list[_Style] = []
    with _open(archive, part) as stream:
        for element in _elements(stream):
            kind = _local(element.tag)
            if kind == "numFmt":
                formats[element.get("numFmtId", "")] = element.get("formatCode", "")
            elif kind == "cellXfs":
                styles = [_style(xf.get("numFmtId", "0"), formats) for xf in element]
    return styles


def _style(number: str, formats: dict[str, str]) -> _Style:
    code = formats.get(number, "")
    if not code:
        return _Style(date=int(number) in _DATE_IDS, percent=number in ("9", "10"))
    bare = re.sub(r'"[^"]*"|\\.|!.|\[[^\]]*\]|_.|\*.', "", code.split(";")[0])
    if re.search(r"[ymdhs]", bare, re.IGNORECASE) and "General" not in code:
        return _Style(date=True)
    # 0!.0,"万" only shows yuan as 万; without the scaling comma the number itself is meant in 万.
    scaled = bool(re.search(r"[0#?],+(?![0#?])", bare))
    suffix = "万元" if "万" in code and not scaled else ""
    return _Style(percent="%" in bare, pad=len(bare) if re.fullmatch(r"0{2,}", bare) else 0, suffix=suffix)


class _SheetReader:
    """Reads one sheet's XML into columns; a class only because the columns grow while it reads."""

    def __init__(self, strings: list[str], styles: list[_Style], since_1904: bool) -> None:
        self.strings, self.styles, self.since_1904 = strings, styles, since_1904
        self.columns: list[list[str | None]] = []
        self.kinds: list[bytearray] = []
        self.rows: list[int] = []
        self.hidden: list[bool] = []

    def read(self, stream: IO[bytes], name: str, hidden: bool) -> Sheet:
        merges: list[tuple[int, int, int, int]] = []
        hidden_columns: list[int] = []
        for element in _elements(stream):
            kind = _local(element.tag)
            if kind == "row":
                self._row(element)
                element.clear()
            elif kind == "mergeCell":
                merges.append(_area(element.get("ref", "A1")))
            elif kind == "col" and element.get("hidden") in ("1", "true"):
                hidden_columns += range(int(element.get("min", "1")) - 1, int(element.get("max", "1")))
        kept = tuple(column for column in hidden_columns if column < len(self.columns))
        return Sheet(name, hidden, self._grid(), tuple(merges), kept)

    def _row(self, element: Element) -> None:
        number = int(element.get("r") or (self.rows[-1] + 1 if self.rows else 1))
        self.rows.append(number)
        self.hidden.append(element.get("hidden") in ("1", "true") or element.get("ht") == "0")
        column = -1
        for cell in element:
            reference = cell.get("r")
            column = _column_of(reference) if reference else column + 1
            text, kind = self._cell(cell)
            if text is not None or kind is not CellKind.TEXT:
                self._put(column, text, kind)

    def _put(self, column: int, text: str | None, kind: CellKind) -> None:
        while len(self.columns) <= column:
            self.columns.append([])
            self.kinds.append(bytearray())
        short = len(self.rows) - 1 - len(self.columns[column])
        self.columns[column] += [None] * short
        self.kinds[column] += bytes(short)
        self.columns[column].append(text)
        self.kinds[column].append(kind)

    def _cell(self, cell: Element) -> tuple[str | None, CellKind]:
        value, formula, inline = None, False, None
        for child in cell:
            kind = _local(child.tag)
            if kind == "v":
                value = child.text
            elif kind == "f":
                formula = True
            elif kind == "is":
                inline = _rich_text(child)
        if inline is not None:
            return inline or None, CellKind.TEXT
        if value is None:
            return None, CellKind.NO_RESULT if formula else CellKind.TEXT
        return self._value(cell.get("t", "n"), value, int(cell.get("s", "0")))

    def _value(self, kind: str, value: str, style: int) -> tuple[str | None, CellKind]:
        if kind == "s":
            return self.strings[int(value)] or None, CellKind.TEXT
        if kind == "n":
            return self._number(value, self.styles[style] if style < len(self.styles) else _Style())
        if kind == "b":
            return ("true" if value == "1" else "false"), CellKind.BOOL
        if kind == "d":
            return value.replace("T00:00:00", ""), CellKind.DATE
        return value, CellKind.ERROR if kind == "e" else CellKind.TEXT

    def _number(self, value: str, style: _Style) -> tuple[str | None, CellKind]:
        if style.date and 1 <= float(value) < 2_958_466:
            return str(from_serial(float(value), since_1904=self.since_1904)).removesuffix(
                " 00:00:00"
            ), CellKind.DATE
        text = value if _SHORT.fullmatch(value) and len(value) <= 16 else number_text(float(value))
        if style.percent:
            text = f"{(Decimal(text) * 100).normalize():f}%"
        return text.zfill(style.pad) + style.suffix, CellKind.NUMBER

    def _grid(self) -> Grid:
        height = max(map(len, self.columns), default=0)  # formatted but empty rows at the end are none
        for column, kinds in zip(self.columns, self.kinds, strict=True):
            column += [None] * (height - len(column))
            kinds += bytes(height - len(kinds))
        cells = {f"c{i}": pl.Series(column, dtype=pl.String) for i, column in enumerate(self.columns)}
        kinds_of = {f"c{i}": pl.Series(list(kinds), dtype=pl.UInt8) for i, kinds in enumerate(self.kinds)}
        rows = pl.Series("row", self.rows[:height], dtype=pl.UInt32)
        return Grid(
            pl.DataFrame(cells),
            rows,
            pl.Series("hidden", self.hidden[:height], dtype=pl.Boolean),
            pl.DataFrame(kinds_of),
        )


def number_text(value: float) -> str:
    """A stored number as digits: Excel means 15 of them, so 0.30000000000000004 is 0.3; whole ones stay whole."""
    if value == int(value):
        return str(int(value))
    return f"{Decimal(f'{value:.15g}'):f}"


def _elements(stream: IO[bytes]) -> Iterator[Element]:
    """Elements as they end. _open has refused any DOCTYPE, so entities cannot be declared."""
    return (element for _, element in iterparse(stream))  # noqa: S314


def _open(archive: zipfile.ZipFile, part: str) -> IO[bytes]:
    with archive.open(part) as stream:
        if b"<!DOCTYPE" in stream.read(1024):
            raise BadInput(
                f"{part} declares a DOCTYPE, which no spreadsheet needs. Save the file again in Excel or WPS."
            )
    return archive.open(part)


def _first(names: set[str], ending: str) -> str:
    return next(iter(sorted(name for name in names if name.endswith(ending))), "xl/workbook.xml")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _column_of(reference: str) -> int:
    number = 0
    for letter in reference:
        if not letter.isalpha():
            break
        number = number * 26 + ord(letter.upper()) - 64
    return number - 1


def _area(reference: str) -> tuple[int, int, int, int]:
    first, _, last = reference.partition(":")
    last = last or first
    return _row_of(first), _column_of(first), _row_of(last), _column_of(last)


def _row_of(reference: str) -> int:
    return int(re.sub(r"\D", "", reference))
