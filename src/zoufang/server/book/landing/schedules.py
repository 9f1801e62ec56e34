"""Instalment schedules: a loan's is taken whole or not at all, and a later one takes an earlier one's place."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from uuid import UUID

import polars as pl
from django.db import transaction
from django.db.models import Count

from zoufang.core.values import Message, gettext_noop
from zoufang.files.validate import Checked
from zoufang.server.book import bulk
from zoufang.server.book.ageing import reage
from zoufang.server.book.entries import FIELDS
from zoufang.server.book.landing.people import Progress
from zoufang.server.book.landing.prepare import Refused, complete
from zoufang.server.book.landing.related import on_known_loans
from zoufang.server.book.landing.schedule_checks import faults_in, known_loans
from zoufang.server.book.landing.switch import landed_before, record_landing
from zoufang.server.book.models import ImportBatch, LoanEntry

PIECE = 25_000
DUE = LoanEntry.Kind.DUE.value
ORDER = ("loan_key", "effective_on", "version", "number")


def land_schedules(
    *, batch: ImportBatch, checked: Checked, actor: str, at: datetime, today: date, progress: Progress
) -> list[Refused]:
    """New schedules staged, then switched at once; the loans they touch are aged anew."""
    frame, refused = on_known_loans(complete(checked.good, "schedules"), batch)
    frame = frame.sort(*ORDER, nulls_last=False, maintain_order=True)
    frame, unsound = _sound(frame, checked, today)
    zero = pl.col("principal_fen") + pl.col("interest_fen") + pl.col("fees_fen").fill_null(0) == 0
    asked = frame.filter(~zero)
    fresh = asked.filter(~pl.col("loan_id").is_in(known_loans(asked).implode()))
    loans = [bulk.as_uuid(loan) for loan in fresh["loan_id"].unique(maintain_order=True)]
    batch.as_of = today
    batch.counts |= {"landed": fresh.height, "known": asked.height - fresh.height, "loans": len(loans)}
    batch.warnings += [message.as_json() for message in _warnings(frame.height - asked.height, fresh, today)]
    with bulk.staged(LoanEntry, FIELDS) as waiting:
        for chunk in bulk.slices(fresh, PIECE):
            waiting.add(_rows(chunk, batch, today))
        _switch(batch, waiting, fresh, actor, at)
    progress("schedules", fresh.height, fresh.height)
    batch.counts["reaged"] = reage(loan_ids=loans, today=today)
    ImportBatch.objects.filter(pk=batch.pk).update(counts=batch.counts)
    return refused + unsound


def _sound(frame: pl.DataFrame, checked: Checked, today: date) -> tuple[pl.DataFrame, list[Refused]]:
    """Half a schedule would make a loan look younger than it is: one faulty row keeps the loan's others out."""
    faults = faults_in(frame, today)
    marked = {fault.row for fault in faults}
    named = frame.filter(pl.col("row").is_in(list(marked)))["loan_key"]
    bad = pl.concat([named, checked.rejected_keys.rename("loan_key")]).drop_nulls().unique()
    out = pl.col("loan_key").is_in(bad.implode())
    reason = gettext_noop(
        "Another instalment of loan %(loan)s was rejected: a schedule is taken whole or not at all"
    )
    remedy = Message(gettext_noop("Correct that row; this one is in order."))
    held = [
        Refused(row, "loan_key", key, Message(reason, {"loan": key}), remedy)
        for row, key in frame.filter(out).select("row", "loan_key").iter_rows()
        if row not in marked
    ]
    return frame.filter(~out), faults + held


def _rows(chunk: pl.DataFrame, batch: ImportBatch, today: date) -> list[bulk.Row]:
    fees = pl.col("fees_fen").fill_null(0)
    stored: dict[str, pl.Expr | pl.Series] = {
        "id": pl.Series(bulk.new_ids(chunk.height), dtype=pl.String),
        "loan": pl.col("loan_id"),
        "kind": pl.lit(DUE),
        "on": pl.col("due_on").dt.to_string("iso"),
        "amount_fen": pl.col("principal_fen") + pl.col("interest_fen") + fees,
        "principal_fen": pl.col("principal_fen"),
        "interest_fen": pl.col("interest_fen"),
        "fees_fen": fees,
        "source_system": pl.lit(batch.source_system),
        "reference": pl.concat_str(pl.lit(f"{bulk.key(batch.pk)}-"), pl.col("row").cast(pl.String)),
        "refinanced": pl.lit(value=False),
        "number": pl.col("number"),
        "version": pl.col("version").fill_null(""),
        "effective_on": pl.col("effective_on").dt.to_string("iso"),
        "posted_on": pl.lit(today.isoformat()),
        "batch": pl.lit(bulk.key(batch.pk)),
        "simulated": pl.lit(value=False),
        "until": pl.lit(None, pl.String),
    }
    return chunk.select(stored.get(name, pl.lit("")).alias(name) for name in FIELDS).rows()


@transaction.atomic
def _switch(batch: ImportBatch, waiting: bulk.Staged, fresh: pl.DataFrame, actor: str, at: datetime) -> None:
    whole = fresh.filter(pl.col("effective_on").is_null())["loan_id"].unique().to_list()
    for old in _wholly_retold(batch, whole):
        old.status = ImportBatch.Status.SUPERSEDED
        old.save(update_fields=["status"])
        batch.supersedes = old
    waiting.land()
    batch.status = ImportBatch.Status.LANDED
    batch.save()
    record_landing(batch, actor, at)


def _wholly_retold(batch: ImportBatch, loans: list[str]) -> list[ImportBatch]:
    """Files of which nothing stands any more, now that these loans have a new schedule; oldest first."""
    retold: Counter[UUID] = Counter()
    for start in range(0, len(loans), PIECE):
        ids = [bulk.as_uuid(loan) for loan in loans[start : start + PIECE]]
        told = LoanEntry.objects.filter(loan__in=ids, kind=DUE, batch__in=landed_before(batch))
        retold.update(dict(told.values_list("batch").annotate(n=Count("loan", distinct=True)).order_by()))
    dues = LoanEntry.objects.filter(kind=DUE, batch__in=list(retold))
    whole = dict(dues.values_list("batch").annotate(n=Count("loan", distinct=True)).order_by())
    gone = [key for key, count in retold.items() if count == whole[key]]
    return list(ImportBatch.objects.filter(pk__in=gone).order_by("at", "pk"))


def _warnings(zero: int, fresh: pl.DataFrame, today: date) -> list[Message]:
    messages = []
    if zero:
        text = gettext_noop("%(rows)s rows ask for nothing (0 yuan) and are no instalments.")
        messages.append(Message(text, {"rows": zero}))
    begun = fresh.filter(pl.col("due_on") <= today)["loan_id"].unique()
    paid: set[str] = set()
    for start in range(0, len(begun), PIECE):
        ids = [bulk.as_uuid(loan) for loan in begun[start : start + PIECE]]
        found = LoanEntry.objects.filter(loan__in=ids, kind=LoanEntry.Kind.PAYMENT).values_list("loan", flat=True)
        paid |= {bulk.key(loan) for loan in found.distinct()}
    if unpaid := len(begun) - len(paid):
        text = gettext_noop(
            "%(loans)s loans have instalments due and no payment in the book: "
            "our days past due count them as unpaid until their payments are imported."
        )
        messages.append(Message(text, {"loans": unpaid}))
    return messages
