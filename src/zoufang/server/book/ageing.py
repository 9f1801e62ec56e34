"""Folding loans' entries into their states; the bank's own figures stay beside ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from zoufang.core import portfolio
from zoufang.core.portfolio import (
    ClassFacts,
    ComputedFigures,
    Figure,
    FiveClass,
    GivenFigures,
    LoanSnapshot,
    Origin,
    Product,
    age,
    bucket_of,
    classify,
    figure_used,
)
from zoufang.core.values import Instalment, Period, SourceKey
from zoufang.server.book.models import GivenFigure, ImportBatch, Loan, LoanEntry, LoanState
from zoufang.server.book.schedules import standing_dues

PIECE = 1_000
KIND = LoanEntry.Kind
STATE_FIELDS = [
    "branch_id",
    "as_of",
    "balance_fen",
    "arrears_fen",
    "overdue_principal_fen",
    "interest_fen",
    "fees_fen",
    "dpd",
    "bucket",
    "five_class",
    "figure_source",
    "given_on",
    "computed_dpd",
    "computed_arrears_fen",
    "computed_five_class",
]


def reage(*, loan_ids: Iterable[UUID], today: date) -> int:
    """Fold the entries of these loans anew and restate them on `today`; how many were restated.

    A loan without instalments in its entries keeps the bank's figures as they are.
    """
    ids, done = list(dict.fromkeys(loan_ids)), 0
    for start in range(0, len(ids), PIECE):
        done += _reage_piece(ids[start : start + PIECE], today)
    return done


def age_book(*, today: date) -> int:
    """All loans that have instalments, restated on `today`: what the daily run does first."""
    scheduled = LoanEntry.objects.filter(kind=KIND.DUE)
    return reage(loan_ids=scheduled.order_by("loan_id").values_list("loan_id", flat=True).distinct(), today=today)


@transaction.atomic
def _reage_piece(ids: Sequence[UUID], today: date) -> int:
    entries: dict[UUID, list[LoanEntry]] = defaultdict(list)
    for entry in LoanEntry.objects.filter(loan__in=ids).order_by("on", "id"):
        entries[entry.loan_id].append(entry)
    scheduled = [pk for pk in ids if any(entry.kind == KIND.DUE for entry in entries[pk])]
    given = latest_given(scheduled, today)
    before = LoanState.objects.in_bulk(scheduled)
    states = []
    for loan in Loan.objects.filter(pk__in=scheduled).order_by("source_system", "source_key"):
        snapshot = age(to_core(loan, entries[loan.pk]), today)
        state = before.get(loan.pk) or LoanState(loan=loan, open=True)
        states.append(_restate(state, loan, snapshot, given.get(loan.pk)))
    LoanState.objects.bulk_create(
        states, update_conflicts=True, unique_fields=["loan_id"], update_fields=STATE_FIELDS, batch_size=PIECE
    )
    return len(states)


def latest_given(ids: Sequence[UUID], today: date) -> dict[UUID, GivenFigure]:
    """The bank's last own figures up to `today`, from files that count."""
    newest_first = [F("as_of").desc(), F("batch__at").desc(), F("pk").desc()]
    turn = Window(RowNumber(), partition_by=F("loan_id"), order_by=newest_first)
    rows = GivenFigure.objects.filter(loan__in=ids, as_of__lte=today, batch__status=ImportBatch.Status.LANDED)
    return {row.loan_id: row for row in rows.annotate(turn=turn).filter(turn=1).select_related("batch")}


def _restate(state: LoanState, loan: Loan, ours: LoanSnapshot, given: GivenFigure | None) -> LoanState:
    floor = classify(ClassFacts.of(ours)).floor
    computed = ComputedFigures.of(ours, floor)
    theirs = as_given(given) if given else None
    used = figure_used(Figure.DPD, theirs, computed)
    state.branch_id, state.as_of = loan.branch_id, ours.as_of
    state.given_on = given.as_of if given else None
    state.computed_dpd, state.computed_arrears_fen, state.computed_five_class = ours.dpd, ours.arrears_fen, floor
    if given is not None and used is not None and used.origin is Origin.GIVEN:
        _take_given(state, given, floor)
    else:
        _take_ours(state, ours, floor)
    state.bucket = bucket_of(state.dpd)
    return state


