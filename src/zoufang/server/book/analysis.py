"""The book seen as a whole: by branch, product and delay on its date; by its stored days over time.

Sums are made in the database or by DuckDB over pseudonymous snapshots; amounts of two currencies are never added.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When

from zoufang.core.errors import BadInput
from zoufang.core.portfolio import (
    BUCKETS,
    FiveClass,
    Origin,
    RollMatrix,
    months_between,
    roll_matrix,
)
from zoufang.core.portfolio.frames import as_transitions, pair_transitions
from zoufang.core.values import Message, gettext_noop
from zoufang.files.engine import engine
from zoufang.files.mapping_toml import parse_mapping
from zoufang.server.book.models import ImportBatch, LoanState
from zoufang.server.book.queries import open_states
from zoufang.server.book.snapshots import day_file, days_folder, stored_days
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require

# Upper ends of the bands in which delay is counted; above the last there is one more.
DPD_BANDS = (0, 7, 15, 30, 60, 90, 180, 360)
NON_PERFORMING = tuple(c.value for c in FiveClass if c.non_performing)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which part of the book is looked at: one currency, one source or all, one branch's path and below or all."""

    currency: str = "CNY"
    source: str = ""
    below: str = ""


@dataclass(frozen=True, slots=True)
class BookSource:
    """Loans of one source system in one currency. `analysis_only`: no names or addresses, never planned."""

    system: str
    currency: str
    loans: int
    analysis_only: bool


@dataclass(frozen=True, slots=True)
class Share:
    """One line of a break-down; `npl_fen` and `overdue_fen` are balances of loans, not arrears."""

    name: str
    loans: int
    balance_fen: int
    arrears_fen: int
    overdue_fen: int
    npl_fen: int
    path: str = ""

    @property
    def npl_ratio(self) -> float | None:
        return self.npl_fen / self.balance_fen if self.balance_fen else None


@dataclass(frozen=True, slots=True)
class Band:
    """Loans with `low` to `high` days past due; no upper end in the last."""

    low: int
    high: int | None
    loans: int
    balance_fen: int


@dataclass(frozen=True, slots=True)
class DayOfBook:
    """One stored day: balance and loans in each bucket, and what was non-performing."""

    day: date
    loans: tuple[int, ...]
    balance_fen: tuple[int, ...]
    npl_fen: int

    @property
    def npl_ratio(self) -> float | None:
        return self.npl_fen / sum(self.balance_fen) if sum(self.balance_fen) else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """On how many loans the bank's figures and ours can be compared, and on how many they differ."""

    compared: int
    differing: int


def sources(user: User) -> list[BookSource]:
    """What the open book consists of, the largest first."""
    require(user, "see_dashboard")
    analysed = {
        system
        for system, toml in ImportBatch.objects.filter(kind="loan_book", status=ImportBatch.Status.LANDED)
        .order_by("at")
        .values_list("source_system", "mapping")
        if parse_mapping(toml).analysis_only
    }
    rows = _seen(user).values_list("loan__source_system", "loan__currency").annotate(n=Count("pk"))
    return [BookSource(s, c, n, s in analysed) for s, c, n in rows.order_by("-n", "loan__source_system")]


def _seen(user: User) -> QuerySet[LoanState]:
    path = user.branch.path if user.branch else "?"
    return LoanState.objects.filter(open=True, branch__path__startswith=path)


def _held(user: User, chosen: Selection) -> QuerySet[LoanState]:
    everything = open_states(user, currency=chosen.currency, source=chosen.source, below=chosen.below)
    return everything.filter(loan__written_off_on__isnull=True)


def by_branch(user: User, chosen: Selection) -> list[Share]:
    """One line a branch that holds loans, in the order of the tree."""
    return _shares(_held(user, chosen), "branch__name", "branch__path")


def by_product(user: User, chosen: Selection) -> list[Share]:
    """One line a product of the core's words, the largest balance first."""
    found = _shares(_held(user, chosen), "loan__product", "loan__product")
    return sorted(found, key=lambda share: (-share.balance_fen, share.name))


