"""The loan book's way in: staged in pieces that show nowhere, then one short switch."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import date, datetime

import polars as pl

from zoufang.core.errors import BadInput
from zoufang.core.values import Message, gettext_noop
from zoufang.files.validate import Checked
from zoufang.server.book import bulk
from zoufang.server.book.landing.loans import FIGURES, stage_figures, stage_loans, stage_states, unclassed
from zoufang.server.book.landing.people import Progress, stage_people
from zoufang.server.book.landing.prepare import Refused, nothing_to_land, prepare_loan_book
from zoufang.server.book.landing.roles import collateral_in, roles_in, stage_collateral, stage_roles
from zoufang.server.book.landing.sealing import ADDRESSES, PHONES, PLACE, sealers
from zoufang.server.book.landing.switch import earlier_version, landed_before, switch_loan_book
from zoufang.server.book.landing.waiting import waiting_room
from zoufang.server.book.models import ImportBatch
from zoufang.server.staff.models import Branch


def land_loan_book(
    *, batch: ImportBatch, checked: Checked, actor: str, at: datetime, today: date, progress: Progress
) -> list[Refused]:
    """Stage, then switch. The rows that only the book could refuse come back; crash anywhere: nothing shows."""
    prepared = prepare_loan_book(checked.good, batch)
    if prepared.frame.is_empty():
        raise BadInput(nothing_to_land(batch))
    rows, refused = prepared.frame, prepared.refused
    batch.as_of = rows["as_of"].max()
    batch.warnings += [message.as_json() for message in prepared.warnings]
    seen = set(landed_before(batch).values_list("pk", flat=True))
    with bulk.roomy_cache(), waiting_room() as waiting, sealers(rows.height) as workers:
        known = stage_people(_debtors(rows), batch, waiting, workers, progress)
        rows = rows.join(known.rename({"source_key": "party_key"}), on="party_key", maintain_order="left")
        rows, in_book = stage_loans(rows, batch, waiting, progress)
        roles = stage_roles(roles_in(rows), in_book, batch, waiting, workers, progress)
        things = stage_collateral(collateral_in(rows), in_book, waiting)
        figures = stage_figures(rows, batch, progress)
        stage_states(pl.concat([_earlier_figures(batch), figures]), waiting)
        gone = _gone(batch, checked)
        _count(batch, rows, in_book, {"roles": roles, "collateral": things, "gone": len(gone)})
        if (note := unclassed(figures)) is not None:
            batch.warnings.append(note.as_json())
        progress("switch", 0, 1)
        started = time.perf_counter()
        switch_loan_book(batch=batch, waiting=waiting, gone=gone, seen=seen, actor=actor, at=at)
        batch.counts["switch_ms"] = round((time.perf_counter() - started) * 1000)
        ImportBatch.objects.filter(pk=batch.pk).update(counts=batch.counts)
        progress("switch", 1, 1)
    return refused


def _debtors(rows: pl.DataFrame) -> pl.DataFrame:
    columns = (
        "kind",
        "branch_id",
        "name",
        "id_number",
        "legal_rep_name",
        "lat",
        "lon",
        *PLACE,
        *PHONES,
        *ADDRESSES,
    )
    return rows.select(pl.col("party_key").alias("source_key"), *columns)


def _count(batch: ImportBatch, rows: pl.DataFrame, in_book: pl.Series, more: dict[str, int]) -> None:
    loans = rows["loan_id"].unique()
    new = loans.len() - loans.is_in(in_book.implode()).sum()
    batch.counts |= {
        "landed": rows.height,
        "customers": rows["party_id"].n_unique(),
        "loans": loans.len(),
        "new_loans": int(new),
        **more,
    }


def _gone(batch: ImportBatch, checked: Checked) -> list[str]:
    """Open loans of this source and branch that a full file tells no more. A rejected row tells its loan too."""
    if batch.mode != "full" or landed_before(batch).filter(as_of__gt=batch.as_of).exists():
        return []
    named = pl.concat([checked.good["loan_key"], checked.rejected_keys.rename("loan_key")])
    missing = _open_loans(batch).filter(~pl.col("loan_key").is_in(named.implode()))["loan_id"].to_list()
    if missing and len(checked.rejected_keys) < checked.rejected_rows:
        text = gettext_noop(
            "%(loans)s loans are missing in this full file; they stay, because rejected rows name no loan."
        )
        batch.warnings.append(Message(text, {"loans": len(missing)}).as_json())
        return []
    if missing:
        text = gettext_noop("%(loans)s loans are missing in this full file and have left the book.")
        batch.warnings.append(Message(text, {"loans": len(missing)}).as_json())
    return missing


def _open_loans(batch: ImportBatch) -> pl.DataFrame:
    branches = _below(batch.branch)
    places = ", ".join(["%s"] * len(branches))
    sql = (
        f"SELECT {bulk.hex_of('s.loan_id')}, l.source_key FROM book_loanstate s "
        "JOIN book_loan l ON l.id = s.loan_id "
        f"WHERE s.open AND l.source_system = %s AND s.branch_id IN ({places})"
    )
    return bulk.frame(sql, [batch.source_system, *branches], {"loan_id": pl.String, "loan_key": pl.String})


def _below(branch: Branch) -> list[int]:
    found: Iterable[int] = Branch.objects.filter(path__startswith=branch.path).values_list("pk", flat=True)
    return list(found)


def _earlier_figures(batch: ImportBatch) -> pl.DataFrame:
    """Where this file corrects another: what the book knew before of the loans that the other file told.

    They count again for loans that the corrected file no longer names; for the others the later day wins.
    """
    old = earlier_version(batch)
    if old is None:
        return pl.DataFrame(schema=FIGURES)
    columns = ", ".join(f"g.{name}" for name in list(FIGURES)[3:])
    sql = (
        f"SELECT {bulk.hex_of('g.loan_id')}, l.branch_id, CAST(g.as_of AS varchar(10)), {columns} "
        "FROM book_givenfigure g JOIN book_loan l ON l.id = g.loan_id "
        "JOIN book_importbatch b ON b.id = g.batch_id "
        "WHERE b.status = 'landed' AND b.id <> %s AND g.as_of <= %s AND g.loan_id IN ("
        "SELECT loan_id FROM book_givenfigure WHERE batch_id = %s)"
    )
    found = bulk.frame(sql, [bulk.key(old.pk), batch.as_of, bulk.key(old.pk)], FIGURES | {"as_of": pl.String})
    return found.with_columns(pl.col("as_of").str.to_date())
