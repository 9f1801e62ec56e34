"""The PDF of a package of evidence: who took it out on each page, the tables of its sections, how to check it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import override

from zoufang.files.evidence_pdf import EvidenceSheet, EvidenceTable, evidence_pdf
from zoufang.server.evidence.exporting import Mark
from zoufang.server.pages.evidence_cells import Section, clock

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Told:
    """What differs between packages."""

    title: str
    subtitle: str
    grade: str
    reasons: tuple[str, ...]
    sections: Iterable[Section]


def drawn_in(language: str, tell: Callable[[T, bool], Told]) -> Callable[[T, Mark], bytes]:
    """`tell` is asked in that language; its second argument: with names in the clear."""

    def draw(what: T, mark: Mark) -> bytes:
        with override("en" if language == "en" else "zh-hans"):
            return evidence_pdf(_sheet(tell(what, mark.in_clear), mark, language))

    return draw


def _sheet(told: Told, mark: Mark, language: str) -> EvidenceSheet:
    who = f"{mark.by.full_name} {mark.by.employee_no}"
    named = {"number": mark.number, "who": who, "at": clock(mark.at)}
    return EvidenceSheet(
        title=told.title,
        subtitle=told.subtitle,
        grade=told.grade,
        reasons=told.reasons,
        tables=tuple(_table(one) for one in told.sections),
        watermark=f"{who}　{clock(mark.at)}　{mark.number}",
        footer=_("Export %(number)s by %(who)s, %(at)s. Page {page} of {pages}") % named,
        closing=_(
            "Every file of this package stands in manifest.json with its SHA-256, the audit records and their "
            "links in chain.json. Check them offline with `zoufang evidence verify FILE.zip`."
        ),
        language=language,
    )


def _table(one: Section) -> EvidenceTable:
    rows = tuple(tuple(cell.text for cell in row) for row in one.rows)
    return EvidenceTable(one.title, one.columns, rows, f"{one.note} {one.mark}".strip(), one.empty)
