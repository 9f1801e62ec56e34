"""The rejected rows of an import as a sheet: where, what stood there, why, and what to do."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import xlsxwriter
from django.conf import settings
from django.utils.translation import gettext

from zoufang.server.book import queries
from zoufang.server.book.models import ImportBatch

WIDTHS = (8, 20, 28, 60, 60)


def rejects_xlsx(batch: ImportBatch) -> bytes:
    """In the reader's language; every value is text, so that Excel changes nothing in it."""
    into = BytesIO()
    with xlsxwriter.Workbook(
        into, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet(gettext("Rejected rows"))
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@", "text_wrap": True})
        head = (gettext("Row"), gettext("Column"), gettext("Value"), gettext("Reason"), gettext("What to do"))
        for place, (title, width) in enumerate(zip(head, WIDTHS, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, title, bold)
        for at, line in enumerate(queries.rejects(batch, limit=1_000_000), 1):
            sheet.write_number(at, 0, line.row)
            cells = (line.column, line.value, line.reason.text(gettext), line.remedy.text(gettext))
            for place, cell in enumerate(cells, 1):
                sheet.write_string(at, place, cell, text)
        sheet.freeze_panes(1, 0)
    return into.getvalue()


def write_rejects(batch: ImportBatch) -> Path:
    """Into the installation's files, readable by this user only: the values are personal."""
    folder = Path(settings.ZOUFANG_FILES) / "rejects"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{batch.pk}.xlsx"
    path.touch(mode=0o600)
    os.chmod(path, 0o600)
    path.write_bytes(rejects_xlsx(batch))
    return path
