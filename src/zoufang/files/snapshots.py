"""A snapshot-only book as CSV: one line an account and day, with the bank's own figures.

Columns (UTF-8, any order): loan_id, on (YYYY-MM-DD), and any of dpd, months_overdue, balance_fen,
overdue_principal_fen, interest_owed_fen, five_class (normal .. loss or 正常 .. 损失), product, written_off
(true or false), source. An empty cell is not given, and never read as zero.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from zoufang.core.errors import BadField, BadInput
from zoufang.core.portfolio import FiveClass, GivenFigures

COLUMNS = tuple(field.name for field in fields(GivenFigures))
REQUIRED = ("loan_id", "on")
CLASS_WORDS = dict(zip(("正常", "关注", "次级", "可疑", "损失"), FiveClass, strict=True))
FORM: TypeAdapter[GivenFigures] = TypeAdapter(GivenFigures)


def read_snapshots(path: Path) -> dict[date, list[GivenFigures]]:
    """The lines by day; BadField names the first row and column that do not fit."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            _check_header(path, reader.fieldnames or ())
            return _by_day((number, _figures(row, number, path.name)) for number, row in enumerate(reader, 2))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"Cannot read {path}: {error}. Give a readable CSV file in UTF-8.") from error


def _check_header(path: Path, header: Sequence[str]) -> None:
    for column in REQUIRED:
        if column not in header:
            raise BadField(
                f"{path.name} lacks a column", field=column, row=1, remedy=f"Columns: {', '.join(COLUMNS)}."
            )
    for column in header:
        if column not in COLUMNS:
            raise BadField(
                f"{path.name} has a column nobody reads", field=column, row=1, remedy=f"Use: {', '.join(COLUMNS)}."
            )


def _figures(row: dict[str, str], number: int, source: str) -> GivenFigures:
    if None in row:
        raise BadField(
            "The line has more cells than the header", field="?", row=number, remedy="Quote its commas."
        )
    filled = {column: text.strip() for column, text in row.items() if text and text.strip()}
    if word := filled.get("five_class"):
        filled["five_class"] = CLASS_WORDS.get(word, word)
    try:
        return FORM.validate_python({"source": source} | filled)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        column = str(first["loc"][0])
        what = f"{filled.get(column, '')!r}: {first['msg']}"
        raise BadField(
            what, field=column, row=number, remedy="Correct the cell and read the file again."
        ) from error
    except BadInput as error:
        raise BadField(str(error), field="figures", row=number, remedy="Read the file again.") from error


def _by_day(lines: Iterable[tuple[int, GivenFigures]]) -> dict[date, list[GivenFigures]]:
    days: dict[date, list[GivenFigures]] = defaultdict(list)
    seen: set[tuple[str, date]] = set()
    for number, figures in lines:
        if (figures.loan_id, figures.on) in seen:
            what = f"{figures.loan_id} stands twice on {figures.on}"
            raise BadField(what, field="loan_id", row=number, remedy="Keep one line an account and day.")
        seen.add((figures.loan_id, figures.on))
        days[figures.on].append(figures)
    return dict(days)
