"""Recordings and photos of a visit: sealed with the customer's key, found by the event that tells their hash."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import get_args
from uuid import UUID

from django.conf import settings
from django.db import transaction

from zoufang.core.errors import BadInput, NotFound
from zoufang.core.evidence import HashAlgorithm, Original, digest
from zoufang.core.values import Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.book.models import RevealPurpose
from zoufang.server.book.reveals import note_reveal
from zoufang.server.staff.models import Role, User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import Visit, VisitEvent

MOST_BYTES = 20 * 1024 * 1024


def algorithm() -> HashAlgorithm:
    """What the bank hashes evidence by. BadInput for a setting that names none."""
    for known in get_args(HashAlgorithm):
        if known == settings.ZOUFANG_EVIDENCE_HASH:
            return known  # type: ignore[no-any-return]
    raise BadInput(f"ZOUFANG_EVIDENCE_HASH is {settings.ZOUFANG_EVIDENCE_HASH!r}. Set SHA-256 or SM3.")


def digest_of(content: bytes, by: str = "SHA-256") -> str:
    """In hex, as the event carries it. BadInput for nothing, or too much."""
    if not 0 < len(content) <= MOST_BYTES:
        text = gettext_noop(
            "A file of evidence has between 1 byte and %(most)s MB. Choose another, or shorten it."
        )
        raise BadInput(Message(text, {"most": MOST_BYTES // 1024 // 1024}))
    return digest(content, by)


def keep(visit: Visit, event_id: UUID | str, content: bytes) -> None:
    """Write the sealed file beside its event; the same again changes nothing."""
    path = _path(visit, event_id)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_bytes(vault.seal(visit.party.key, b64encode(content).decode(), "evidence"))
        part.rename(path)


@transaction.atomic
def open_evidence(*, event: VisitEvent, by: User, at: datetime, may: str = "reveal_personal_data") -> bytes:
    """The file in the clear, and an audit line. NotFound where it isn't kept here or was changed since."""
    require(by, may, event.visit)
    path = _path(event.visit, event.pk)
    if not path.exists():
        raise NotFound(Message(gettext_noop("This file is not kept here; only its hash is.")))
    content = b64decode(vault.unseal(event.visit.party.key, path.read_bytes(), "evidence"))
    if digest_of(content, event.body["algorithm"]) != event.body["digest"]:
        raise NotFound(Message(gettext_noop("This file is not the one that was recorded: its hash differs.")))
    _seen(event.visit, "evidence", by, at, subject=str(event.pk))
    _record(event.visit, "read_evidence", by, at, {"event": str(event.pk)})
    return content


def open_scan(visit: Visit, key: UUID, expected: str) -> bytes:
    """The scan of a form by its hash, whether or not an event carries it; whoever calls records the look."""
    path = _path(visit, key)
    if not path.exists():
        raise NotFound(Message(gettext_noop("This file is not kept here; only its hash is.")))
    content = b64decode(vault.unseal(visit.party.key, path.read_bytes(), "evidence"))
    if expected not in {digest(content, name) for name in get_args(HashAlgorithm)}:
        raise NotFound(Message(gettext_noop("This file is not the one that was recorded: its hash differs.")))
    return content


def original_of(event: VisitEvent) -> Original:
    """Whether the file of an event lies here as it was captured; nobody gets to see it."""
    path = _path(event.visit, event.pk)
    if not path.exists():
        return Original.NOT_KEPT
    try:
        content = b64decode(vault.unseal(event.visit.party.key, path.read_bytes(), "evidence"))
    except (BadInput, ValueError):
        return Original.CHANGED
    whole = digest(content, event.body["algorithm"]) == event.body["digest"]
    return Original.WHOLE if whole else Original.CHANGED


@transaction.atomic
def open_notes(
    *, visit: Visit, by: User, at: datetime, may: str = "reveal_personal_data"
) -> dict[UUID, dict[str, str]]:
    """The free texts of a visit by event, and an audit line."""
    require(by, may, visit)
    sealed = visit.events.filter(sealed_note__isnull=False)
    notes = {row.pk: vault.unseal(visit.party.key, row.sealed_note or b"", "visit_note") for row in sealed}
    _seen(visit, "notes", by, at, subject=str(visit.pk))
    _record(visit, "read_visit_notes", by, at, {})
    return notes


def _seen(visit: Visit, what: str, by: User, at: datetime, *, subject: str) -> None:
    """Who made the visit looks again for its sake, others check it."""
    purpose = RevealPurpose.VISIT if by.role == Role.VISITOR else RevealPurpose.REVIEW
    note_reveal(party=visit.whom, what=what, purpose=purpose, by=by, at=at, subject=subject, branch=visit.branch)


def forget_files(visits: Iterable[Visit]) -> int:
    """Delete the files of evidence of these visits; their hashes stay in the events. How many."""
    gone = 0
    for visit in visits:
        folder = Path(settings.ZOUFANG_FILES) / "evidence" / str(visit.pk)
        for file in folder.glob("*.sealed"):
            file.unlink()
            gone += 1
    return gone


def _path(visit: Visit, event_id: UUID | str) -> Path:
    return Path(settings.ZOUFANG_FILES) / "evidence" / str(visit.pk) / f"{event_id}.sealed"


def _record(visit: Visit, action: str, by: User, at: datetime, details: dict[str, str]) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="visit",
        subject_id=visit.pk,
        branch_code=visit.branch.code,
        details=details,
    )
