"""Key in what was written on a record form, once; a second person holds it against the scan."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F, QuerySet

from zoufang.core.errors import BadInput, Conflict, NotFound, NotPermitted
from zoufang.core.values import BANK_ZONE, Message, gettext_noop
from zoufang.core.visits import AnyVisitEvent, EvidenceKind, PaperLine, events_of_form
from zoufang.files.visit_events import event_to_json
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.daily.paper_visits import take_written
from zoufang.server.evidence.models import DayPack, PaperVisit
from zoufang.server.papers.services import SCAN_STARTS
from zoufang.server.staff.models import Role, User
from zoufang.server.staff.permissions import require, scope
from zoufang.server.visiting import evidence
from zoufang.server.visiting.models import Visit

SEALED_AS = "paper_form"
SCAN_NAMESPACE = UUID("5b7d9f3a-2a0f-4f63-8d7c-b6a6d0c1a944")


@dataclass(frozen=True, slots=True)
class Form:
    """One record form of a pack: its number, and the visit that it was printed for."""

    pack: DayPack
    no: str
    visit: Visit
    stop: int


def form_to_key(no: str, by: User) -> Form:
    """By the number on the paper. NotFound for a form of another branch, or a number that was never printed."""
    require(by, "key_in_paper_visit")
    pack = DayPack.objects.filter(scope(by), pk=no.rpartition("-")[0]).select_related("crew", "branch").first()
    known = pack.form_of(no) if pack else None
    if pack is None or known is None:
        raise NotFound(Message(gettext_noop("No form of this number was printed in your branch.")))
    if by.role == Role.VISITOR and not pack.crew.members.filter(pk=by.pk).exists():
        raise NotFound(Message(gettext_noop("No form of this number was printed in your branch.")))
    rows = Visit.objects.select_related("party", "target", "address", "crew", "branch", "stop__verdict")
    visit = rows.prefetch_related("crew__members").get(pk=known["visit"])
    visit.opened(visit.address)
    return Form(pack, no, visit, int(known["stop"]))


@transaction.atomic
def key_in(
    *,
    form: Form,
    lines: Sequence[PaperLine],
    scan: bytes,
    by: User,
    at: datetime,
    beside: Sequence[Message] = (),
) -> PaperVisit:
    """Sent twice it counts once; another body for the same form is a Conflict. The scan is kept whatever happens.

    `beside`: what the paper itself leaves open, found when it was keyed in.
    """
    require(by, "key_in_paper_visit", form.visit)
    if not scan.startswith(SCAN_STARTS):
        raise BadInput(Message(gettext_noop("A scan is a PDF, JPEG or PNG file. Choose another.")))
    said = [event_to_json(event) for event in events_of_form(form.no, str(form.visit.pk), lines)]
    digest = sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    Visit.objects.select_for_update(of=("self",)).get(pk=form.visit.pk)
    if (before := _before(form, digest)) is not None:
        return before
    _plausible(form, lines, at)
    algorithm = evidence.algorithm()
    scanned = evidence.digest_of(scan, algorithm)
    events = _with_scan(form, lines, scanned, algorithm, at)
    written = take_written(visit=form.visit, events=events, by=by, at=at)
    key = next((UUID(e.id) for e in written.taken if e.kind == "evidence_added"), uuid5(SCAN_NAMESPACE, form.no))
    row = PaperVisit.objects.create(
        paper_no=form.no,
        visit=form.visit,
        branch=form.visit.branch,
        pack=form.pack,
        body_hash=digest,
        sealed=vault.seal(form.visit.party.key, said, SEALED_AS),
        scan=key,
        scan_digest=scanned,
        flags=[flag.as_json() for flag in (*beside, *written.flags)],
        verdict=written.verdict,
        keyed_by=by,
        keyed_at=at,
    )
    evidence.keep(form.visit, key, scan)
    details = {"form": form.no, "lines": len(said), "findings": len(row.flags), "scan": scanned, "body": digest}
    _record(row, "key_in_paper_visit", by, at, details)
    return row


def _before(form: Form, digest: str) -> PaperVisit | None:
    found = PaperVisit.objects.filter(visit=form.visit).first()
    if found is None:
        return None
    if found.paper_no != form.no:
        text = gettext_noop("This visit was keyed in from form %(no)s already. A second form needs compliance.")
        raise Conflict(Message(text, {"no": found.paper_no}))
    if found.body_hash != digest:
        text = gettext_noop("This form was keyed in already. What is wrong is corrected when it is checked.")
        raise Conflict(Message(text))
    return found


def _plausible(form: Form, lines: Sequence[PaperLine], at: datetime) -> None:
    """The paper belongs to one day and cannot know what comes."""
    for line in lines:
        if line.at is None:
            continue
        if line.at.astimezone(BANK_ZONE).date() != form.visit.day or line.at > at:
            text = gettext_noop("%(time)s is not on the day of the visit, or has not come yet. Correct the time.")
            raise BadInput(Message(text, {"time": f"{line.at.astimezone(BANK_ZONE):%Y-%m-%d %H:%M}"}))


def _with_scan(
    form: Form, lines: Sequence[PaperLine], digest: str, algorithm: str, at: datetime
) -> tuple[AnyVisitEvent, ...]:
    """The scan is hashed when it is keyed in, and its event says so; then the visit is closed, if it was made."""
    who = lines[0].by
    scan = {"evidence": EvidenceKind.PAPER, "digest": digest, "algorithm": algorithm}
    more = [PaperLine("evidence_added", who, at, scan)]
    if any(line.kind == "checked_in" for line in lines):
        more.append(PaperLine("closed", who, at))
    return events_of_form(form.no, str(form.visit.pk), [*lines, *more])


@transaction.atomic
def check(*, paper: PaperVisit, finding: PaperVisit.Finding, note: str, by: User, at: datetime) -> PaperVisit:
    """By somebody who neither keyed it in nor was at the door; what is wrong is said beside the record."""
    require(by, "review_paper_visit", paper)
    rows = PaperVisit.objects.select_for_update(of=("self",)).select_related("branch", "visit__crew")
    row = rows.get(pk=paper.pk)
    if row.reviewed_at is not None:
        raise Conflict(Message(gettext_noop("This form has been checked already.")))
    if row.keyed_by_id == by.pk or row.visit.crew.members.filter(pk=by.pk).exists():
        raise NotPermitted(
            Message(gettext_noop("Who keyed it in or made the visit does not check it. Ask a colleague."))
        )
    if not note.strip() and (row.flags or finding is not PaperVisit.Finding.IN_ORDER):
        raise BadInput(Message(gettext_noop("Say what you found: what the paper says, and what follows from it.")))
    row.reviewed_by, row.reviewed_at = by, at
    row.finding, row.review_note = finding, note.strip()
    row.save(update_fields=["reviewed_by", "reviewed_at", "finding", "review_note"])
    _record(row, "review_paper_visit", by, at, {"form": row.paper_no, "finding": str(finding)})
    return row


def papers_keyed(by: User) -> QuerySet[PaperVisit]:
    """Those that wait for the second person first."""
    require(by, "see_paper_visits")
    rows = PaperVisit.objects.filter(scope(by)).select_related(
        "visit__crew", "visit__party", "keyed_by", "reviewed_by"
    )
    if by.role == Role.VISITOR:
        rows = rows.filter(visit__crew__in=by.crews.values("pk"))
    return rows.order_by(F("reviewed_at").asc(nulls_first=True), "-keyed_at")


def paper_seen(no: str, by: User) -> PaperVisit:
    found = papers_keyed(by).filter(pk=no).first()
    if found is None:
        raise NotFound(Message(gettext_noop("No such form among yours.")))
    return found


@transaction.atomic
def written_lines(*, paper: PaperVisit, by: User, at: datetime) -> list[dict[str, Any]]:
    """All that was keyed in, free texts too, opened on record for who checks it."""
    require(by, "review_paper_visit", paper)
    _record(paper, "read_paper_form", by, at, {"form": paper.paper_no})
    opened: list[dict[str, Any]] = vault.unseal(paper.visit.party.key, bytes(paper.sealed or b""), SEALED_AS)
    return opened


@transaction.atomic
def scan_of(*, paper: PaperVisit, by: User, at: datetime) -> bytes:
    """The scanned page as it was taken in; NotFound where it is not the one whose hash was kept."""
    require(by, "review_paper_visit", paper)
    _record(paper, "read_paper_form", by, at, {"form": paper.paper_no, "scan": paper.scan_digest})
    return evidence.open_scan(paper.visit, paper.scan, paper.scan_digest)


def _record(row: PaperVisit, action: str, by: User, at: datetime, details: dict[str, Any]) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="visit",
        subject_id=row.visit_id,
        branch_code=row.branch.code,
        details=details,
    )
