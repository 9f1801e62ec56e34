"""From an upload and the user's answers to the wizard's draft, and its rows made readable."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Answers
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from zoufang.core.values import BANK_ZONE, format_yuan, mask_address, mask_id, mask_name, mask_phone
from zoufang.files.fields import KINDS, Field
from zoufang.files.mapping import Mapping
from zoufang.files.propose_mapping import propose
from zoufang.files.sheet_sets import ALL, AUTO
from zoufang.files.tables import Table, read_table
from zoufang.server.book.mappings import mapping_named
from zoufang.server.book.uploads import Upload
from zoufang.server.book.wizard import Draft, Preview, draft_from, draft_of, with_answers

EVERY = "*"
KNOWN_COLUMNS = 2


@contextmanager
def draft_for(
    upload: Upload, started: dict[str, str], answers: Answers[str, str]
) -> Iterator[tuple[Draft, Table]]:
    """`started`: what was chosen with the upload (mapping, kind, system, sheet). Open in the block only."""
    with upload.opened() as path:
        yield _draft(path, started, answers)


def _draft(path: Path, started: dict[str, str], answers: Answers[str, str]) -> tuple[Draft, Table]:
    system = started.get("system") or "core"
    mapping = mapping_named(started["mapping"]) if started.get("mapping") else None
    kind = mapping.kind if mapping else next((k for k in KINDS if k == started.get("kind")), None)
    asked = answers.get("sheet", started.get("sheet", ""))
    table = read_table(path, mapping, kind=kind, sheets=_sheets(asked, mapping))
    if mapping and asked:
        mapping = replace(mapping, sheet="" if asked == EVERY else asked, sheets=(ALL,) if asked == EVERY else ())
    proposal = propose(table, system=system, kind=kind)
    draft = draft_from(mapping, proposal) if mapping else draft_of(proposal, system, table)
    # Another sheet has other columns: what was said of the last one's does not hold for them.
    same = answers.get("sheet_was", asked) == asked
    return (with_answers(draft, answers) if same else draft), table


def _sheets(asked: str, mapping: Mapping | None) -> tuple[str, ...]:
    if asked:
        return (ALL,) if asked == EVERY else (asked,)
    return () if mapping else (AUTO,)


def sheet_choices(table: Table) -> list[tuple[str, int, bool]]:
    """Sheets that may be read, as (answer, rows, chosen): EVERY all of one shape, "" those of the mapping."""
    fitting = [sheet for sheet in table.sheets if sheet.rows and (sheet.chosen or sheet.known >= KNOWN_COLUMNS)]
    if len(fitting) < 2:
        return []
    every, named = table.wanted == (ALL,), len(table.wanted) > 1
    rows = sum(sheet.rows for sheet in fitting if sheet.chosen)
    single = [(s.name, s.rows, s.chosen and not every and not named) for s in fitting]
    return [*([("", rows, True)] if named else []), (EVERY, rows if every else 0, every), *single]


def left_sheets(table: Table) -> list[str]:
    """Sheets that hold something known and are not part of this import."""
    return [s.name for s in table.sheets if s.rows and not s.chosen and s.known >= KNOWN_COLUMNS]


def shown_rows(preview: Preview) -> list[list[tuple[str, str]]]:
    """(text, css class) of each cell; what is personal is masked here too."""
    return [[_cell(f, value) for f, value in zip(preview.fields, row, strict=True)] for row in preview.rows]


def _cell(field: Field, value: Any) -> tuple[str, str]:
    if value is None:
        return "", ""
    if field.type == "money":
        return format_yuan(value), "number"
    if field.type == "rate":
        return f"{value / 10_000:.4g}%", "number"
    if isinstance(value, datetime):
        return f"{value.astimezone(BANK_ZONE):%Y-%m-%d %H:%M}", ""
    if isinstance(value, date):
        return value.isoformat(), ""
    return masked(field, str(value)), "number" if field.type == "int" else ""


def masked(field: Field, text: str) -> str:
    """What is personal, hidden as everywhere; the uploader has the file itself."""
    if field.type == "id":
        return mask_id(text)
    if field.type == "phone":
        return mask_phone(text)
    if field.name == "name" or (field.name.endswith("_name") and field.name != "branch_name"):
        return mask_name(text)
    return mask_address(text) if field.name.endswith("address") else text
