"""What can be wrong with a schedule beyond its cells: numbers, order, sums, and what it would leave out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import polars as pl

from zoufang.core.values import Message, format_yuan, gettext_noop
from zoufang.server.book import bulk
from zoufang.server.book.landing.prepare import Refused
from zoufang.server.book.models import LoanEntry
from zoufang.server.book.schedules import standing_dues

PIECE = 1_000
VERSION = ["loan_key", "version"]


def faults_in(frame: pl.DataFrame, today: date) -> list[Refused]:
    """`frame` sorted by loan, version and number, with loan_id. One fault a row, the first that is found."""
    found = [
        *_wrong_sums(frame),
        *_twice(frame),
        *_out_of_order(frame),
        *_unclear_versions(frame),
        *_before_effective(frame),
        *_leaving_out(frame, today),
    ]
    return list({fault.row: fault for fault in reversed(found)}.values())


def _wrong_sums(frame: pl.DataFrame) -> list[Refused]:
    parts = pl.col("principal_fen") + pl.col("interest_fen") + pl.col("fees_fen").fill_null(0)
    wrong = frame.filter(pl.col("total_fen") != parts).select("row", "total_fen", parts.alias("parts"))
    text = gettext_noop("The total %(total)s is not the sum of its parts, %(parts)s")
    remedy = Message(gettext_noop("Correct one of them, or map the part that is missing."))
    return [
        Refused(
            row,
            "total",
            format_yuan(total),
            Message(text, {"total": format_yuan(total), "parts": format_yuan(sum_)}),
            remedy,
        )
        for row, total, sum_ in wrong.iter_rows()
    ]


def _twice(frame: pl.DataFrame) -> list[Refused]:
    again = frame.filter(~pl.struct(*VERSION, "number").is_first_distinct())
    text = gettext_noop("Instalment %(number)s of loan %(loan)s stands twice in this file")
    remedy = Message(gettext_noop("Find out which is right and delete the other."))
    return [
        Refused(row, "number", str(number), Message(text, {"number": number, "loan": loan}), remedy)
        for row, number, loan in again.select("row", "number", "loan_key").iter_rows()
    ]


def _out_of_order(frame: pl.DataFrame) -> list[Refused]:
    before = frame.with_columns(earlier=pl.col("due_on").shift().over(VERSION))
    wrong = before.filter(pl.col("due_on") < pl.col("earlier"))
    text = gettext_noop("Instalment %(number)s falls due on %(day)s, before the one that precedes it")
    remedy = Message(gettext_noop("Correct the number or the date."))
    return [
        Refused(row, "due_on", str(day), Message(text, {"number": number, "day": str(day)}), remedy)
        for row, number, day in wrong.select("row", "number", "due_on").iter_rows()
    ]


def _unclear_versions(frame: pl.DataFrame) -> list[Refused]:
    """Rows of one version must agree on its day; of a loan's versions only the first may have none."""
    first = pl.col("effective_on").first().over(VERSION)
    torn = frame.filter(pl.col("effective_on").ne_missing(first))
    text = gettext_noop("The rows of this schedule name different effective days")
    remedy = Message(gettext_noop("Give each version one effective day."))
    found = [
        Refused(row, "effective_on", str(day or ""), Message(text), remedy)
        for row, day in torn.select("row", "effective_on").iter_rows()
    ]
    origin = pl.col("version").fill_null("").first().over("loan_key")
    second = frame.filter(pl.col("effective_on").is_null() & (pl.col("version").fill_null("") != origin))
    said = gettext_noop("Version %(version)s of this loan's schedule does not say from which day it holds")
    give = Message(gettext_noop("Give it an effective day, or send only the version that holds."))
    return found + [
        Refused(row, "effective_on", "", Message(said, {"version": version or "–"}), give)
        for row, version in second.select("row", "version").iter_rows()
    ]


