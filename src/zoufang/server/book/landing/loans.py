"""Loans, the bank's own figures and the states that follow from them."""

from __future__ import annotations

import polars as pl

from zoufang.core.portfolio import ClassFacts, bucket_of, classify
from zoufang.core.values import Message, gettext_noop
from zoufang.server.book import bulk
from zoufang.server.book.landing.waiting import LOAN_FIELDS, STATE_FIELDS, Waiting
from zoufang.server.book.models import GivenFigure, ImportBatch, Loan

CHUNK = 25_000
TERMS = {
    "branch_id": pl.Int64(),
    "product": pl.String(),
    "product_name": pl.String(),
    "contract_no": pl.String(),
    "amount_fen": pl.Int64(),
    "annual_rate_bp": pl.Int64(),
    "opened_on": pl.String(),
    "matures_on": pl.String(),
    "security": pl.String(),
    "owner_no": pl.String(),
    "written_off_on": pl.String(),
}
GIVEN_FIELDS = [
    "loan",
    "batch",
    "as_of",
    "balance_fen",
    "overdue_principal_fen",
    "interest_fen",
    "penalty_fen",
    "fees_fen",
    "paid_fen",
    "dpd",
    "five_class",
]
FIGURES = {
    "loan_id": pl.String(),
    "branch_id": pl.Int64(),
    "as_of": pl.Date(),
    "balance_fen": pl.Int64(),
    "overdue_principal_fen": pl.Int64(),
    "interest_fen": pl.Int64(),
    "penalty_fen": pl.Int64(),
    "fees_fen": pl.Int64(),
    "paid_fen": pl.Int64(),
    "dpd": pl.Int64(),
    "five_class": pl.String(),
}


def stage_loans(rows: pl.DataFrame, known: pl.DataFrame, batch: ImportBatch, waiting: Waiting) -> pl.DataFrame:
    """`rows` (with party_id) plus loan_id. New loans are added, changed terms of `known` ones wait."""
    terms = _terms(rows)
    new = terms.join(known, on="loan_key", how="anti", maintain_order="left")
    new = new.with_columns(loan_id=pl.Series(bulk.new_ids(new.height), dtype=pl.String))
    for chunk in bulk.slices(new, CHUNK):
        bulk.insert(Loan, LOAN_FIELDS, _loan_rows(chunk, batch))
    for chunk in bulk.slices(_changed_terms(terms, known), CHUNK):
        waiting.loans.add(_loan_rows(chunk, batch))
    ids = pl.concat([known.select("loan_key", "loan_id"), new.select("loan_key", "loan_id")])
    return rows.join(ids, on="loan_key", maintain_order="left")


def _terms(rows: pl.DataFrame) -> pl.DataFrame:
    """The terms as each loan's last day in the file gives them. Without a date, written off since that day."""
    latest = rows.sort("as_of", maintain_order=True).unique(subset="loan_key", keep="last", maintain_order=True)
    return latest.select(
        "loan_key",
        "party_id",
        "branch_id",
        "product",
        pl.col("product_name").str.slice(0, 60),
        pl.col("contract_key").fill_null("").alias("contract_no"),
        pl.col("loan_amount_fen").alias("amount_fen"),
        (pl.col("annual_rate_ppm") / 100).round().cast(pl.Int64).alias("annual_rate_bp"),
        pl.col("opened_on").dt.to_string("iso"),
        pl.col("maturity").dt.to_string("iso").alias("matures_on"),
        "security",
        pl.col("account_owner").fill_null("").str.slice(0, 40).alias("owner_no"),
        pl.when("written_off").then(pl.col("as_of").dt.to_string("iso")).alias("written_off_on"),
    )


def known_terms(source_system: str) -> pl.DataFrame:
    """The loans of this source with their terms as they stand."""
    columns = ", ".join(name if not name.endswith("_on") else f"CAST({name} AS varchar(10))" for name in TERMS)
    sql = (
        f"SELECT source_key, {bulk.hex_of('id')}, {bulk.hex_of('debtor_id')}, {columns} "
        "FROM book_loan WHERE source_system = %s"
    )
    ids = {"loan_key": pl.String, "loan_id": pl.String, "party_id": pl.String}
    return bulk.frame(sql, [source_system], ids | TERMS)


