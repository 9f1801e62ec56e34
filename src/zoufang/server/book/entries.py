"""Dated facts of loans: written once under (source system, reference), appended and never edited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from zoufang.core.errors import Conflict
from zoufang.server.audit import services as audit
from zoufang.server.book import bulk
from zoufang.server.book.models import ImportBatch, LoanEntry
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require

PIECE = 5_000
FIELDS = [
    "id",
    "loan",
    "kind",
    "on",
    "until",
    "amount_fen",
    "principal_fen",
    "interest_fen",
    "fees_fen",
    "source_system",
    "reference",
    "reverses",
    "restructure",
    "refinanced",
    "note",
    "channel",
    "number",
    "version",
    "effective_on",
    "posted_on",
    "batch",
    "simulated",
]


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One fact to append. A reversal's amount is negative and `reverses` names the entry that it undoes."""

    loan_id: UUID
    kind: LoanEntry.Kind
    on: date
    source_system: str
    reference: str
    posted_on: date
    amount_fen: int = 0
    principal_fen: int = 0
    interest_fen: int = 0
    fees_fen: int = 0
    until: date | None = None
    reverses: str = ""
    restructure: str = ""
    refinanced: bool = False
    note: str = ""
    channel: str = ""
    number: int | None = None
    version: str = ""
    effective_on: date | None = None

    @property
    def body(self) -> tuple[object, ...]:
        """What makes two entries of one reference the same; when we heard of it is no part of it."""
        return self.loan_id, str(self.kind), self.on, self.amount_fen, self.reverses, self.until


@transaction.atomic
def write_entries(
    *,
    entries: Sequence[NewEntry],
    by: User | None,
    branch: Branch,
    at: datetime,
    batch: ImportBatch | None = None,
    simulated: bool = False,
) -> list[UUID]:
    """Append what is new and answer the loans that it touches. A reference with another body is a Conflict."""
    if by is not None:
        require(by, "import_file", branch)
    fresh = new_among(entries)
    append(fresh, batch, simulated=simulated)
    if fresh:
        audit.record(
            at=at,
            actor=by.employee_no if by else "system",
            action="write_entries",
            subject_kind="import" if batch else "book",
            subject_id=batch.pk if batch else branch.code,
            branch_code=branch.code,
            details={"entries": len(fresh)},
        )
    return list(dict.fromkeys(entry.loan_id for entry in fresh))


def new_among(entries: Sequence[NewEntry]) -> list[NewEntry]:
    """Those whose reference is not stored yet; Conflict names the first that carries another body."""
    fresh: dict[tuple[str, str], NewEntry] = {}
    for piece in _pieces(entries):
        stored = stored_bodies(piece)
        for entry in piece:
            key = (entry.source_system, entry.reference)
            before = stored.get(key) or (fresh[key].body if key in fresh else None)
            if before is None:
                fresh[key] = entry
            elif before != entry.body:
                raise Conflict(
                    f"Entry {entry.reference} of {entry.source_system} is stored with other content. "
                    "Correct it by a reversal and a new reference."
                )
    return list(fresh.values())


def stored_bodies(entries: Iterable[NewEntry]) -> dict[tuple[str, str], tuple[object, ...]]:
    wanted: dict[str, list[str]] = {}
    for entry in entries:
        wanted.setdefault(entry.source_system, []).append(entry.reference)
    found: dict[tuple[str, str], tuple[object, ...]] = {}
    for system, references in wanted.items():
        rows = LoanEntry.objects.filter(source_system=system, reference__in=references).values_list(
            "reference", "loan_id", "kind", "on", "amount_fen", "reverses", "until"
        )
        found |= {(system, row[0]): row[1:] for row in rows}
    return found


def append(entries: Sequence[NewEntry], batch: ImportBatch | None, *, simulated: bool = False) -> None:
    """Rows only: whoever calls has checked permission and references, and writes the audit line."""
    batch_key = bulk.key(batch.pk) if batch else None
    for piece in _pieces(entries):
        ids = bulk.new_ids(len(piece))
        bulk.insert(
            LoanEntry,
            FIELDS,
            [entry_row(i, entry, batch_key, simulated) for i, entry in zip(ids, piece, strict=True)],
        )


def entry_row(new_id: str, entry: NewEntry, batch: str | None, simulated: bool) -> bulk.Row:
    """As FIELDS, ready for a bulk write."""
    return (
        new_id,
        bulk.key(entry.loan_id),
        str(entry.kind),
        entry.on.isoformat(),
        entry.until.isoformat() if entry.until else None,
        entry.amount_fen,
        entry.principal_fen,
        entry.interest_fen,
        entry.fees_fen,
        entry.source_system,
        entry.reference,
        entry.reverses,
        entry.restructure,
        entry.refinanced,
        entry.note,
        entry.channel,
        entry.number,
        entry.version,
        entry.effective_on.isoformat() if entry.effective_on else None,
        entry.posted_on.isoformat(),
        batch,
        simulated,
    )


def _pieces(entries: Sequence[NewEntry]) -> Iterable[Sequence[NewEntry]]:
    for start in range(0, len(entries), PIECE):
        yield entries[start : start + PIECE]
