"""Rejects as XLSX: where, what stood there, why it was refused, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Protocol

from zoufang.core.values import Message, gettext_noop
from zoufang.files.reports_xlsx import ReportColumn, ReportSheet, write_report
from zoufang.files.workbooks import MAX_ROWS, Target

_TITLE = gettext_noop("Rows that were not taken over")
_SHEET = gettext_noop("Rejects")
_COLUMNS: tuple[tuple[str, int], ...] = (
    (gettext_noop("Row"), 8),
    (gettext_noop("Column"), 22),
    (gettext_noop("Value"), 26),
    (gettext_noop("What is wrong"), 60),
    (gettext_noop("What to do"), 60),
    (gettext_noop("Sheet"), 16),
)


class Line(Protocol):
    """A reject as read from the file, or as the book kept it."""

    @property
    def sheet(self) -> str: ...
    @property
    def row(self) -> int: ...
    @property
    def column(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def reason(self) -> Message: ...
    @property
    def remedy(self) -> Message: ...


def write_rejects(
    target: Target,
    rejects: Iterable[Line],
    *,
    source: str = "",
    translate: Callable[[str], str] = str,
    mark: str = "",
) -> None:
    """One line a faulty cell, in as many sheets as it takes; `translate` (gettext) gives the reader's language."""
    rows = iter(rejects)
    first = next(rows, None)
    lines = chain(() if first is None else (first,), rows)
    title = translate(_TITLE) + (f" · {source}" if source else "")
    write_report(target, title, list(_sheets(lines, translate)), mark)


def _sheets(rejects: Iterator[Line], translate: Callable[[str], str]) -> Iterator[ReportSheet]:
    columns = tuple(
        ReportColumn(translate(text), "int" if i == 0 else "text", w) for i, (text, w) in enumerate(_COLUMNS)
    )
    number = 1
    while True:
        lines = [_line(each, translate) for each in islice(rejects, MAX_ROWS)]
        if lines or number == 1:
            yield ReportSheet(f"{translate(_SHEET)} {number}", columns, lines)
        if len(lines) < MAX_ROWS:
            return
        number += 1


def _line(reject: Line, translate: Callable[[str], str]) -> tuple[int, str, str, str, str, str]:
    reason, remedy = reject.reason.text(translate), reject.remedy.text(translate)
    return reject.row, reject.column, reject.value, reason, remedy, reject.sheet
