"""The bank's figures against ours as a sheet: every loan that differs, by its number; nothing personal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import islice
from typing import Any

from django.utils.translation import gettext

from zoufang.core.values import gettext_noop
from zoufang.files.reports_xlsx import ReportColumn, ReportSheet, write_report
from zoufang.files.workbooks import MAX_ROWS, CellType
from zoufang.server.book.queries import Differences, FigureDifference

TITLE = gettext_noop("The bank's figures against ours")
COLUMNS: tuple[tuple[str, CellType, int], ...] = (
    (gettext_noop("Loan"), "text", 24),
    (gettext_noop("Branch"), "text", 20),
    (gettext_noop("As of"), "date", 12),
    (gettext_noop("Days past due: bank"), "int", 16),
    (gettext_noop("Days past due: ours"), "int", 16),
    (gettext_noop("Arrears: bank"), "fen", 18),
    (gettext_noop("Arrears: ours"), "fen", 18),
    (gettext_noop("Five-class: bank"), "text", 16),
    (gettext_noop("Five-class: ours"), "text", 16),
)


def differences_xlsx(report: Differences, class_word: Callable[[str], str], mark: str = "") -> bytes:
    """Rows are read as they are written; `class_word` gives a class in the reader's language."""
    columns = tuple(ReportColumn(gettext(title), kind, width) for title, kind, width in COLUMNS)
    rows = (_row(each, class_word) for each in report)
    into = BytesIO()
    write_report(into, gettext(TITLE), list(_sheets(rows, columns)), mark)
    return into.getvalue()


def _sheets(rows: Iterator[tuple[Any, ...]], columns: tuple[ReportColumn, ...]) -> Iterator[ReportSheet]:
    number = 1
    while (lines := list(islice(rows, MAX_ROWS))) or number == 1:
        yield ReportSheet(f"{gettext(TITLE)} {number}", columns, lines)
        number += 1


def _row(each: FigureDifference, class_word: Callable[[str], str]) -> tuple[Any, ...]:
    return (
        each.loan.source_key,
        each.branch.name,
        each.as_of,
        each.given_dpd,
        each.computed_dpd,
        each.given_arrears_fen,
        each.computed_arrears_fen,
        class_word(each.given_class),
        class_word(each.computed_class),
    )
