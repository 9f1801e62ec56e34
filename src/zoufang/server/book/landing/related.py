"""Files of related parties and of collateral, for loans that are in the book already."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
from django.db import transaction

from zoufang.core.values import Message, gettext_noop
from zoufang.files.validate import Checked
from zoufang.server.book import bulk
from zoufang.server.book.landing.people import Progress, Register
from zoufang.server.book.landing.prepare import Refused, complete
from zoufang.server.book.landing.roles import stage_collateral, stage_roles
from zoufang.server.book.landing.sealing import sealers
from zoufang.server.book.landing.switch import record_landing
from zoufang.server.book.landing.waiting import Waiting, waiting_room
from zoufang.server.book.models import ImportBatch
from zoufang.server.staff.models import Branch

PLACED = (
    "county",
    "township",
    "village",
    "lat",
    "lon",
)  # of the address, without which nobody can be routed there


def land_parties(
    *,
    batch: ImportBatch,
    checked: Checked,
    actor: str,
    at: datetime,
    today: date,
    progress: Progress,
) -> list[Refused]:
    rows, refused = on_known_loans(complete(checked.good, "parties"), batch)
    told = pl.concat([rows, _further(rows, checked.phones)])
    roles = told.select(
        "loan_id",
        "branch_id",
        "role",
        "name",
        "id_number",
        "phone",
        pl.col("address").alias("home_address"),
        pl.col("party_kind").fill_null("person").alias("kind"),
        pl.col("guarantee_kind").alias("guarantee"),
        "guarantee_until",
        pl.col("source").alias("source_code"),
        *PLACED,
    )
    with waiting_room() as waiting, sealers() as workers:
        register = Register(batch, waiting, workers)
        stage_roles(roles, rows["loan_id"], register)
        batch.counts["landed"] = rows.height
        _switch(batch, waiting, actor, at, today)
    return refused


def _further(rows: pl.DataFrame, phones: pl.DataFrame) -> pl.DataFrame:
    """The same people again, each with another number of theirs."""
    own = phones.filter(pl.col("whose") == "").select("row", phone="number")
    return rows.drop("phone").join(own, on="row", maintain_order="left").select(rows.columns)


def land_collateral(
    *,
    batch: ImportBatch,
    checked: Checked,
    actor: str,
    at: datetime,
    today: date,
    progress: Progress,
) -> list[Refused]:
    rows, refused = on_known_loans(complete(checked.good, "collateral"), batch)
    things = rows.with_columns(pl.col("security").fill_null("mortgage").alias("kind"))
    with waiting_room() as waiting:
        batch.counts["landed"] = stage_collateral(things, rows["loan_id"], waiting)
        _switch(batch, waiting, actor, at, today)
    return refused


@transaction.atomic
def _switch(batch: ImportBatch, waiting: Waiting, actor: str, at: datetime, today: date) -> None:
    waiting.parties.land()
    for table in (waiting.phones, waiting.addresses, waiting.roles, waiting.collateral):
        table.land()
    batch.as_of, batch.status = today, ImportBatch.Status.LANDED
    batch.save()
    record_landing(batch, actor, at)


def on_known_loans(frame: pl.DataFrame, batch: ImportBatch) -> tuple[pl.DataFrame, list[Refused]]:
    """Rows with loan_id, party_id (the debtor) and branch_id; the others by name."""
    rows = frame.join(_loans(batch), on="loan_key", how="left", maintain_order="left")
    reason = gettext_noop("Loan %(loan)s is not in the book of your branch")
    remedy = Message(gettext_noop("Import the loan book first, or correct the loan number."))
    refused = [
        Refused(row, "loan_key", key, Message(reason, {"loan": key}), remedy)
        for row, key in rows.filter(pl.col("loan_id").is_null()).select("row", "loan_key").iter_rows()
    ]
    return rows.filter(pl.col("loan_id").is_not_null()), refused


def _loans(batch: ImportBatch) -> pl.DataFrame:
    own = Branch.objects.filter(path__startswith=batch.branch.path).values_list("pk", flat=True)
    places = ", ".join(["%s"] * len(own))
    sql = (
        f"SELECT l.source_key, {bulk.hex_of('l.id')}, {bulk.hex_of('l.debtor_id')}, s.branch_id "
        "FROM book_loan l JOIN book_loanstate s ON s.loan_id = l.id "
        f"WHERE l.source_system = %s AND s.branch_id IN ({places})"
    )
    columns = {"loan_key": pl.String, "loan_id": pl.String, "party_id": pl.String, "branch_id": pl.Int64}
    return bulk.frame(sql, [batch.source_system, *own], columns)
