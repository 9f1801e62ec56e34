"""The one moment in which a loan book changes: short, whole, and told in the audit trail."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from zoufang.core.errors import Conflict
from zoufang.server.audit import services as audit
from zoufang.server.book import bulk
from zoufang.server.book.landing.waiting import LOAN_FIELDS, STATE_FIELDS, Waiting
from zoufang.server.book.models import ImportBatch, LoanState


def _update(fields: list[str], keep: tuple[str, ...] = ()) -> str:
    return ", ".join(f"{name} = excluded.{name}" for name in fields if name not in keep)


_IDENTITY = ["sealed", "name_index", "id_index", "id_last4_index"]
_LOAN = [{"debtor": "debtor_id", "branch": "branch_id"}.get(name, name) for name in LOAN_FIELDS]
_STATE = ["open" if n == "open" else {"loan": "loan_id", "branch": "branch_id"}.get(n, n) for n in STATE_FIELDS]
PARTY_CHANGED = f"(id) DO UPDATE SET {_update(_IDENTITY)}"
LOAN_CHANGED = "(id) DO UPDATE SET " + _update(
    _LOAN, ("id", "source_system", "source_key", "debtor_id", "currency", "first_batch")
)
# What a member of staff noted of a person stands above any file.
NEEDS_CHANGED = (
    f"(party_id) DO UPDATE SET {_update(['sealed', 'noted_on'])} WHERE book_visitneeds.noted_by_id IS NULL"
)
# A day that lies behind the state's own does not turn it back.
STATE_CHANGED = (
    f"(loan_id) DO UPDATE SET {_update(_STATE, ('loan_id', 'computed_five_class'))} "
    "WHERE book_loanstate.as_of <= excluded.as_of"
)


def landed_before(batch: ImportBatch) -> QuerySet[ImportBatch]:
    """Batches of the same source and kind that count now."""
    return ImportBatch.objects.filter(
        kind=batch.kind, source_system=batch.source_system, status=ImportBatch.Status.LANDED
    )


def earlier_version(batch: ImportBatch) -> ImportBatch | None:
    """The landed batch that this one corrects: same source, day, mode and branch."""
    same = {"as_of": batch.as_of, "mode": batch.mode, "branch": batch.branch}
    return landed_before(batch).filter(**same).order_by("-at").first()


@transaction.atomic
def switch_loan_book(
    *, batch: ImportBatch, waiting: Waiting, gone: list[str], seen: set[UUID], actor: str, at: datetime
) -> ImportBatch:
    """Let everything staged count at once; Conflict when another file of this source landed meanwhile.

    `seen`: the landed batches on which staging was built; `gone`: ids of loans that left the source's full file.
    """
    ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if set(landed_before(batch).values_list("pk", flat=True)) != seen:
        raise Conflict(f"Another file of {batch.source_system} landed meanwhile. Import {batch.file_name} again.")
    old = earlier_version(batch)
    if old is not None:
        _withdraw(old, batch)
    _land(waiting)
    _close(gone)
    batch.supersedes, batch.status = old, ImportBatch.Status.LANDED
    batch.save()
    record_landing(batch, actor, at)
    return batch


def record_landing(batch: ImportBatch, actor: str, at: datetime) -> None:
    audit.record(
        at=at,
        actor=actor,
        action="import_file",
        subject_kind="import",
        subject_id=batch.pk,
        branch_code=batch.branch.code,
        details={"sha256": batch.sha256, "kind": batch.kind, "source": batch.source_system} | batch.counts,
    )


def _land(waiting: Waiting) -> None:
    waiting.parties.land(PARTY_CHANGED)
    for table in (waiting.phones, waiting.addresses, waiting.roles, waiting.collateral):
        table.land()
    waiting.needs.land(NEEDS_CHANGED)
    waiting.loans.land(LOAN_CHANGED)
    waiting.states.land(STATE_CHANGED)


def _withdraw(old: ImportBatch, new: ImportBatch) -> None:
    """The corrected file's states go, unless the new file tells the loan; earlier figures were staged again."""
    bulk.execute(
        "DELETE FROM book_loanstate WHERE figure_source = 'given' AND given_on <= %s AND loan_id IN ("
        "SELECT g.loan_id FROM book_givenfigure g WHERE g.batch_id = %s AND NOT EXISTS ("
        "SELECT 1 FROM book_givenfigure n WHERE n.batch_id = %s AND n.loan_id = g.loan_id))",
        [old.as_of, bulk.key(old.pk), bulk.key(new.pk)],
    )
    old.status = ImportBatch.Status.SUPERSEDED
    old.save(update_fields=["status"])


def _close(gone: list[str]) -> None:
    for start in range(0, len(gone), bulk.READ):
        ids = [bulk.as_uuid(loan) for loan in gone[start : start + bulk.READ]]
        LoanState.objects.filter(pk__in=ids).update(open=False)
