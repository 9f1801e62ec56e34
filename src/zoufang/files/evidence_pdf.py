"""A visit's evidence as a printable PDF: the grade on top, then tables, and on each page who took it out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import typst

from zoufang.files.agreement_pdf import FOLDER
from zoufang.files.face import fonts, with_gaps


@dataclass(frozen=True, slots=True)
class EvidenceTable:
    """`rows` as wide as `columns`; without columns nothing is drawn above them. `empty`: what no row means."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceSheet:
    """All texts are in the language of the sheet already."""

    title: str
    subtitle: str
    grade: str
    reasons: tuple[str, ...]
    tables: tuple[EvidenceTable, ...]
    watermark: str
    footer: str  # {page} and {pages} stand for their numbers
    closing: str
    language: str = "zh"


def evidence_pdf(sheet: EvidenceSheet) -> bytes:
    """The same bytes for the same sheet. A character that the face lacks is a gap: nobody signs this paper."""
    data = _drawable(asdict(sheet))
    return typst.compile(
        FOLDER / "evidence.typ",
        root=FOLDER,
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )


def _drawable(value: Any) -> Any:
    if isinstance(value, str):
        return with_gaps(value)
    if isinstance(value, dict):
        return {key: _drawable(part) for key, part in value.items()}
    return [_drawable(part) for part in value] if isinstance(value, Sequence) else value