def _changed_terms(terms: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """What the file leaves out stays as it was; a loan keeps its first write-off day and its debtor."""
    both = terms.join(known, on="loan_key", suffix="_known", maintain_order="left")
    said = {
        name: pl.col(name).replace("", None) if kind == pl.String() else pl.col(name)
        for name, kind in TERMS.items()
    }
    now = {name: pl.coalesce(value, f"{name}_known") for name, value in said.items()}
    now["written_off_on"] = pl.coalesce("written_off_on_known", "written_off_on")
    merged = both.with_columns(party_id=pl.col("party_id_known"), **now)
    return merged.filter(pl.any_horizontal(pl.col(n).ne_missing(pl.col(f"{n}_known")) for n in TERMS))


def _loan_rows(chunk: pl.DataFrame, batch: ImportBatch) -> list[bulk.Row]:
    source, currency, first = batch.source_system, batch.currency, bulk.key(batch.pk)
    return (
        chunk.select(
            "loan_id",
            pl.lit(source).alias("source_system"),
            "loan_key",
            "party_id",
            "branch_id",
            "product",
            "product_name",
            pl.lit(currency).alias("currency"),
            *(name for name in TERMS if name not in ("branch_id", "product", "product_name")),
            pl.lit(first).alias("first_batch"),
        )
    ).rows()


def stage_figures(rows: pl.DataFrame, batch: ImportBatch) -> pl.DataFrame:
    """Keep the bank's figures as given; they count once the batch lands. The figures, as FIGURES."""
    figures = rows.select(
        "loan_id",
        "branch_id",
        "as_of",
        pl.col("principal_balance_fen").alias("balance_fen"),
        "overdue_principal_fen",
        pl.col("interest_owed_fen").alias("interest_fen"),
        pl.col("penalty_interest_fen").alias("penalty_fen"),
        "fees_fen",
        pl.col("paid_in_period_fen").alias("paid_fen"),
        pl.col("dpd").cast(pl.Int64),
        pl.col("five_class").fill_null(""),
    )
    stored = figures.select(
        "loan_id",
        pl.lit(bulk.key(batch.pk)).alias("batch"),
        pl.col("as_of").dt.to_string("iso"),
        *list(FIGURES)[3:],
    )
    for chunk in bulk.slices(stored, CHUNK):
        bulk.insert(GivenFigure, GIVEN_FIELDS, chunk.rows())
    return figures


OWED = ("overdue_principal_fen", "interest_fen", "penalty_fen", "fees_fen")


def stage_states(figures: pl.DataFrame, waiting: Waiting) -> int:
    """The state of each loan on its last day; bucket and class by the core's own boundaries.

    A credit balance (an overpaid card) is nothing owed and counts as 0; the given figure keeps it. Of a loan that
    is past due with no overdue amount given at all, the balance stands in: what nobody told is not zero.
    """
    latest = figures.sort("as_of", maintain_order=True).unique(subset="loan_id", keep="last", maintain_order=True)
    placed = latest.join(_by_days(latest["dpd"]), on="dpd", maintain_order="left")
    owed = [pl.col(name).fill_null(0) for name in OWED]
    untold = (pl.col("dpd") > 0) & pl.all_horizontal(pl.col(name).is_null() for name in OWED)
    day = pl.col("as_of").dt.to_string("iso")
    states = placed.select(
        "loan_id",
        "branch_id",
        day,
        pl.col("balance_fen").clip(0),
        pl.when(untold)
        .then(pl.col("balance_fen").clip(0))
        .otherwise(pl.sum_horizontal(owed))
        .alias("arrears_fen"),
        owed[0],
        owed[1],
        owed[2] + owed[3],
        "dpd",
        "bucket",
        pl.when(pl.col("five_class") == "").then("floor").otherwise("five_class").alias("five_class"),
        pl.lit("given").alias("figure_source"),
        day.alias("given_on"),
        pl.lit("").alias("computed_five_class"),
        pl.lit(value=True).alias("open"),
    )
    assert states.width == len(STATE_FIELDS)  # noqa: S101
    for chunk in bulk.slices(states, CHUNK):
        waiting.states.add(chunk.rows())
    return states.height


def _by_days(days: pl.Series) -> pl.DataFrame:
    """bucket and the five-class floor of each count of days that occurs."""
    rows = [(d, bucket_of(d).value, classify(ClassFacts(dpd=d)).floor.value) for d in days.unique().to_list()]
    return pl.DataFrame(rows, schema={"dpd": pl.Int64, "bucket": pl.String, "floor": pl.String}, orient="row")


def untold_arrears(rows: pl.DataFrame) -> Message | None:
    """Said plainly: where the bank gives no overdue amount, planning counts with the balance."""
    names = ("overdue_principal_fen", "interest_owed_fen", "penalty_interest_fen", "fees_fen")
    untold = pl.all_horizontal(pl.col(name).is_null() for name in names)
    count = rows.filter((pl.col("dpd") > 0) & untold).height
    text = gettext_noop(
        "%(rows)s rows are past due and give no overdue amount: plans count with the balance. Ask for the amount"
        " before anybody names one at the door."
    )
    return Message(text, {"rows": count}) if count else None


def unclassed(rows: pl.DataFrame) -> Message | None:
    """Said plainly: where the bank gives no class, ours by days past due stands in."""
    count = rows["five_class"].null_count()
    text = gettext_noop("%(rows)s rows give no five-class; the floor by days past due stands in.")
    return Message(text, {"rows": count}) if count else None
