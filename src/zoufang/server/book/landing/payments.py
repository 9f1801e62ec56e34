"""Payments and reversals: each reference once, each on a loan of the book, or refused by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import polars as pl
from django.db import transaction

from zoufang.core.values import Message, format_yuan, gettext_noop
from zoufang.files.validate import Checked
from zoufang.server.book.ageing import reage
from zoufang.server.book.entries import NewEntry, append, stored_bodies
from zoufang.server.book.landing.prepare import Refused, complete, last_day
from zoufang.server.book.landing.switch import record_landing
from zoufang.server.book.models import ImportBatch, Loan, LoanEntry
from zoufang.server.staff.models import Branch

PIECE = 5_000
Row = dict[str, Any]


@dataclass(slots=True)
class Found:
    """What the book knows of one piece of the file."""

    loans: dict[str, tuple[UUID, str]]
    stored: dict[tuple[str, str], tuple[object, ...]]
    originals: dict[str, tuple[UUID, int]]


def land_payments(
    *,
    batch: ImportBatch,
    checked: Checked,
    actor: str,
    at: datetime,
    today: date,
    progress: Callable[[str, int, int], None],
) -> list[Refused]:
    """All of the file's new entries in one transaction, then the loans they touch are aged anew."""
    frame = complete(checked.good, "payments")
    fresh, refused, known = _sort(frame, batch, today)
    batch.as_of = last_day(frame["received_on"])
    batch.counts |= {"landed": len(fresh), "known": known, "loans": len({entry.loan_id for entry in fresh})}
    with transaction.atomic():
        append(fresh, batch)
        batch.status = ImportBatch.Status.LANDED
        batch.save()
        record_landing(batch, actor, at)
    progress("payments", len(fresh), len(fresh))
    batch.counts["reaged"] = reage(loan_ids=[entry.loan_id for entry in fresh], today=today)
    ImportBatch.objects.filter(pk=batch.pk).update(counts=batch.counts)
    return refused


def _sort(frame: pl.DataFrame, batch: ImportBatch, today: date) -> tuple[list[NewEntry], list[Refused], int]:
    """New entries, refused rows, and how many were there already."""
    fresh: dict[str, NewEntry] = {}
    refused: list[Refused] = []
    known = 0
    for start in range(0, frame.height, PIECE):
        rows = list(frame.slice(start, PIECE).iter_rows(named=True))
        found = _found(rows, batch)
        for row in rows:
            if isinstance(problem := _problem(row, found, fresh, batch.branch), Refused):
                refused.append(problem)
                continue
            entry = _entry(row, found, batch.source_system, today)
            before = found.stored.get((entry.source_system, entry.reference))
            if before is None:
                fresh[entry.reference] = entry
            elif before == entry.body:
                known += 1
            else:
                refused.append(_other_body(row))
    return list(fresh.values()), refused, known


def _found(rows: list[Row], batch: ImportBatch) -> Found:
    keys = {row["loan_key"] for row in rows}
    loans = Loan.objects.filter(source_system=batch.source_system, source_key__in=keys, state__isnull=False)
    references = {row["reference"] for row in rows}
    undone = {row["reversal_of"] for row in rows if row["reversal_of"]}
    entries = LoanEntry.objects.filter(source_system=batch.source_system, reference__in=undone)
    probes = [
        NewEntry(UUID(int=0), LoanEntry.Kind.PAYMENT, date.min, batch.source_system, r, date.min)
        for r in references
    ]
    return Found(
        {key: (pk, path) for key, pk, path in loans.values_list("source_key", "pk", "branch__path")},
        stored_bodies(probes),
        {ref: (loan, fen) for ref, loan, fen in entries.values_list("reference", "loan_id", "amount_fen")},
    )


def _problem(row: Row, found: Found, fresh: dict[str, NewEntry], own: Branch) -> Refused | None:
    loan = found.loans.get(row["loan_key"])
    if loan is None:
        reason = Message(gettext_noop("Loan %(loan)s is not in the book"), {"loan": row["loan_key"]})
        remedy = gettext_noop("Import the loan book first, or correct the loan number.")
        return Refused(row["row"], "loan_key", row["loan_key"], reason, Message(remedy))
    if not loan[1].startswith(own.path):
        reason = Message(gettext_noop("This loan belongs to a branch outside your own"))
        remedy = gettext_noop("Ask the branch itself, or the head office, to import this row.")
        return Refused(row["row"], "loan_key", row["loan_key"], reason, Message(remedy))
    if row["amount_fen"] == 0:
        reason = Message(gettext_noop("The amount is zero"))
        remedy = gettext_noop("Correct the amount, or delete the row.")
        return Refused(row["row"], "amount", "0", reason, Message(remedy))
    return _reversal_problem(row, found, fresh, loan[0])


def _reversal_problem(row: Row, found: Found, fresh: dict[str, NewEntry], loan_id: UUID) -> Refused | None:
    """A reversal undoes one whole entry of the same loan."""
    reference = row["reversal_of"]
    if not reference:
        if row["amount_fen"] > 0:
            return None
        reason = Message(gettext_noop("A negative amount names no payment that it reverses"))
        give = gettext_noop("Give the original's reference under 冲正原流水号.")
        return Refused(row["row"], "reversal_of", "", reason, Message(give))
    original = found.originals.get(reference)
    if original is None and reference in fresh:
        original = (fresh[reference].loan_id, fresh[reference].amount_fen)
    if original == (loan_id, abs(row["amount_fen"])):
        return None
    remedy = Message(
        gettext_noop("Correct the reference, the loan or the amount; a reversal undoes a whole payment.")
    )
    reason = Message(
        gettext_noop("No payment %(reference)s of this loan and amount is known"), {"reference": reference}
    )
    return Refused(row["row"], "reversal_of", reference, reason, remedy)


def _entry(row: Row, found: Found, system: str, today: date) -> NewEntry:
    undoes = row["reversal_of"] or ""
    sign = -1 if undoes and row["amount_fen"] > 0 else 1
    return NewEntry(
        loan_id=found.loans[row["loan_key"]][0],
        kind=LoanEntry.Kind.REVERSAL if undoes else LoanEntry.Kind.PAYMENT,
        on=row["received_on"],
        source_system=system,
        reference=row["reference"],
        posted_on=max(today, row["received_on"]),
        amount_fen=sign * row["amount_fen"],
        principal_fen=sign * (row["principal_paid_fen"] or 0),
        interest_fen=sign * (row["interest_paid_fen"] or 0),
        reverses=undoes,
        channel=row["channel"] or "",
    )


def _other_body(row: Row) -> Refused:
    facts = {"reference": row["reference"], "amount": format_yuan(row["amount_fen"])}
    return Refused(
        row["row"],
        "reference",
        row["reference"],
        Message(gettext_noop("Reference %(reference)s is in the book with other content than %(amount)s"), facts),
        Message(gettext_noop("Correct a payment by a reversal and a new reference, never under its old one.")),
    )
