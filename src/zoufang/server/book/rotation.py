"""A new installation key: wrap every data key anew, make the search indexes anew, retire the old key.

Each batch is one transaction; whatever is done stays done when the process dies, and everything stays readable,
for the old key stays in the file. Called again it goes on where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from zoufang.core.errors import Conflict
from zoufang.core.values import Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.book import ciphers, vault
from zoufang.server.book.envelopes import Envelope, counted, headed, installed
from zoufang.server.book.keyring import read_keyring, write_keyring
from zoufang.server.book.models import Address, KeyRotation, Party, Phone
from zoufang.server.jobs.models import UNFINISHED, Job

Tell = Callable[[str, int, int], None]
UPLOAD_NOTES = "*/.upload.json"


@dataclass(frozen=True, slots=True)
class Rotated:
    version: int
    wrapped: int
    indexed: int


def rotate(*, at: datetime, batch: int, tell: Tell) -> Rotated:
    """Begin, or go on with, the change to a new key. Conflict while a file is being imported."""
    path = vault.key_file()
    ring = read_keyring(path)
    if not ring.turning:
        if Job.objects.filter(kind="import", state__in=UNFINISHED).exists():
            raise Conflict(Message(gettext_noop("A file is being imported. Rotate the keys when it is done.")))
        ring = ring.with_new_key(at)
        write_keyring(path, ring)
    row = _begun(ring.current, at)
    wrapped = sum(_rewrap(one, batch, tell) for one in installed())
    _rewrap_uploads()
    indexed = sum(_reindex(row, kind, batch, tell) for kind in INDEXED)
    wrapped += sum(_rewrap(one, batch, tell) for one in installed())  # what a late transaction brought
    _settle(row, path, at, wrapped)
    return Rotated(ring.current, wrapped, indexed)


@transaction.atomic
def _begun(version: int, at: datetime) -> KeyRotation:
    row, made = KeyRotation.objects.get_or_create(version=version, defaults={"begun_at": at})
    if made:
        _audit(at, "begin_key_rotation", version, {"cipher": settings.ZOUFANG_CIPHER})
    return row


def _rewrap(one: Envelope, batch: int, tell: Tell) -> int:
    """Each row that is not under the current key and cipher."""
    ring = read_keyring(vault.key_file())
    head = ciphers.head_of(ciphers.named(settings.ZOUFANG_CIPHER), ring.current)
    stale = headed(one).exclude(head=head).order_by("pk")
    total, done = stale.count(), 0
    while count := _rewrap_batch(one, stale, batch):
        done += count
        tell(one.label, done, max(total, done))
    return done


@transaction.atomic
def _rewrap_batch(one: Envelope, stale: QuerySet[Any], batch: int) -> int:
    rows = list(stale.select_for_update()[:batch])
    for row in rows:
        owner = one.owner_of(row)
        key = vault.unwrap(getattr(row, one.field), owner)
        one.model._default_manager.filter(pk=row.pk).update(**{one.field: vault.wrap(key, owner)})
    return len(rows)


def _rewrap_uploads() -> None:
    """Files on their way in: each note is written beside itself and renamed."""
    for note in (Path(settings.ZOUFANG_FILES) / "uploads").glob(UPLOAD_NOTES):
        stored = json.loads(note.read_text())
        if "key" in stored:
            key = vault.unwrap(bytes.fromhex(stored["key"]), "upload")
            part = note.with_name(f"{note.name}.part")
            part.write_text(json.dumps(stored | {"key": vault.wrap(key, "upload").hex()}))
            part.replace(note)


def _party(row: Party) -> dict[str, Any]:
    name, number = str(row.identity.get("name") or ""), str(row.identity.get("id_no") or "")
    return {
        "name_index": vault.blind_index(name, "name") if name and row.name_index else None,
        "id_index": vault.blind_index(number, "id") if number and row.id_index else None,
        "id_last4_index": vault.blind_index(number[-4:], "id_last4") if number and row.id_last4_index else None,
    }


def _phone(row: Phone) -> dict[str, Any]:
    number = row.number
    return {
        "number_index": vault.blind_index(number, "phone"),
        "last4_index": vault.blind_index(number[-4:], "phone_last4"),
    }


def _address(row: Address) -> dict[str, Any]:
    return {"text_index": vault.blind_index(str(row.place["text"]), "address")}


INDEXED: dict[str, tuple[QuerySet[Any], Callable[[Any], dict[str, Any]]]] = {
    "party": (Party.objects.exclude(wrapped_key=b""), _party),
    "phone": (Phone.objects.select_related("party").exclude(party__wrapped_key=b""), _phone),
    "address": (Address.objects.select_related("party").exclude(party__wrapped_key=b""), _address),
}


def _reindex(row: KeyRotation, kind: str, batch: int, tell: Tell) -> int:
    total, done = INDEXED[kind][0].count(), 0
    while count := _reindex_batch(row, kind, batch):
        done += count
        tell(f"index of {kind}", done, max(total, done))
    return done


@transaction.atomic
def _reindex_batch(row: KeyRotation, kind: str, batch: int) -> int:
    """How far it is is kept with the rows themselves."""
    held = KeyRotation.objects.select_for_update().get(pk=row.pk)
    rows, index_of = INDEXED[kind]
    last = held.places.get(kind)
    found = list((rows.filter(pk__gt=last) if last else rows.all()).order_by("pk")[:batch])
    for one in found:
        type(one).objects.filter(pk=one.pk).update(**index_of(one))
    if found:
        held.places[kind] = str(found[-1].pk)
        held.save(update_fields=["places"])
    return len(found)


def _settle(row: KeyRotation, path: Path, at: datetime, wrapped: int) -> None:
    """The old key is retired only where no row hangs on it."""
    ring = read_keyring(path)
    left = sum(count for one in installed() for (_c, v), count in counted(one).items() if v != ring.current)
    if left:
        raise Conflict(Message(gettext_noop("%(n)s keys came in meanwhile. Run the rotation again."), {"n": left}))
    with transaction.atomic():
        held = KeyRotation.objects.select_for_update().get(pk=row.pk)
        if held.ended_at is None:
            held.ended_at = at
            held.save(update_fields=["ended_at"])
            _audit(at, "end_key_rotation", ring.current, {"wrapped": wrapped})
    write_keyring(path, ring.settled(at))


def drop(*, version: int, at: datetime) -> None:
    """Destroy a retired key. Conflict while it is in use: backups sealed with it cannot be read any more."""
    path = vault.key_file()
    ring = read_keyring(path)
    key = next((one for one in ring.keys if one.version == version), None)
    used = sum(count for one in installed() for (_c, v), count in counted(one).items() if v == version)
    if key is None or not key.retired or ring.turning or used:
        text = gettext_noop("Key %(version)s is not retired, or still in use. Rotate the keys first.")
        raise Conflict(Message(text, {"version": version}))
    _audit(at, "drop_key", version, {})
    write_keyring(path, ring.without(version))


def _audit(at: datetime, action: str, version: int, details: dict[str, Any]) -> None:
    audit.record(
        at=at,
        actor="",
        action=action,
        subject_kind="key",
        subject_id=version,
        branch_code="",
        details=details,
    )
