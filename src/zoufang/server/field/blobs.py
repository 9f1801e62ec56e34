"""Files from the door in chunks that may be sent again: each has its hash, the whole has another.

What comes is sealed to our key as entries are. Once it is whole and its event is in the record, it is opened,
compared with the hash that the event tells, and kept as evidence under the customer's key; the chunks go.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from zoufang.core.errors import BadInput, Conflict, NotFound, ZoufangError
from zoufang.core.values import Message, gettext_noop
from zoufang.server.field.keys import open_sealed
from zoufang.server.field.models import Blob, BlobChunk, Device
from zoufang.server.visiting import evidence
from zoufang.server.visiting.models import VisitEvent

LARGEST_CHUNK = 1024 * 1024
OVERHEAD = 65 + 12 + 16
HASH = 64

DIFFERS = Message(gettext_noop("The file is not the one of which the entry tells the hash."))
NOT_OPENED = Message(
    gettext_noop("The file cannot be opened: it was sealed to another key, or changed on the way.")
)


@dataclass(frozen=True, slots=True)
class Announced:
    """A file that will come: of the event `id`, `size` bytes sealed, in chunks of `chunk_size`."""

    id: UUID
    visit: UUID
    key: str
    size: int
    chunk_size: int
    sha256: str

    def __post_init__(self) -> None:
        if not OVERHEAD < self.size <= evidence.MOST_BYTES + OVERHEAD:
            raise BadInput(f"A file of {self.size} bytes is too small or too large. Take it again, shorter.")
        if not 1024 <= self.chunk_size <= LARGEST_CHUNK or len(self.sha256) != HASH:
            raise BadInput("Chunks have 1 KB to 1 MB, and the whole a SHA-256. Update the app.")

    @property
    def chunks(self) -> int:
        return -(-self.size // self.chunk_size)


@transaction.atomic
def announce(*, device: Device, file: Announced, at: datetime) -> Blob:
    """Begin, or go on with, a file. Conflict when its id came with another content."""
    given = {
        "device": device,
        "visit_named": file.visit,
        "key_id": file.key,
        "size": file.size,
        "chunk_size": file.chunk_size,
        "sha256": file.sha256,
        "began_at": at,
    }
    blob, _made = Blob.objects.get_or_create(pk=file.id, defaults=given)
    if (blob.device_id, blob.sha256, blob.size, blob.chunk_size) != (
        device.pk,
        file.sha256,
        file.size,
        file.chunk_size,
    ):
        raise Conflict("A file of this id came before and is another one. Give the new file a new id.")
    return blob


def blob_of(device: Device, blob_id: UUID) -> Blob:
    blob = Blob.objects.filter(pk=blob_id, device=device).first()
    if blob is None:
        raise NotFound("This file was not announced. Announce it, then send its chunks.")
    return blob


def missing_chunks(blob: Blob) -> list[int]:
    """Numbers that have not come, from 0; none once the whole is here."""
    if blob.whole_at is not None:
        return []
    have = set(blob.chunks.values_list("number", flat=True))
    return [number for number in range(_count(blob)) if number not in have]


def put_chunk(*, blob: Blob, number: int, content: bytes, digest: str, at: datetime) -> Blob:
    """One chunk; the last that lacked makes it whole. BadInput for a wrong hash or length: send it again."""
    if not 0 <= number < _count(blob) or len(content) != _length(blob, number):
        raise BadInput(f"Chunk {number} doesn't belong to this file. Announce the file anew.")
    if sha256(content).hexdigest() != digest:
        raise BadInput(f"Chunk {number} was changed on the way. Send it again.")
    with transaction.atomic():
        blob = Blob.objects.select_for_update().get(pk=blob.pk)
        if blob.whole_at is None and not blob.chunks.filter(number=number).exists():
            _write(blob, number, content)
            BlobChunk.objects.create(blob=blob, number=number, sha256=digest)
        if blob.whole_at is None and not missing_chunks(blob):
            _finish(blob, at)
    keep_if_told(blob, at)
    return blob


def _finish(blob: Blob, at: datetime) -> None:
    whole = sha256()
    for number in range(_count(blob)):
        whole.update(_chunk(blob, number).read_bytes())
    if whole.hexdigest() != blob.sha256:
        blob.chunks.all().delete()
        shutil.rmtree(_folder(blob), ignore_errors=True)
        return
    blob.whole_at = at
    blob.save(update_fields=["whole_at"])


def keep_of_visit(visit_id: UUID, at: datetime) -> None:
    """Files that waited for their entries."""
    for blob in Blob.objects.filter(
        visit_named=visit_id, whole_at__isnull=False, kept_at=None, reason__isnull=True
    ):
        keep_if_told(blob, at)


@transaction.atomic
def keep_if_told(blob: Blob, at: datetime) -> None:
    """Move a whole file to its evidence once the event that tells its hash is in the record."""
    blob = Blob.objects.select_for_update().get(pk=blob.pk)
    found = VisitEvent.objects.filter(pk=blob.pk, kind="evidence_added", visit=blob.visit_named)
    event = found.select_related("visit__party").first()
    if blob.whole_at is None or blob.kept_at is not None or event is None:
        return
    sealed = b"".join(_chunk(blob, number).read_bytes() for number in range(_count(blob)))
    try:
        content = open_sealed(blob.key_id, sealed, purpose="file", bound_to=bound(blob))
    except ZoufangError:
        _refuse(blob, NOT_OPENED)
        return
    if evidence.digest_of(content, event.body["algorithm"]) != event.body["digest"]:
        _refuse(blob, DIFFERS)
        return
    evidence.keep(event.visit, event.pk, content)
    blob.kept_at = at
    blob.save(update_fields=["kept_at"])
    transaction.on_commit(lambda: shutil.rmtree(_folder(blob), ignore_errors=True))


def bound(blob: Blob) -> bytes:
    return f"1\n{blob.pk}\n{blob.visit_named}\n{blob.device_id}\n{blob.key_id}".encode()


def _refuse(blob: Blob, reason: Message) -> None:
    """The chunks stay: a person may look into it."""
    blob.reason = reason.as_json()
    blob.save(update_fields=["reason"])


def _count(blob: Blob) -> int:
    return -(-blob.size // blob.chunk_size)


def _length(blob: Blob, number: int) -> int:
    return min(blob.chunk_size, blob.size - number * blob.chunk_size)


def _folder(blob: Blob) -> Path:
    return Path(settings.ZOUFANG_FILES) / "field" / str(blob.pk)


def _chunk(blob: Blob, number: int) -> Path:
    return _folder(blob) / f"{number:05}.sealed"


def _write(blob: Blob, number: int, content: bytes) -> None:
    path = _chunk(blob, number)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.rename(path)
