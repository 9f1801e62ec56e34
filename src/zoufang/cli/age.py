"""`zoufang age BOOK`: how late every loan is, in which bucket and class, and where the book is rolling."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zoufang.cli.envelope import emit, exit_codes

if TYPE_CHECKING:
    from datetime import date

    from zoufang.core.portfolio import RollMatrix
    from zoufang.files.age_book import Book
    from zoufang.files.age_report import AgeOutput, RollForm

BOOK_HELP = (
    "JSON: loans with their entries (`zoufang schema age-input`). CSV: one line an account and day with the "
    "columns loan_id, on, and any of dpd, months_overdue, balance_fen, overdue_principal_fen, interest_owed_fen, "
    "five_class, product, written_off, source; or the card panel of UCI (PAY_0 .. PAY_6, BILL_AMT1 .. 6)."
)
DAY = ["%Y-%m-%d"]


def register(app: typer.Typer) -> None:
    @app.command("age")
    def age(
        book: Annotated[Path, typer.Argument(help=BOOK_HELP)],
        today: Annotated[datetime, typer.Option(formats=DAY, help="The business date.")],
        previous: Annotated[
            datetime | None, typer.Option(formats=DAY, help="An earlier date: gives roll rates since then.")
        ] = None,
        pooled: Annotated[
            bool, typer.Option("--pooled", help="Roll rates over all consecutive months of a CSV together.")
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Print the envelope as JSON.")] = False,
        out: Annotated[Path | None, typer.Option("--out", help="Write the envelope to this file.")] = None,
    ) -> None:
        """Age a loan book: days past due, buckets, five classes, NPL ratio and roll rates."""
        with exit_codes(as_json):
            from zoufang.files.age_book import read_book
            from zoufang.files.age_report import output_of

            read = read_book(book)
            since = previous.date() if previous else None
            roll = _roll(read, today.date(), since, pooled=pooled)
            result = output_of(today.date(), read.currency, read.standings(today.date()), roll, since)
            warnings = _warnings(read, result)
            emit(result, as_json=as_json, out=out, warnings=warnings, text=lambda: as_text(result, warnings))


def _roll(book: Book, today: date, previous: date | None, *, pooled: bool) -> RollMatrix | None:
    from zoufang.core.errors import BadInput
    from zoufang.core.portfolio import months_between, pair_transitions, roll_matrix

    if pooled and previous:
        raise BadInput("--pooled takes all months of the file and --previous one date. Give only one of them.")
    if pooled:
        return roll_matrix(book.pooled())
    if previous is None:
        return None
    if previous >= today:
        raise BadInput(f"--previous {previous} is not before --today {today}. Give an earlier date.")
    then, now = ([p for s in book.standings(day) if (p := s.position)] for day in (previous, today))
    return roll_matrix(pair_transitions(then, now), months_between(previous, today))


def _warnings(book: Book, result: AgeOutput) -> tuple[str, ...]:
    found = list(book.warnings)
    if result.unplaced:
        found.append(f"Loans without a known delay or balance, which stand in no bucket: {result.unplaced}.")
    if result.unclassed:
        found.append(
            f"Loans without a class, since the file gives neither days past due nor class: {result.unclassed}."
        )
    if result.differences:
        found.append(f"Figures of the bank that differ from ours (its own are used): {len(result.differences)}.")
    return (*found, *(result.roll_rates.suspicious if result.roll_rates else ()))


def as_text(result: AgeOutput, warnings: tuple[str, ...]) -> str:
    """Tables for a terminal; the loans themselves are in the JSON."""
    from zoufang.core.values import format_yuan

    def money(fen: int | None) -> str:
        return "?" if fen is None else format_yuan(fen)

    lines = [f"{result.as_of}, {result.currency}", _line("bucket", "loans", "balance")]
    lines += [_line(row.bucket, row.count, money(row.balance_fen)) for row in result.buckets]
    lines += ["", _line("class", "loans", "balance")]
    lines += [_line(row.five_class, row.count, money(row.balance_fen)) for row in result.classes]
    lines += [
        "",
        f"NPL ratio {_percent(result.npl_ratio)}; overdue 90+ / NPL {_percent(result.overdue_90_to_npl)}",
    ]
    lines += [f"written off {result.written_off}, unplaced {result.unplaced}, unclassed {result.unclassed}"]
    lines += [f"{d.loan_id}: {d.figure} given {d.given}, ours {d.ours}" for d in result.differences]
    lines += _roll_lines(result.roll_rates) if result.roll_rates else []
    return "\n".join([*lines, *(f"! {warning}" for warning in warnings)])


def _roll_lines(roll: RollForm) -> list[str]:
    since = f"since {roll.previous}" if roll.previous else "pooled over all months"
    lines = ["", f"roll rates {since}, by count (by balance)"]
    for row in roll.rows:
        shown = [
            f"{rate.movement} {_percent(rate.by_count)} ({_percent(rate.by_balance)})"
            for rate in row.rates
            if rate.count
        ]
        lines.append(f"{row.origin:<4}{row.count:>8}  {', '.join(shown)}")
    return lines


def _line(name: str, count: int | str, amount: str) -> str:
    return f"{name:<16}{count:>8}{amount:>24}"


def _percent(share: float | None) -> str:
    return "?" if share is None else f"{share:.2%}"
