"""The rejected rows of an import as a sheet, in the reader's language."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext

from zoufang.files import rejects as sheet
from zoufang.server.book import queries
from zoufang.server.book.models import ImportBatch


def rejects_xlsx(batch: ImportBatch, mark: str = "") -> bytes:
    into = BytesIO()
    lines = queries.all_rejects(batch)
    sheet.write_rejects(into, lines, source=batch.file_name, translate=gettext, mark=mark)
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
