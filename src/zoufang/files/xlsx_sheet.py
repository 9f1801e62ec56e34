"""The XML of one worksheet to columns of text: handlers of expat, because a sheet may hold millions of cells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import IO
from xml.parsers import expat

import polars as pl

from zoufang.core.errors import BadInput
from zoufang.files.cells import CellKind, Grid
from zoufang.files.spelling import from_serial

Area = tuple[int, int, int, int]
_SHORT = re.compile(r"-?\d{1,15}(?:\.\d{1,14})?")
_LAST_SERIAL = 2_958_466
_TRUE = ("1", "true")
_NUMBER_MARK = "n"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `merges` are (first row, first column, last row, last column): rows as shown, columns from 0."""

    name: str
    hidden: bool
    grid: Grid
    merges: tuple[Area, ...] = ()
    hidden_columns: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Style:
    """What a number format does to the text that people see."""

    date: bool = False
    percent: bool = False
    pad: int = 0
    suffix: str = ""


class SheetReader:
    """Reads one sheet; a class only because columns grow while the parser calls back."""

    def __init__(self, strings: list[str], styles: list[Style], *, since_1904: bool) -> None:
        self.strings, self.styles, self.since_1904 = strings, styles, since_1904
        self.columns: list[list[str | None]] = []
        self.kinds: list[bytearray] = []
        self.rows: list[int] = []
        self.hidden: list[bool] = []
        self.merges: list[Area] = []
        self.hidden_columns: list[int] = []
        self.letters: dict[str, int] = {}
        self.column, self.mark, self.style = -1, _NUMBER_MARK, 0
        self.value: str | None = None
        self.texts: list[str] = []
        self.formula = self.inline = self.phonetic = False

    def read(self, stream: IO[bytes], name: str, *, hidden: bool) -> Sheet:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = _refuse_doctype
        self.parser.ParseFile(stream)
        kept = tuple(column for column in self.hidden_columns if column < len(self.columns))
        return Sheet(name, hidden, self._grid(), tuple(self.merges), kept)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = tag.rpartition(":")[2]
        if kind == "c":
            self._start_cell(attributes)
        elif kind in ("v", "t"):
            self.texts = []
            self.parser.CharacterDataHandler = self.texts.append
        elif kind == "row":
            self._start_row(attributes)
        elif kind == "f":
            self.formula = True
        elif kind == "is":
            self.inline, self.value = True, ""
        elif kind == "rPh":
            self.phonetic = True
        elif kind == "mergeCell":
            self.merges.append(area_of(attributes.get("ref", "A1")))
        elif kind == "col" and attributes.get("hidden") in _TRUE:
            self.hidden_columns += range(int(attributes.get("min", "1")) - 1, int(attributes.get("max", "1")))

    def _end(self, tag: str) -> None:
        kind = tag.rpartition(":")[2]
        if kind == "v":
            self.parser.CharacterDataHandler = None
            self.value = "".join(self.texts) or None
        elif kind == "t":
            self.parser.CharacterDataHandler = None
            if self.inline and not self.phonetic:
                self.value = (self.value or "") + "".join(self.texts)
        elif kind == "rPh":
            self.phonetic = False
        elif kind == "c":
            self._end_cell()

    def _start_row(self, attributes: dict[str, str]) -> None:
        self.rows.append(int(attributes.get("r") or (self.rows[-1] + 1 if self.rows else 1)))
        self.hidden.append(attributes.get("hidden") in _TRUE or attributes.get("ht") == "0")
        self.column = -1

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self.column = self._place(reference.rstrip("0123456789")) if reference else self.column + 1
        self.mark = attributes.get("t", _NUMBER_MARK)
        self.style = int(attributes.get("s", 0))
        self.value, self.formula, self.inline = None, False, False

    def _place(self, letters: str) -> int:
        place = self.letters.get(letters)
        if place is None:
            place = self.letters[letters] = column_of(letters)
        return place

    def _end_cell(self) -> None:
        text, kind = self._cell()
        if text is None and kind is CellKind.TEXT:
            return
        while len(self.columns) <= self.column:
            self.columns.append([])
            self.kinds.append(bytearray())
        texts, kinds = self.columns[self.column], self.kinds[self.column]
        short = len(self.rows) - 1 - len(texts)
        if short:
            texts += [None] * short
            kinds += bytes(short)
        texts.append(text)
        kinds.append(kind)

    def _cell(self) -> tuple[str | None, CellKind]:
        value, mark = self.value, self.mark
        if value is None:
            return None, CellKind.NO_RESULT if self.formula else CellKind.TEXT
        if mark == "s":
            return self.strings[int(value)] or None, CellKind.TEXT
        if mark == _NUMBER_MARK:
            return self._number(value, self.styles[self.style] if self.style < len(self.styles) else Style())
        if mark == "b":
            return ("true" if value == "1" else "false"), CellKind.BOOL
        if mark == "d":
            return value.replace("T00:00:00", ""), CellKind.DATE
        return value or None, CellKind.ERROR if mark == "e" else CellKind.TEXT

    def _number(self, value: str, style: Style) -> tuple[str, CellKind]:
        if style.date and 1 <= float(value) < _LAST_SERIAL:
            moment = str(from_serial(float(value), since_1904=self.since_1904))
            return moment.removesuffix(" 00:00:00"), CellKind.DATE
        text = value if len(value) <= 16 and _SHORT.fullmatch(value) else number_text(float(value))
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
        return Grid(
            pl.DataFrame(cells),
            pl.Series("row", self.rows[:height], dtype=pl.UInt32),
            pl.Series("hidden", self.hidden[:height], dtype=pl.Boolean),
            pl.DataFrame(kinds_of),
        )


def number_text(value: float) -> str:
    """A stored number as digits: Excel means 15 of them, so 0.30000000000000004 is 0.3; whole ones stay whole."""
    if value == int(value):
        return str(int(value))
    return f"{Decimal(f'{value:.15g}'):f}"


def column_of(letters: str) -> int:
    """A → 0, AA → 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter.upper()) - 64
    return number - 1


def area_of(reference: str) -> Area:
    """B2:C5 → (2, 1, 5, 2)."""
    first, _, last = reference.replace("$", "").partition(":")
    (top, left), (bottom, right) = _corner(first), _corner(last or first)
    return top, left, bottom, right


def _corner(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :]), column_of(letters)


def _refuse_doctype(*_: object) -> None:
    raise BadInput(
        "The sheet declares a DOCTYPE, which no spreadsheet needs. Save the file again in Excel or WPS."
    )
