"""A case file or write-off pack leaves the bank: revealed, drawn, packed and recorded in one transaction."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from zoufang.core.disposal import StageKind
from zoufang.core.errors import Conflict
from zoufang.core.portfolio import DueLine, Statement
from zoufang.core.values import Message, format_yuan, gettext_noop, mask_name
from zoufang.files.evidence_zip import pack_zip
from zoufang.server.audit import services as audit
from zoufang.server.audit.models import AuditLine
from zoufang.server.book import services as book
from zoufang.server.book.models import RevealPurpose
from zoufang.server.disposal.models import CaseExport
from zoufang.server.evidence.case_file import CaseFile
from zoufang.server.evidence.exporting import Mark
from zoufang.server.evidence.trail import extract_of
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require

DrawCase = Callable[[CaseFile, Mark], bytes]
COLUMNS = (
    "due", "charged_principal", "charged_interest", "charged_fees", "paid_principal", "paid_interest", "paid_fees",
    "given_up", "left_principal", "left_interest", "left_fees", "days", "default_interest",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseWish:
    """`id` is made with the form, so that one form makes one file."""

    id: UUID
    in_clear: bool


@transaction.atomic
def export_case(
    *, file: CaseFile, wish: CaseWish, draw: DrawCase, by: User, at: datetime
) -> tuple[CaseExport, bytes]:
    """The package as PDF, sheet and manifest with hashes; Conflict the second time."""
    require(by, "export_case", file.loan)
    if CaseExport.objects.filter(pk=wish.id).exists():
        text = gettext_noop("This file has been handed out already. Open the page again for another.")
        raise Conflict(Message(text))
    if wish.in_clear:
        for party in (file.loan.debtor, *(one.party for one in file.guarantors)):
            book.reveal(party=party, what="name", purpose=RevealPurpose.LEGAL, by=by, at=at)
    line = _record(file, "export_case", by, at, {"stage": file.rule.kind, "in_clear": wish.in_clear})
    mark = Mark(f"{file.loan.branch.code}-{line.day.day:%Y%m%d}-{line.number:04d}", by, at, wish.in_clear)
    content, manifest_hash = _packed(file, mark, draw)
    _record(file, "case_exported", by, at, {"number": mark.number, "manifest": manifest_hash})
    made = CaseExport.objects.create(
        id=wish.id,
        number=mark.number,
        kind=CaseExport.Kind.WRITE_OFF if file.rule.kind is StageKind.WRITE_OFF else CaseExport.Kind.CASE_FILE,
        loan=file.loan,
        branch=file.loan.branch,
        stage_kind=file.rule.kind,
        in_clear=wish.in_clear,
        lacking=[one.part for one in file.lacking],
        manifest_hash=manifest_hash,
        by=by,
        at=at,
    )
    return made, content


def _packed(file: CaseFile, mark: Mark, draw: DrawCase) -> tuple[bytes, str]:
    files = {"case.pdf": draw(file, mark)}
    if file.sheet is not None:
        files["arrears.csv"] = sheet_csv(file.sheet)
    exported = {
        "number": mark.number,
        "bank": settings.ZOUFANG_BANK,
        "purpose": file.rule.kind,
        "by": mark.by.employee_no,
        "at": mark.at.isoformat(),
        "in_clear": mark.in_clear,
    }
    head: dict[str, Any] = {"export": exported, **_manifest(file, mark.in_clear), "events": [], "originals": []}
    return pack_zip(head, files, extract_of(_lines(file)))


def _manifest(file: CaseFile, in_clear: bool) -> dict[str, Any]:
    name = str(file.loan.debtor.identity.get("name", ""))
    ends = file.facts.limitation_ends
    return {
        "case": {
            "loan": str(file.loan.pk),
            "debtor": name if in_clear else mask_name(name),
            "branch": file.loan.branch.code,
            "stage": file.rule.kind,
            "as_of": file.facts.today.isoformat(),
            "limitation_ends": str(ends),
            "rule_source": file.rule.source,
            "rule_verified": file.rule.verified,
        },
        "arrears": _sums(file),
        "papers": [{"number": one.number, "kind": one.kind, "grade": one.grade} for one in file.papers],
        "visits": [{"id": str(one.pk), "day": one.day.isoformat(), "outcome": one.outcome} for one in file.visits],
        "parts": {one.part: one.held for one in file.parts},
        "lacking": [one.part for one in file.lacking],
        "pursuit_gaps": [str(one) for one in file.gaps],
    }


def _sums(file: CaseFile) -> dict[str, Any]:
    if file.sheet is None:
        return {"source": "given", "arrears_fen": file.loan.state.arrears_fen}
    return {
        "source": "entries",
        "arrears_fen": file.sheet.left.total_fen,
        "not_due_fen": file.sheet.not_due_fen,
        "default_rate_bp": file.sheet.rate_bp,
        "default_fen": file.sheet.default_fen,
        "claim_fen": file.sheet.claim_fen,
        "book_fen": file.loan.state.arrears_fen,
    }


def sheet_csv(sheet: Statement) -> bytes:
    """In yuan with two decimals, for the court's own sums; UTF-8 with its mark, so that Excel reads it."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(COLUMNS)
    rows.writerows(_row(line) for line in sheet.lines)
    return written.getvalue().encode("utf-8-sig")


def _row(line: DueLine) -> list[str | int]:
    charged, paid, left = line.charged, line.paid, line.left
    sums = [charged.principal_fen, charged.interest_fen, charged.fees_fen]
    sums += [paid.principal_fen, paid.interest_fen, paid.fees_fen, line.given_up.total_fen]
    sums += [left.principal_fen, left.interest_fen, left.fees_fen]
    default = "" if line.default_fen is None else _plain(line.default_fen)
    return [line.due.isoformat(), *map(_plain, sums), line.days, default]


def _plain(fen: int) -> str:
    return format_yuan(fen).replace(",", "")


def _lines(file: CaseFile) -> tuple[AuditLine, ...]:
    """Of the loan's stages, papers and files, in the order of their chains."""
    cases = [str(file.loan.pk), *(str(stage.pk) for stage in file.stages)]
    asked = Q(subject_kind="disposal", subject_id__in=cases)
    asked |= Q(subject_kind="paper", subject_id__in=[str(paper.pk) for paper in file.papers])
    rows = AuditLine.objects.filter(asked).select_related("day")
    return tuple(rows.order_by("day__branch_code", "day__day", "number"))


def _record(file: CaseFile, action: str, by: User, at: datetime, details: dict[str, Any]) -> Any:
    return audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="disposal",
        subject_id=file.loan.pk,
        branch_code=file.loan.branch.code,
        details=details,
    )