def _shares(held: QuerySet[LoanState], name: str, order: str) -> list[Share]:
    sums = {
        "loans": Count("pk"),
        "balance": Sum("balance_fen"),
        "arrears": Sum("arrears_fen"),
        "overdue": Sum("balance_fen", filter=Q(dpd__gt=0), default=0),
        "npl": Sum("balance_fen", filter=Q(five_class__in=NON_PERFORMING), default=0),
    }
    rows = held.values(name, order).annotate(**sums).order_by(order)
    return [
        Share(
            name=row[name],
            loans=row["loans"],
            balance_fen=row["balance"],
            arrears_fen=row["arrears"],
            overdue_fen=row["overdue"],
            npl_fen=row["npl"],
            path=row[order],
        )
        for row in rows
    ]


def by_delay(user: User, chosen: Selection) -> list[Band]:
    """How many loans and how much balance at each length of delay."""
    cases = [When(dpd__lte=top, then=Value(place)) for place, top in enumerate(DPD_BANDS)]
    band = Case(*cases, default=Value(len(DPD_BANDS)), output_field=IntegerField())
    rows = _held(user, chosen).annotate(band=band).values_list("band")
    found = {place: (n, fen) for place, n, fen in rows.annotate(n=Count("pk"), fen=Sum("balance_fen"))}
    lows = (0, *(top + 1 for top in DPD_BANDS))
    return [
        Band(low, high, *found.get(place, (0, 0)))
        for place, (low, high) in enumerate(zip(lows, (*DPD_BANDS, None), strict=True))
    ]


def comparison(user: User, chosen: Selection) -> Comparison:
    """Loans with a figure of the bank and one of ours."""
    differs = ~Q(computed_dpd=F("dpd")) | ~Q(computed_arrears_fen=F("arrears_fen"))
    both = _held(user, chosen).filter(figure_source=Origin.GIVEN, computed_dpd__isnull=False)
    found = both.aggregate(n=Count("pk"), d=Count("pk", filter=differs))
    return Comparison(found["n"], found["d"])


def trend(user: User, chosen: Selection) -> list[DayOfBook]:
    """Every stored day of the selection, oldest first; written-off loans stand apart."""
    require(user, "see_dashboard")
    if not stored_days():
        return []
    with engine() as run:
        held = _selected(run.parquet(days_folder()), user, chosen)
        held = held.filter(~held.written_off)
        bad = held.five_class.isin(NON_PERFORMING).ifelse(held.balance_fen, 0)
        sums = held.mutate(bad=bad, day=held.on.cast("string")).group_by("day", "bucket")
        rows = run.rows(
            sums.agg(
                n=lambda t: t.count(),
                fen=lambda t: t.balance_fen.sum().cast("int64"),
                bad=lambda t: t.bad.sum().cast("int64"),
            )
        )
    days = sorted({row["day"] for row in rows})
    return [_day(day, [row for row in rows if row["day"] == day]) for day in days]


def _day(day: str, rows: list[dict[str, Any]]) -> DayOfBook:
    loans = {row["bucket"]: row["n"] for row in rows}
    fen = {row["bucket"]: row["fen"] for row in rows}
    places = range(len(BUCKETS))
    return DayOfBook(
        day=date.fromisoformat(day[:10]),
        loans=tuple(loans.get(place, 0) for place in places),
        balance_fen=tuple(fen.get(place, 0) for place in places),
        npl_fen=sum(row["bad"] for row in rows),
    )


def roll_between(user: User, chosen: Selection, earlier: date, later: date) -> RollMatrix:
    """What became of the loans of one stored day by another. BadInput: a day not stored, or not the later."""
    require(user, "see_dashboard")
    if earlier >= later:
        raise BadInput(Message(gettext_noop("Choose two different days, the earlier one first.")))
    for day in (earlier, later):
        if not day_file(day).exists():
            text = gettext_noop("No snapshot of %(day)s is kept. Choose one of the listed days.")
            raise BadInput(Message(text, {"day": day.isoformat()}))
    with engine() as run:
        tables = [
            _selected(run.parquet(day_file(day), f"book_{place}"), user, chosen)
            for place, day in enumerate((earlier, later))
        ]
        transitions = as_transitions(run.rows(pair_transitions(*tables)))
    return roll_matrix(transitions, months_between(earlier, later))


def _selected(table: Any, user: User, chosen: Selection) -> Any:
    path = user.branch.path if user.branch else "?"
    below = chosen.below if chosen.below.startswith(path) else path
    wanted = (table.currency == chosen.currency) & table.branch_path.startswith(below)
    if chosen.source:
        wanted &= table.source == chosen.source
    return table.filter(wanted)
