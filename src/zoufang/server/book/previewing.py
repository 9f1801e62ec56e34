"""From an upload and the user's answers to the wizard's draft, and its rows made readable."""

from __future__ import annotations

from collections.abc import Mapping as Answers
from datetime import date, datetime
from typing import Any

from zoufang.core.values import BANK_ZONE, format_yuan, mask_address, mask_id, mask_name, mask_phone
from zoufang.files.fields import KINDS, Field
from zoufang.files.propose_mapping import propose
from zoufang.files.tables import Table, read_table
from zoufang.server.book.mappings import mapping_named
from zoufang.server.book.uploads import Upload
from zoufang.server.book.wizard import Draft, Preview, draft_from, draft_of, with_answers


def draft_for(upload: Upload, started: dict[str, str], answers: Answers[str, str]) -> tuple[Draft, Table]:
    """`started`: what was chosen with the upload (mapping, kind, system)."""
    system = started.get("system") or "core"
    mapping = mapping_named(started["mapping"]) if started.get("mapping") else None
    kind = mapping.kind if mapping else next((k for k in KINDS if k == started.get("kind")), None)
    table = read_table(upload.path, mapping, kind=kind)
    proposal = propose(table, system=system, kind=kind)
    draft = draft_from(mapping, proposal) if mapping else draft_of(proposal, system, table.sheet)
    return with_answers(draft, answers), table


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
