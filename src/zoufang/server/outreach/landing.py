"""A bank's contact log into the register of contacts: each record once, on a debtor of the book."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast
from uuid import NAMESPACE_URL, UUID, uuid5

import polars as pl
from django.db import connection, transaction

from zoufang.core.values import Channel, Message, PartyRole, gettext_noop
from zoufang.files.validate import Checked
from zoufang.server.book import bulk, vault
from zoufang.server.book.importing import Progress
from zoufang.server.book.landing.prepare import Refused, complete
from zoufang.server.book.landing.switch import record_landing
from zoufang.server.book.models import ImportBatch, Party, Phone
from zoufang.server.outreach.models import Contact
from zoufang.server.staff.models import User

PIECE = 5_000
NOT_REACHED = {"no_answer", "wrong_number"}
NAMESPACE = uuid5(NAMESPACE_URL, "zoufang:contact-log")
FIELDS = [
    "id",
    "debtor",
    "reached_role",
    "channel",
    "phone",
    "at",
    "reached",
    "result",
    "sealed_note",
    "by",
    "batch",
]
FIELDS += ["simulated"]
Row = dict[str, Any]


def land_contacts(
    *, batch: ImportBatch, checked: Checked, actor: str, at: datetime, today: date, progress: Progress
) -> list[Refused]:
    """All records of the file in one transaction. A record's id derives from its reference, so that it lands once.

    `as_of` becomes the first day that the log tells of: what lies before it stays unknown.
    """
    frame = complete(checked.good, "contacts").sort("contacted_at", maintain_order=True)
    refused: list[Refused] = []
    before = Contact.objects.count()
    with transaction.atomic():
        for piece in bulk.slices(frame, PIECE):
            _land_piece(piece, batch, refused)
            progress("contacts", piece.height, frame.height)
        batch.as_of = cast(date, frame["contacted_at"].dt.date().min())
        landed = Contact.objects.count() - before
        batch.counts |= {"landed": landed, "known": frame.height - len(refused) - landed}
        batch.status = ImportBatch.Status.LANDED
        batch.save()
        record_landing(batch, actor, at)
    return refused


def _land_piece(piece: pl.DataFrame, batch: ImportBatch, refused: list[Refused]) -> None:
    rows = list(piece.iter_rows(named=True))
    debtors = _debtors(rows, batch)
    phones = _phones(debtors.values())
    staff = dict(User.objects.values_list("employee_no", "pk"))
    landing: list[bulk.Row] = []
    worked: dict[int, datetime] = {}
    for row in rows:
        debtor = debtors.get(row["customer_key"] or "") or debtors.get("loan:" + (row["loan_key"] or ""))
        if debtor is None:
            refused.append(_unknown(row))
            continue
        phone = phones.get((debtor.pk, vault.blind_index(row["phone"], "phone"))) if row["phone"] else None
        landing.append(_row(row, debtor, phone, staff.get(row["officer"] or ""), batch))
        if phone is not None and _reached(row):
            worked[phone] = max(row["contacted_at"], worked.get(phone, row["contacted_at"]))
    bulk.insert(Contact, FIELDS, landing)
    _mark_working(worked)


def _debtors(rows: list[Row], batch: ImportBatch) -> dict[str, Party]:
    """By customer number, and by loan number for rows that give only that; of the importer's branches."""
    own = Party.objects.filter(
        source_system=batch.source_system, branch__path__startswith=batch.branch.path, loans__state__isnull=False
    )
    keys = {row["customer_key"] for row in rows if row["customer_key"]}
    found = {party.source_key: party for party in own.filter(source_key__in=keys).distinct()}
    loans = {row["loan_key"] for row in rows if row["loan_key"] and not row["customer_key"]}
    by_loan = own.filter(loans__source_key__in=loans).values_list("loans__source_key", "pk")
    parties = Party.objects.in_bulk({pk for _key, pk in by_loan})
    return found | {f"loan:{key}": parties[pk] for key, pk in by_loan}


def _phones(debtors: Any) -> dict[tuple[UUID, bytes], int]:
    rows = Phone.objects.filter(party__in=[debtor.pk for debtor in debtors]).values_list(
        "party", "number_index", "pk"
    )
    return {(party, bytes(index)): pk for party, index, pk in rows}


def _row(row: Row, debtor: Party, phone: int | None, by: int | None, batch: ImportBatch) -> bulk.Row:
    note = row["note"]
    return (
        _id(row, debtor, batch).hex,
        bulk.key(debtor.pk),
        row["role"] or PartyRole.DEBTOR.value,
        row["channel"] or Channel.CALL.value,
        phone,
        _stored(row["contacted_at"]),
        _reached(row),
        row["outcome"] or "",
        vault.seal(debtor.key, note, "note") if note and debtor.wrapped_key else None,
        by,
        bulk.key(batch.pk),
        False,
    )


def _id(row: Row, debtor: Party, batch: ImportBatch) -> UUID:
    """Of the source's reference; without one, of whom, when and how."""
    named = row["reference"] or f"{debtor.pk}|{row['contacted_at'].isoformat()}|{row['channel']}|{row['phone']}"
    return uuid5(NAMESPACE, f"{batch.source_system}|{named}")


def _reached(row: Row) -> bool:
    """A letter or message is sent, not met; a call without a result counts as one that was answered."""
    if row["channel"] in (Channel.LETTER.value, Channel.SMS.value):
        return row["outcome"] in ("reached", "promised", "refused")
    return row["outcome"] not in NOT_REACHED


def _stored(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def _mark_working(worked: dict[int, datetime]) -> None:
    for phone in Phone.objects.filter(pk__in=worked):
        if phone.last_success_at is None or phone.last_success_at < worked[phone.pk]:
            Phone.objects.filter(pk=phone.pk).update(last_success_at=worked[phone.pk])


def _unknown(row: Row) -> Refused:
    key = row["customer_key"] or row["loan_key"] or ""
    reason = Message(gettext_noop("Customer or loan %(key)s is not in the book of your branch"), {"key": key})
    remedy = Message(gettext_noop("Import the loan book first, or correct the number."))
    return Refused(row["row"], "customer_key" if row["customer_key"] else "loan_key", key, reason, remedy)
