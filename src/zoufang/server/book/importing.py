"""One file into the book: read, check, stage, switch; or say why not. Safe to repeat after any interruption."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from zoufang.core.errors import BadInput
from zoufang.core.values import BANK_ZONE, Message
from zoufang.files.mapping import Mapping
from zoufang.files.mapping_toml import parse_mapping, write_mapping
from zoufang.files.problems import Reject
from zoufang.files.tables import read_table
from zoufang.files.validate import Checked, check
from zoufang.server.book import bulk, vault
from zoufang.server.book.ageing import reage
from zoufang.server.book.landing.loan_book import land_loan_book
from zoufang.server.book.landing.payments import land_payments
from zoufang.server.book.landing.prepare import Refused, nothing_to_land
from zoufang.server.book.landing.related import land_collateral, land_parties
from zoufang.server.book.landing.schedules import land_schedules
from zoufang.server.book.models import GivenFigure, ImportBatch, LoanEntry, RejectedRow
from zoufang.server.book.snapshots import write_snapshot
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Branch, Level, User
from zoufang.server.staff.permissions import require

Progress = Callable[[str, int, int], None]
Status = ImportBatch.Status
KEPT_REJECTS = 100_000
REJECT_FIELDS = ["batch", "sheet", "row", "column", "sealed_value", "reason", "remedy"]


class Lander(Protocol):
    """Takes the checked rows of one kind of file into the database and answers the rows it had to refuse."""

    def __call__(
        self,
        *,
        batch: ImportBatch,
        checked: Checked,
        actor: str,
        at: datetime,
        today: date,
        progress: Progress,
    ) -> list[Refused]: ...


# Kind of file → who lands it. Outreach, which stands above the book, adds its contact log when it starts.
LANDERS: dict[str, Lander] = {
    "loan_book": land_loan_book,
    "payments": land_payments,
    "schedules": land_schedules,
    "parties": land_parties,
    "collateral": land_collateral,
}


def no_progress(stage: str, done: int, total: int) -> None:
    """For callers who show none."""


def import_file(
    *,
    path: Path,
    mapping: Mapping,
    by: User | None,
    today: date,
    at: datetime,
    progress: Progress = no_progress,
    file_name: str = "",
    accept_smaller: bool = False,
) -> ImportBatch:
    """Land what is good, keep what is not with its reason. Without `by` the system acts for the head office.

    The same file with the same mapping answers a batch that says unchanged and is not stored; a file with no row
    to land is kept as failed. NotPermitted, BadInput (file or mapping), Conflict (another file of this source
    landed meanwhile). A loan book that tells far fewer loans than the one before is kept as failed, with both
    counts, unless `accept_smaller` says that a person has looked.
    """
    branch = _own_branch(by)
    if by is not None:
        require(by, "import_file", branch)
    vault.require_settled()
    table = read_table(path, mapping)
    batch = _batch(path, table.sha256, mapping, branch, by, at, file_name)
    if batch.status == Status.UNCHANGED:
        return batch

    def reading(done: int, whole: int) -> None:
        progress("check", done, whole)

    # The checked rows are let go before what follows, which reads the whole book again.
    _take(batch, check(table, mapping, today=today, progress=reading), by, today, at, progress, accept_smaller)
    _follow_up(batch, today)
    return batch


def _take(
    batch: ImportBatch,
    checked: Checked,
    by: User | None,
    today: date,
    at: datetime,
    progress: Progress,
    accept_smaller: bool,
) -> None:
    _tell(batch, checked)
    actor = by.employee_no if by else "system"
    refused: list[Refused] = []
    _keep(batch, checked.each_reject(KEPT_REJECTS))
    try:
        if checked.good.is_empty():
            raise BadInput(nothing_to_land(batch))
        sure = accept_smaller and batch.kind == "loan_book"
        lander = partial(land_loan_book, accept_smaller=True) if sure else LANDERS[batch.kind]
        refused = lander(
            batch=batch,
            checked=checked,
            actor=actor,
            at=at,
            today=today,
            progress=progress,
        )
    except BadInput as error:
        _fail(batch, error)
    except BaseException:
        _withdraw_staged(batch)
        raise
    _keep(batch, [fault.placed(checked.places) for fault in refused])
    batch.counts = {**batch.counts, "rejected": batch.counts["rejected"] + len({fault.row for fault in refused})}
    ImportBatch.objects.filter(pk=batch.pk).update(counts=batch.counts)


def _follow_up(batch: ImportBatch, today: date) -> None:
    """Loans with instalments are aged beside the bank's new figures, and the months' snapshots written."""
    if batch.status != Status.LANDED or batch.kind != "loan_book":
        return
    told = GivenFigure.objects.filter(batch=batch)
    scheduled = LoanEntry.objects.filter(kind=LoanEntry.Kind.DUE, loan__in=told.values("loan"))
    reage(loan_ids=scheduled.values_list("loan_id", flat=True).distinct(), today=today)
    for day in told.order_by("as_of").values_list("as_of", flat=True).distinct():
        write_snapshot(as_of=day)


def day_of_receipt() -> date:
    """Up to which day a file may speak: the bank's date, or its calendar day where that has gone on."""
    return max(business_date(), now().astimezone(BANK_ZONE).date())


