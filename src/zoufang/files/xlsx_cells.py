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
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError, iterparse
from xml.parsers.expat import ExpatError

from zoufang.core.errors import BadInput
from zoufang.files.xlsx_sheet import Sheet, SheetReader, Style

MAX_UNPACKED = 2 * 1024**3
MAX_RATIO = 500  # a sheet of zeros packs about 1:300; a zip bomb 1:1000 and more
_RATIO_FROM = 64 * 1024**2
_DATE_IDS = frozenset({*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)})
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def read_xlsx(path: Path) -> tuple[Sheet, ...]:
    """All sheets, in order; BadInput for a file that is damaged, locked or unsafe."""
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_bombs(archive, path.name)
            return tuple(_sheets(archive))
    except (zipfile.BadZipFile, ParseError, ExpatError, LookupError, ValueError, EOFError, zlib.error) as error:
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
                yield SheetReader(strings, styles, since_1904=since_1904).read(stream, name, hidden=hidden)


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


def _styles(archive: zipfile.ZipFile, names: set[str], folder: str) -> list[Style]:
    part = f"{folder}/styles.xml"
    if part not in names:
        return []
    formats: dict[str, str] = {}
    styles: list[Style] = []
    with _open(archive, part) as stream:
        for element in _elements(stream):
            kind = _local(element.tag)
            if kind == "numFmt":
                formats[element.get("numFmtId", "")] = element.get("formatCode", "")
            elif kind == "cellXfs":
                styles = [_style(xf.get("numFmtId", "0"), formats) for xf in element]
    return styles


def _style(number: str, formats: dict[str, str]) -> Style:
    code = formats.get(number, "")
    if not code:
        return Style(date=int(number) in _DATE_IDS, percent=number in ("9", "10"))
    bare = re.sub(r'"[^"]*"|\\.|!.|\[[^\]]*\]|_.|\*.', "", code.split(";")[0])
    if re.search(r"[ymdhs]", bare, re.IGNORECASE) and "General" not in code:
        return Style(date=True)
    # 0!.0,"万" only shows yuan as 万; without the scaling comma the number itself is meant in 万.
    scaled = bool(re.search(r"[0#?],+(?![0#?])", bare))
    suffix = "万元" if "万" in code and not scaled else ""
    return Style(percent="%" in bare, pad=len(bare) if re.fullmatch(r"0{2,}", bare) else 0, suffix=suffix)


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
