"""What leaves the bank of a visit: decided, revealed, drawn, packed and recorded in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from zoufang.core.errors import Conflict, NotFound, NotPermitted
from zoufang.core.evidence import NAMES_ALLOWED, ORIGINALS_ALLOWED, ExportPurpose, Original
from zoufang.core.values import Message, gettext_noop
from zoufang.files.evidence_zip import pack_zip
from zoufang.server.audit import services as audit
from zoufang.server.book import services as book
from zoufang.server.book.models import RevealPurpose
from zoufang.server.evidence.listing import manifest_of
from zoufang.server.evidence.models import EvidenceExport
from zoufang.server.evidence.pack import Pack
from zoufang.server.evidence.trail import extract_of, lines_of
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.evidence import open_evidence

REVEALED_FOR = {ExportPurpose.COMPLAINT: RevealPurpose.COMPLAINT}  # all others that may: court or regulator
ENDINGS = {"audio": "audio", "video": "video", "door_photo": "jpg", "signature": "jpg", "paper": "scan"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for; `id` is made with the form, so that one form makes one file."""

    id: UUID
    purpose: ExportPurpose
    in_clear: bool = False
    with_originals: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Who took it out, when, under which number: on each page of the PDF."""

    number: str
    by: User
    at: datetime
    in_clear: bool


Draw = Callable[[Pack, Mark], bytes]


@transaction.atomic
def export_pack(*, pack: Pack, wish: Wish, draw: Draw, by: User, at: datetime) -> tuple[EvidenceExport, bytes]:
    """The package. NotPermitted for names or originals that the purpose doesn't need; Conflict the second time."""
    require(by, "export_evidence", pack.visit)
    _needed(wish)
    if EvidenceExport.objects.filter(pk=wish.id).exists():
        text = gettext_noop("This file has been handed out already. Open the page again for another.")
        raise Conflict(Message(text))
    if wish.in_clear:
        _reveal(pack, wish, by, at)
    asked = {"purpose": wish.purpose, "in_clear": wish.in_clear, "with_originals": wish.with_originals}
    line = _record(pack, "export_evidence", by, at, asked)
    mark = Mark(f"{pack.visit.branch.code}-{line.day.day:%Y%m%d}-{line.number:04d}", by, at, wish.in_clear)
    originals = _originals(pack, by, at) if wish.with_originals else {}
    content, manifest_hash = _packed(pack, wish, mark, draw, originals)
    _record(pack, "evidence_exported", by, at, {"number": mark.number, "manifest": manifest_hash})
    made = EvidenceExport.objects.create(
        id=wish.id,
        number=mark.number,
        visit=pack.visit,
        branch=pack.visit.branch,
        purpose=wish.purpose,
        in_clear=wish.in_clear,
        with_originals=wish.with_originals,
        manifest_hash=manifest_hash,
        by=by,
        at=at,
    )
    return made, content


def _needed(wish: Wish) -> None:
    if wish.in_clear and wish.purpose not in NAMES_ALLOWED:
        text = gettext_noop(
            "This purpose needs no name. Take the file out masked, or choose the purpose that fits."
        )
        raise NotPermitted(Message(text))
    if wish.with_originals and not (wish.in_clear and wish.purpose in ORIGINALS_ALLOWED):
        text = gettext_noop(
            "Recordings and photos leave in the clear only, and only for a court or the regulator."
        )
        raise NotPermitted(Message(text))


def _reveal(pack: Pack, wish: Wish, by: User, at: datetime) -> None:
    """Each look at a name or address has its own line, as on a page."""
    purpose = REVEALED_FOR.get(wish.purpose, RevealPurpose.LEGAL)
    for what in ("name", "address"):
        book.reveal(party=pack.visit.whom, what=what, purpose=purpose, by=by, at=at)
    if pack.visit.target is not None:
        book.reveal(party=pack.visit.party, what="name", purpose=purpose, by=by, at=at)


def _originals(pack: Pack, by: User, at: datetime) -> dict[UUID, tuple[str, bytes]]:
    """By event: its path in the package, and its bytes. What is changed or not here stays a hash."""
    found = {}
    for number, row in enumerate((row for row in pack.events if row.pk in pack.originals), 1):
        if pack.originals[row.pk] is Original.WHOLE:
            kind = str(row.body["evidence"])
            path = f"originals/{number:02d}-{kind}.{ENDINGS.get(kind, 'bin')}"
            found[row.pk] = (path, open_evidence(event=row, by=by, at=at))
    return found


def _packed(
    pack: Pack, wish: Wish, mark: Mark, draw: Draw, originals: dict[UUID, tuple[str, bytes]]
) -> tuple[bytes, str]:
    """The trail is read after its newest line, so that the package tells of its own making."""
    files = {"evidence.pdf": draw(pack, mark)} | dict(originals.values())
    if pack.verdict is not None:
        files["facts.json"] = json.dumps(pack.verdict.facts.body, sort_keys=True).encode()
    paths = {event: path for event, (path, _content) in originals.items()}
    exported = {
        "number": mark.number,
        "bank": settings.ZOUFANG_BANK,
        "purpose": wish.purpose,
        "by": mark.by.employee_no,
        "at": mark.at.isoformat(),
        "in_clear": wish.in_clear,
    }
    head: dict[str, Any] = {"export": exported, **manifest_of(pack, paths, in_clear=wish.in_clear)}
    chain = extract_of(lines_of(pack.visit, pack.papers))
    return pack_zip(head, files, chain)


def _record(pack: Pack, action: str, by: User, at: datetime, details: dict[str, Any]) -> Any:
    return audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="visit",
        subject_id=pack.visit.pk,
        branch_code=pack.visit.branch.code,
        details=details,
    )


def exported_as(number: str, manifest_hash: str) -> bool:
    """Whether the bank handed out a package of this number with this manifest. NotFound for an unknown number."""
    found = EvidenceExport.objects.filter(number=number).first()
    if found is None:
        text = gettext_noop("No package %(number)s was handed out here.")
        raise NotFound(Message(text, {"number": number}))
    return found.manifest_hash == manifest_hash