def _take_ours(state: LoanState, ours: LoanSnapshot, floor: FiveClass) -> None:
    state.figure_source = Origin.COMPUTED
    state.balance_fen, state.arrears_fen = ours.principal_fen, ours.arrears_fen
    state.overdue_principal_fen = ours.overdue_principal_fen
    state.interest_fen, state.fees_fen = ours.interest_fen, ours.fees_fen
    state.dpd, state.five_class = ours.dpd, floor


def _take_given(state: LoanState, given: GivenFigure, floor: FiveClass) -> None:
    state.figure_source = Origin.GIVEN
    state.balance_fen = given.balance_fen
    state.overdue_principal_fen = given.overdue_principal_fen or 0
    state.interest_fen = given.interest_fen or 0
    state.fees_fen = (given.penalty_fen or 0) + (given.fees_fen or 0)
    state.arrears_fen = state.overdue_principal_fen + state.interest_fen + state.fees_fen
    state.dpd, state.five_class = given.dpd or 0, given.five_class or floor


def as_given(row: GivenFigure) -> GivenFigures:
    return GivenFigures(
        loan_id=str(row.loan_id),
        on=row.as_of,
        source=row.batch.file_name,
        dpd=row.dpd,
        balance_fen=row.balance_fen,
        overdue_principal_fen=row.overdue_principal_fen,
        interest_owed_fen=row.interest_fen,
        five_class=FiveClass(row.five_class) if row.five_class else None,
    )


def to_core(loan: Loan, entries: Sequence[LoanEntry]) -> portfolio.Loan:
    """The loan and its entries as the core folds them; an entry's id is its reference."""
    by_kind: dict[str, list[LoanEntry]] = defaultdict(list)
    for entry in entries:
        by_kind[entry.kind].append(entry)
    dues: dict[str, list[Instalment]] = defaultdict(list)
    original = standing_dues(due for due in by_kind[KIND.DUE] if not due.restructure)
    for due in (*original, *(due for due in by_kind[KIND.DUE] if due.restructure)):
        dues[due.restructure].append(Instalment(due.on, due.principal_fen, due.interest_fen, due.fees_fen))
    return portfolio.Loan(
        loan_id=str(loan.pk),
        key=SourceKey(loan.source_system, loan.source_key),
        product=Product(loan.product),
        currency=loan.currency,
        dues=tuple(dues[""]),
        payments=tuple(
            portfolio.Payment(e.reference, e.on, e.amount_fen, e.posted_on) for e in by_kind[KIND.PAYMENT]
        ),
        reversals=tuple(
            portfolio.Reversal(e.reference, e.reverses, e.on, e.posted_on) for e in by_kind[KIND.REVERSAL]
        ),
        pauses=tuple(
            portfolio.Pause(e.reference, Period(e.on, e.until), e.note or "?", e.posted_on)
            for e in by_kind[KIND.PAUSE]
        ),
        restructures=tuple(
            portfolio.Restructure(e.reference, e.on, tuple(dues[e.reference]), e.refinanced, e.posted_on)
            for e in by_kind[KIND.RESTRUCTURE]
        ),
        waivers=tuple(
            portfolio.Waiver(e.reference, e.on, e.principal_fen, e.interest_fen, e.fees_fen, e.posted_on)
            for e in by_kind[KIND.WAIVER]
        ),
        write_offs=tuple(portfolio.WriteOff(e.reference, e.on, e.posted_on) for e in by_kind[KIND.WRITE_OFF]),
    )
