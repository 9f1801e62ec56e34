"""The loan book's way in: staged in pieces that show nowhere, then one short switch."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

import polars as pl

from zoufang.core.errors import BadInput
from zoufang.core.values import Message, gettext_noop
from zoufang.files.validate import Checked
from zoufang.server.book import bulk
from zoufang.server.book.landing.loans import (
    FIGURES,
    known_terms,
    stage_figures,
    stage_loans,
    stage_states,
    unclassed,
    untold_arrears,
)
from zoufang.server.book.landing.needs import stage_needs
from zoufang.server.book.landing.people import Progress, Register
from zoufang.server.book.landing.prepare import (
    Refused,
    by_sealed_person,
    last_day,
    nothing_to_land,
    prepare_loan_book,
)
from zoufang.server.book.landing.roles import collateral_in, more_roles, roles_in, stage_collateral, stage_roles
from zoufang.server.book.landing.sealing import ADDRESSES, PHONES, PLACE, sealers
from zoufang.server.book.landing.smaller import refuse_much_smaller
from zoufang.server.book.landing.switch import earlier_version, landed_before, switch_loan_book
from zoufang.server.book.landing.waiting import waiting_room
from zoufang.server.book.models import ImportBatch
from zoufang.server.staff.models import Branch

BLOCK = 50_000


def land_loan_book(
    *,
    batch: ImportBatch,
    checked: Checked,
    actor: str,
    at: datetime,
    today: date,
    progress: Progress,
    accept_smaller: bool = False,
) -> list[Refused]:
    """Stage, then switch. The rows that only the book could refuse come back; crash anywhere: nothing shows."""
    checked = by_sealed_person(checked, batch)
    prepared = prepare_loan_book(checked.good, batch)
    if prepared.frame.is_empty():
        raise BadInput(nothing_to_land(batch))
    batch.as_of = last_day(prepared.frame["as_of"])
    if not accept_smaller:
        refuse_much_smaller(batch, prepared.frame.height)
    batch.warnings += [message.as_json() for message in prepared.warnings]
    seen = set(landed_before(batch).values_list("pk", flat=True))
    with bulk.roomy_cache(), waiting_room() as waiting, sealers() as workers:
        _stage(prepared.frame, checked.phones, batch, Register(batch, waiting, workers), progress)
        stage_states(_earlier_figures(batch), waiting)
        for note in (unclassed(prepared.frame), untold_arrears(prepared.frame)):
            if note is not None:
                batch.warnings.append(note.as_json())
        gone = _gone(batch, checked)
        batch.counts["gone"] = len(gone)
        progress("switch", 0, 1)
        started = time.perf_counter()
        switch_loan_book(batch=batch, waiting=waiting, gone=gone, seen=seen, actor=actor, at=at)
        batch.counts["switch_ms"] = round((time.perf_counter() - started) * 1000)
        ImportBatch.objects.filter(pk=batch.pk).update(counts=batch.counts)
        progress("switch", 1, 1)
    return prepared.refused


def _stage(
    rows: pl.DataFrame, phones: pl.DataFrame, batch: ImportBatch, register: Register, progress: Progress
) -> None:
    """Block by block, all rows of a customer in one block, so that memory does not grow with the file."""
    known = known_terms(batch.source_system)
    blocks = -(-rows.height // BLOCK)
    number = rows["party_key"].hash() % blocks
    counts: Counter[str] = Counter()
    done = 0
    for block in range(blocks):
        part = rows.filter(number == block)
        more = phones.filter(pl.col("row").is_in(part["row"].implode())) if phones.height else phones
        people = register.stage(_debtors(part, more)).rename({"source_key": "party_key"})
        part = part.join(people, on="party_key", maintain_order="left")
        stage_needs(part, batch, register.waiting)
        part = stage_loans(part, known, batch, register.waiting)
        stage_states(stage_figures(part, batch), register.waiting)
        roles = pl.concat([roles_in(part), more_roles(part, more)]) if more.height else roles_in(part)
        counts["roles"] += stage_roles(roles, known["loan_id"], register)
        counts["collateral"] += stage_collateral(collateral_in(part), known["loan_id"], register.waiting)
        counts.update(_counted(part, known["loan_id"]))
        progress("stage", done := done + part.height, rows.height)
    batch.counts |= dict(counts)


def _debtors(rows: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    """One row a loan; a further number of the debtor's own is a further row of theirs that tells nothing else."""
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
    people = rows.select(pl.col("party_key").alias("source_key"), *columns)
    own = more.filter(pl.col("field").is_in(PHONES) & (pl.col("whose") == ""))
    if own.is_empty():
        return people
    told = rows.join(own.select("row", "number"), on="row", maintain_order="left")
    nothing = [pl.lit(None, pl.String).alias(name) for name in (*PHONES[1:], *ADDRESSES)]
    further = told.with_columns(pl.col("number").alias(PHONES[0]), *nothing)
    return pl.concat([people, further.select(pl.col("party_key").alias("source_key"), *columns)])


def _counted(part: pl.DataFrame, known: pl.Series) -> dict[str, int]:
    loans = part["loan_id"].unique()
    return {
        "landed": part.height,
        "customers": part["party_id"].n_unique(),
        "loans": loans.len(),
        "new_loans": int(loans.len() - loans.is_in(known.implode()).sum()),
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
    """Where this file corrects another: what the book knew before of loans that only the other file told."""
    old = earlier_version(batch)
    if old is None:
        return pl.DataFrame(schema=FIGURES)
    columns = ", ".join(f"g.{name}" for name in list(FIGURES)[3:])
    sql = (
        f"SELECT {bulk.hex_of('g.loan_id')}, l.branch_id, CAST(g.as_of AS varchar(10)), {columns} "
        "FROM book_givenfigure g JOIN book_loan l ON l.id = g.loan_id "
        "JOIN book_importbatch b ON b.id = g.batch_id "
        "WHERE b.status = 'landed' AND b.id <> %s AND g.as_of <= %s AND g.loan_id IN ("
        "SELECT o.loan_id FROM book_givenfigure o WHERE o.batch_id = %s AND NOT EXISTS ("
        "SELECT 1 FROM book_givenfigure n WHERE n.batch_id = %s AND n.loan_id = o.loan_id))"
    )
    params = [bulk.key(old.pk), batch.as_of, bulk.key(old.pk), bulk.key(batch.pk)]
    found = bulk.frame(sql, params, FIGURES | {"as_of": pl.String})
    return found.with_columns(pl.col("as_of").str.to_date())
