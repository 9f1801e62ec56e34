"""What can be done to the book. Importing, entries and ageing stand in files of their own and are offered here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from django.db import transaction

from zoufang.core.errors import BadInput
from zoufang.core.values import AddressKind, Message, Precision, SourceCode, gettext_noop
from zoufang.files.identifiers import read_phone
from zoufang.files.mapping import Mapping
from zoufang.files.mapping_toml import write_mapping
from zoufang.files.problems import Problem
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.book.ageing import age_book, reage
from zoufang.server.book.entries import NewEntry, write_entries
from zoufang.server.book.importing import LANDERS, import_file
from zoufang.server.book.models import Address, ImportBatch, Party, Phone, RevealPurpose, SourceMapping
from zoufang.server.book.reveals import note_reveal
from zoufang.server.book.snapshots import write_snapshot
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require

__all__ = [
    "LANDERS",
    "NewEntry",
    "add_address",
    "add_phone",
    "age_book",
    "confirm_point",
    "import_file",
    "mark_not_here",
    "reage",
    "record_download",
    "reveal",
    "save_mapping",
    "write_entries",
    "write_snapshot",
]
What = Literal["name", "id_no", "phone", "address"]


@transaction.atomic
def reveal(
    *, party: Party, what: What, purpose: RevealPurpose | str, by: User, at: datetime, reason: str = ""
) -> list[str]:
    """The value in the clear (all phones or addresses), with a row and an audit line of who looked and why."""
    require(by, "reveal_personal_data", party)
    note_reveal(party=party, what=what, purpose=purpose, by=by, at=at, reason=reason)
    _record(party, "reveal_personal_data", by, at, {"what": what, "purpose": str(purpose)})
    if what == "phone":
        return [phone.number for phone in party.phones.order_by("pk")]
    if what == "address":
        return [str(address.place["text"]) for address in party.addresses.order_by("pk")]
    return [str(party.identity[what])] if party.identity.get(what) else []


@transaction.atomic
def add_address(
    *,
    party: Party,
    kind: AddressKind,
    text: str,
    source_code: SourceCode,
    by: User,
    at: datetime,
    source_on: date | None = None,
    lat: float | None = None,
    lon: float | None = None,
    precision: Precision = Precision.UNPLACED,
    county: str = "",
    township: str = "",
    village: str = "",
) -> Address:
    """Another place of this party, with its lawful source (CN-P5). The same text twice is the same address."""
    require(by, "record_contact", party)
    known = party.addresses.filter(kind=kind, text_index__in=vault.blind_indexes(text, "address")).first()
    if known is not None:
        return known
    address, made = Address.objects.get_or_create(
        party=party,
        kind=kind,
        text_index=vault.blind_index(text, "address"),
        defaults={
            "id": new_id(),
            "sealed": vault.seal(party.key, {"text": text.strip(), "lat": lat, "lon": lon}, "address"),
            "precision": precision,
            "source_code": source_code,
            "source_on": source_on,
            "county": county,
            "township": township,
            "village": village,
        },
    )
    if made:
        _record(party, "add_address", by, at, {"address": str(address.pk), "source": str(source_code)})
    return address


@transaction.atomic
def add_phone(
    *, party: Party, number: str, source_code: SourceCode, source_on: date, by: User, at: datetime
) -> Phone:
    """Another number of this party, with its lawful source and day (CN-P5). The same number twice is one."""
    require(by, "record_contact", party)
    read = read_phone(number)
    if isinstance(read, Problem):
        raise BadInput(Message(gettext_noop("This is not a Chinese telephone number. Check its digits.")))
    known = party.phones.filter(number_index__in=vault.blind_indexes(read, "phone")).first()
    if known is not None:
        return known
    phone, made = Phone.objects.get_or_create(
        party=party,
        number_index=vault.blind_index(read, "phone"),
        defaults={
            "sealed": vault.seal(party.key, read, "phone"),
            "last4_index": vault.blind_index(read[-4:], "phone_last4"),
            "source_code": source_code,
            "source_on": source_on,
        },
    )
    if made:
        _record(party, "add_phone", by, at, {"phone": str(phone.pk), "source": str(source_code)})
    return phone


@transaction.atomic
def confirm_point(*, address: Address, lat: float, lon: float, by: User, at: datetime, how: str = "") -> Address:
    """Someone stood there, or knows the door: the point (WGS-84) is exact from now on. `how` goes to the audit."""
    require(by, "record_contact", address.party)
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise BadInput(Message(gettext_noop("This is not a latitude and longitude. Check their order.")))
    place = address.place | {"lat": lat, "lon": lon, "radius_m": 0}
    address.sealed = vault.seal(address.party.key, place, "address")
    address.precision = Precision.CONFIRMED
    address.save(update_fields=["sealed", "precision"])
    address.__dict__.pop("place", None)
    _record(address.party, "confirm_point", by, at, {"address": str(address.pk), "how": how})
    return address


@transaction.atomic
def mark_not_here(*, address: Address, since: date, by: User, at: datetime) -> Address:
    """The party does not live there any more: no visit goes there."""
    require(by, "record_contact", address.party)
    address.not_here_since = since
    address.save(update_fields=["not_here_since"])
    _record(address.party, "mark_not_here", by, at, {"address": str(address.pk), "since": since.isoformat()})
    return address


@transaction.atomic
def save_mapping(*, mapping: Mapping, by: User, at: datetime) -> SourceMapping:
    """Keep how this source is read, under the mapping's name; the same name again replaces it."""
    require(by, "import_file")
    saved, _made = SourceMapping.objects.update_or_create(
        name=mapping.name, defaults={"toml": write_mapping(mapping), "by": by, "at": at}
    )
    audit.record(
        at=at,
        actor=by.employee_no,
        action="save_mapping",
        subject_kind="mapping",
        subject_id=saved.pk,
        branch_code=_code(by.branch),
        details={"kind": mapping.kind, "source": mapping.system},
    )
    return saved


@transaction.atomic
def record_download(*, batch: ImportBatch, by: User, at: datetime) -> None:
    """Rejected rows hold personal data in the clear: who took them out of the system is kept."""
    require(by, "see_imports", batch)
    note_reveal(
        party=None,
        what="rejects",
        purpose=RevealPurpose.IMPORT,
        by=by,
        at=at,
        subject=str(batch.pk),
        branch=batch.branch,
    )
    audit.record(
        at=at,
        actor=by.employee_no,
        action="download_rejects",
        subject_kind="import",
        subject_id=batch.pk,
        branch_code=batch.branch.code,
    )


def _record(party: Party, action: str, by: User, at: datetime, details: dict[str, str]) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="party",
        subject_id=party.pk,
        branch_code=party.branch.code,
        details=details,
    )


def _code(branch: Branch | None) -> str:
    return branch.code if branch else ""