def _before_effective(frame: pl.DataFrame) -> list[Refused]:
    early = frame.filter(pl.col("due_on") < pl.col("effective_on"))
    text = gettext_noop("The instalment falls due on %(day)s, before its schedule takes effect")
    remedy = Message(gettext_noop("Leave it out, or correct the effective day."))
    return [
        Refused(row, "due_on", str(day), Message(text, {"day": str(day)}), remedy)
        for row, day in early.select("row", "due_on").iter_rows()
    ]


def _leaving_out(frame: pl.DataFrame, today: date) -> list[Refused]:
    """The rest of a schedule sent as the whole would let the arrears of what fell due before it vanish unseen.

    A correction of dates tells as many instalments under the same numbers; a rest tells fewer, or higher ones.
    """
    whole = frame.filter(pl.col("effective_on").is_null())
    if whole.is_empty():
        return []
    first = whole.group_by("loan_id", maintain_order=True).agg(
        pl.col("due_on").min(), pl.col("number").min(), pl.len().alias("count"), pl.col("row").first()
    )
    text = gettext_noop("This schedule begins on %(day)s; the book knows instalments due since %(earlier)s")
    remedy = Message(
        gettext_noop("Send the whole schedule, or name the day (生效日) from which this one replaces the earlier.")
    )
    told = {row["loan_id"]: row for row in first.iter_rows(named=True)}
    found = []
    for loan, dues in standing(first["loan_id"]):
        new = told[loan]
        fewer = len(dues) > new["count"] or any((due.number or new["number"]) < new["number"] for due in dues)
        missed = [due.on for due in dues if due.on < new["due_on"] and due.on <= today]
        if fewer and missed:
            begins = str(new["due_on"])
            said = Message(text, {"day": begins, "earlier": str(missed[0])})
            found.append(Refused(new["row"], "due_on", begins, said, remedy))
    return found


def standing(loan_ids: pl.Series) -> Iterator[tuple[str, list[LoanEntry]]]:
    """Each loan that has instalments, with those that stand now."""
    ids = loan_ids.unique(maintain_order=True).to_list()
    for start in range(0, len(ids), PIECE):
        wanted = [bulk.as_uuid(loan) for loan in ids[start : start + PIECE]]
        dues: dict[str, list[LoanEntry]] = defaultdict(list)
        for due in LoanEntry.objects.filter(loan__in=wanted, kind=LoanEntry.Kind.DUE, restructure=""):
            dues[bulk.key(due.loan_id)].append(due)
        yield from ((loan, standing_dues(each)) for loan, each in dues.items())


@dataclass(frozen=True, slots=True)
class Told:
    """An instalment of the file beside those stored; its id sorts behind every stored one."""

    id: UUID
    batch_id: UUID | None
    version: str
    effective_on: date | None
    on: date
    principal_fen: int
    interest_fen: int
    fees_fen: int


def known_loans(asked: pl.DataFrame) -> pl.Series:
    """Loans of the file that would stand as they do now if it were taken in."""
    known = []
    loans = asked["loan_id"].unique(maintain_order=True)
    for start in range(0, len(loans), PIECE):
        piece = loans[start : start + PIECE]
        rows = asked.filter(pl.col("loan_id").is_in(piece.implode())).partition_by("loan_id", as_dict=True)
        for loan, before in standing(piece):
            both: list[LoanEntry | Told] = [*before, *_told(rows[(loan,)])]
            if [_figures(due) for due in standing_dues(both)] == [_figures(due) for due in before]:
                known.append(loan)
    return pl.Series("loan_id", known, dtype=pl.String)


def _told(rows: pl.DataFrame) -> list[Told]:
    columns = rows.select(
        pl.col("version").fill_null(""),
        "effective_on",
        "due_on",
        "principal_fen",
        "interest_fen",
        pl.col("fees_fen").fill_null(0),
    )
    last = 2**127
    return [Told(UUID(int=last + i), UUID(int=last), *row) for i, row in enumerate(columns.iter_rows())]


def _figures(due: LoanEntry | Told) -> tuple[date, int, int, int]:
    return due.on, due.principal_fen, due.interest_fen, due.fees_fen
