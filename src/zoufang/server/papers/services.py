"""Make a paper of a visit and take it step by step; each step is appended and audited."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.core.values import BANK_ZONE, Message, gettext_noop
from zoufang.core.visits import PaperEvent, PaperKind, PaperStep, Signer, missing_contents, with_step
from zoufang.files.paper_pdf import TEMPLATE_VERSION
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.book.models import Loan
from zoufang.server.papers.contents import ABOUT_A_LOAN, WORDED, contents_of
from zoufang.server.papers.models import Paper, PaperCount, PaperStepRow
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.evidence import digest_of
from zoufang.server.visiting.models import Visit

WHO_MAY = {PaperStep.SEALED: "confirm_seal", PaperStep.VOIDED: "void_paper"}
SCAN_STARTS = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody says happened; a second sending of `id` is harmless. `identity`: who signed, how related."""

    id: UUID
    step: PaperStep
    on: date
    signer: Signer | None = None
    identity: str = ""
    proof: str = ""

    @property
    def event(self) -> PaperEvent:
        return PaperEvent(self.step, self.on, self.signer, bool(self.identity.strip()), self.proof.strip())


@transaction.atomic
def make_paper(
    *,
    id: UUID,  # noqa: A002
    kind: PaperKind,
    visit: Visit,
    by: User,
    at: datetime,
    loan: Loan | None = None,
    about: Paper | None = None,
) -> Paper:
    """The paper with the next number of its branch and year; the same `id` again gives the same paper.

    BadInput names what it must say and nobody knows (CN-K4, CN-R1).
    """
    require(by, "make_paper", visit)
    if (kept := Paper.objects.filter(pk=id).first()) is not None:
        return kept
    _belongs(kind, visit, loan, about)
    contents = contents_of(kind, visit, loan, about)
    if missing := missing_contents(kind, contents.keys() | WORDED.get(kind, frozenset())):
        text = gettext_noop("This paper cannot be made: not known is %(missing)s. Record it first.")
        raise BadInput(Message(text, {"missing": ", ".join(missing)}))
    paper = Paper.objects.create(
        id=id,
        number=_next_number(visit.branch, at),
        kind=kind,
        template_version=TEMPLATE_VERSION,
        visit=visit,
        party=visit.party,
        loan=loan,
        about=about,
        branch=visit.branch,
        sealed=vault.seal(visit.party.key, contents, "paper"),
        step=PaperStep.MADE,
        made_by=by,
        made_at=at,
    )
    _append(paper, Step(id, PaperStep.MADE, at.astimezone(BANK_ZONE).date()), by, at)
    return paper


def _belongs(kind: PaperKind, visit: Visit, loan: Loan | None, about: Paper | None) -> None:
    if kind in ABOUT_A_LOAN and (loan is None or loan.debtor_id != visit.party_id):
        raise BadInput(
            Message(gettext_noop("This paper is about a loan of the visit's customer. Choose the loan."))
        )
    if about is not None and about.party_id != visit.party_id:
        raise BadInput(Message(gettext_noop("A proof of service names a paper of the same customer. Choose it.")))


def _next_number(branch: Branch, at: datetime) -> str:
    year = at.astimezone(BANK_ZONE).year
    PaperCount.objects.get_or_create(branch=branch, year=year)
    count = PaperCount.objects.select_for_update().get(branch=branch, year=year)
    count.last += 1
    count.save(update_fields=["last"])
    return f"{branch.code}-{year}-{count.last:06d}"


def take_step(*, paper: Paper, step: Step, by: User, at: datetime) -> Paper:
    """One step on. A scan comes with its file (`keep_scan`); Conflict where the step can't come now."""
    if step.step is PaperStep.SCANNED:
        raise BadInput(Message(gettext_noop("A scan comes with its file. Choose the file.")))
    if step.step is PaperStep.PRINTED:
        raise BadInput(Message(gettext_noop("Print the paper here: the hash of what is printed is kept.")))
    return take(paper, step, by, at)


@transaction.atomic
def take(paper: Paper, step: Step, by: User, at: datetime) -> Paper:
    """Any step, with its proof already at hand; for `take_step`, `keep_scan` and `print_paper`."""
    require(by, WHO_MAY.get(step.step, "make_paper"), paper)
    held = Paper.objects.select_for_update(of=("self",)).select_related("party", "branch").get(pk=paper.pk)
    if (row := PaperStepRow.objects.filter(pk=step.id).first()) is not None:
        if row.paper_id != held.pk or row.event != step.event:
            raise Conflict(Message(gettext_noop("Another step came with this id. Send it anew under its own.")))
        return held
    if step.on > at.astimezone(BANK_ZONE).date():
        raise BadInput(Message(gettext_noop("A step of a paper does not lie in the future. Correct the day.")))
    with_step(held.course, step.event)
    if step.step is PaperStep.SEALED:
        _second_person(held, by)
    _append(held, step, by, at)
    held.step = step.step
    held.save(update_fields=["step"])
    del held.course
    return held


def _second_person(paper: Paper, by: User) -> None:
    asked = paper.steps.filter(step=PaperStep.SEAL_ASKED).values_list("by", flat=True)
    if by.pk in {paper.made_by_id, *asked}:
        text = gettext_noop("Whoever made the paper or asked for the seal cannot confirm it. Ask a second person.")
        raise NotPermitted(Message(text))


def _append(paper: Paper, step: Step, by: User, at: datetime) -> None:
    identity = step.identity.strip()
    PaperStepRow.objects.create(
        id=step.id,
        paper=paper,
        number=paper.steps.count() + 1,
        step=step.step,
        on=step.on,
        signer=step.signer or "",
        sealed_signer=vault.seal(paper.party.key, identity, "paper_signer") if identity else None,
        proof=step.proof.strip(),
        by=by,
        at=at,
    )
    audit.record(
        at=at,
        actor=by.employee_no,
        action=f"paper_{step.step}",
        subject_kind="paper",
        subject_id=paper.pk,
        branch_code=paper.branch.code,
        details={"number": paper.number, "kind": str(paper.kind), "on": step.on.isoformat()},
    )


def keep_scan(*, paper: Paper, id: UUID, on: date, content: bytes, by: User, at: datetime) -> Paper:  # noqa: A002
    """The signed paper as PDF, JPEG or PNG, sealed with the person's key; its SHA-256 is the step's proof."""
    if not content.startswith(SCAN_STARTS):
        raise BadInput(Message(gettext_noop("A scan is a PDF, JPEG or PNG file. Choose another.")))
    taken = take(paper, Step(id, PaperStep.SCANNED, on, proof=digest_of(content)), by, at)
    path = Path(settings.ZOUFANG_FILES) / "papers" / str(paper.pk) / f"{id}.sealed"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_bytes(vault.seal(taken.party.key, b64encode(content).decode(), "paper_scan"))
        part.rename(path)
    return taken