def _own_branch(by: User | None) -> Branch:
    if by is not None and by.branch is not None:
        return by.branch
    head = Branch.objects.filter(level=Level.HEAD_OFFICE).order_by("pk").first()
    if head is None:
        raise BadInput("This installation has no head office yet. Run `zoufang init` or `zoufang demo`.")
    return head


def _batch(
    path: Path, sha256: str, mapping: Mapping, branch: Branch, by: User | None, at: datetime, file_name: str
) -> ImportBatch:
    """A new batch; the one that an interruption left behind; or an unsaved one that says: unchanged."""
    same = ImportBatch.objects.filter(sha256=sha256, mapping=write_mapping(mapping), branch=branch)
    if (landed := same.filter(status=Status.LANDED).first()) is not None:
        landed.status = Status.UNCHANGED
        landed.counts = {"rows": landed.counts.get("rows", 0), "landed": 0, "rejected": 0, "unchanged": True}
        landed.warnings = []
        return landed
    if (interrupted := same.filter(status__in=(Status.STAGED, Status.FAILED)).first()) is not None:
        interrupted.rejects.all().delete()
        interrupted.status, interrupted.by, interrupted.at = Status.STAGED, by, at
        interrupted.counts, interrupted.warnings = {}, []
        interrupted.save()
        return interrupted
    key = new_id()
    return ImportBatch.objects.create(
        id=key,
        kind=mapping.kind,
        file_name=(file_name or path.name)[:200],
        sha256=sha256,
        mapping=write_mapping(mapping),
        source_system=mapping.system,
        mode=mapping.mode,
        currency=mapping.currency,
        branch=branch,
        by=by,
        at=at,
        wrapped_key=vault.wrap(vault.new_key(), str(key)),
    )


def _tell(batch: ImportBatch, checked: Checked) -> None:
    batch.warnings = [message.as_json() for message in checked.warnings]
    batch.counts = {"rows": checked.records, "rejected": checked.rejected_rows, "problems": checked.problems}
    batch.counts["totals"] = [{"agrees": t.agrees, "message": t.message.as_json()} for t in checked.totals]
    batch.save(update_fields=["warnings", "counts"])


def _fail(batch: ImportBatch, error: BadInput) -> None:
    cause = error.args[0] if error.args else ""
    message = cause if isinstance(cause, Message) else Message("%(text)s", {"text": str(error)})
    batch.status = Status.FAILED
    batch.warnings = [*batch.warnings, message.as_json()]
    batch.counts = {**batch.counts, "landed": 0}
    batch.save()


def _withdraw_staged(batch: ImportBatch) -> None:
    """Figures that an interrupted run left: they never counted, and a new run makes them again."""
    if not ImportBatch.objects.filter(pk=batch.pk, status=Status.LANDED).exists():
        bulk.execute("DELETE FROM book_givenfigure WHERE batch_id = %s", [bulk.key(batch.pk)])
        ImportBatch.objects.filter(pk=batch.pk).update(status=Status.FAILED)


def _keep(batch: ImportBatch, faults: Iterable[Reject | Refused]) -> None:
    """The value may be personal: it is sealed with the batch's key. Columns are called as the file calls them."""
    headers = {rule.field: rule.label for rule in parse_mapping(batch.mapping).columns}
    rows = [
        (
            bulk.key(batch.pk),
            fault.sheet[:40],
            fault.row,
            headers.get(fault.column, fault.column)[:80],
            vault.seal(batch.key, fault.value, "reject"),
            json.dumps(_without_value(fault.reason)),
            json.dumps(_without_value(fault.remedy)),
        )
        for fault in faults
    ]
    for start in range(0, len(rows), bulk.READ):
        bulk.insert(RejectedRow, REJECT_FIELDS, rows[start : start + bulk.READ])


def _without_value(reason: Message) -> dict[str, Any]:
    """The value stands sealed beside it, so the reason's text carries a place for it only."""
    stored = reason.as_json()
    stored["params"] = {name: value for name, value in stored["params"].items() if name != "value"}
    return stored
