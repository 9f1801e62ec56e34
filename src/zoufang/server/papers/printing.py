"""Print a paper once, keep the hash of what was printed, and give the same bytes again to whoever may read it."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from zoufang.core.errors import Conflict
from zoufang.core.values import BANK_ZONE, Message, gettext_noop
from zoufang.core.visits import PaperKind, PaperStep
from zoufang.files.paper_pdf import Language, paper_pdf
from zoufang.server.audit import services as audit
from zoufang.server.book.exports import keep_export, stamp
from zoufang.server.book.models import RevealPurpose
from zoufang.server.book.reveals import note_reveal
from zoufang.server.papers.models import Paper
from zoufang.server.papers.services import Step, take
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require


def print_paper(*, paper: Paper, id: UUID, language: Language, by: User, at: datetime) -> Paper:  # noqa: A002
    """The step "printed"; its proof is the language and the SHA-256 of the PDF."""
    proof = f"{language} {sha256(_pdf(paper, language)).hexdigest()}"
    return take(paper, Step(id, PaperStep.PRINTED, at.astimezone(BANK_ZONE).date(), proof=proof), by, at)


@transaction.atomic
def printed_paper(*, paper: Paper, by: User, at: datetime) -> bytes:
    """The PDF as it was printed, and an audit line: it names the person in full. Conflict before it is printed,
    or where the bytes are no longer those that were."""
    require(by, "see_paper", paper)
    row = paper.steps.filter(step=PaperStep.PRINTED).first()
    if row is None:
        raise Conflict(Message(gettext_noop("This paper has not been printed yet.")))
    language, digest = row.proof.split(" ")
    content = _pdf(paper, "en" if language == "en" else "zh")
    if sha256(content).hexdigest() != digest:
        raise Conflict(
            Message(gettext_noop("The paper would no longer be printed as it was. Use the copy on file."))
        )
    audit.record(
        at=at,
        actor=by.employee_no,
        action="read_paper",
        subject_kind="paper",
        subject_id=paper.pk,
        branch_code=paper.branch.code,
        details={"number": paper.number},
    )
    keep_export(mark=stamp(by, at), kind="paper", content=content, subject=paper.number, branch=paper.branch)
    note_reveal(
        party=paper.party,
        what="paper",
        purpose=RevealPurpose.VISIT,
        by=by,
        at=at,
        subject=paper.number,
        branch=paper.branch,
    )
    return content


def _pdf(paper: Paper, language: Language) -> bytes:
    kind = PaperKind(paper.kind)
    return paper_pdf(paper.number, kind, paper.contents, version=paper.template_version, language=language)
