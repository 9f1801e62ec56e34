"""What the book answers. Lists hold to the reader's own branch and below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, overload
from uuid import UUID

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from zoufang.core.errors import NotFound
from zoufang.core.portfolio import (
    BUCKETS,
    Bucket,
    BucketRow,
    ClassRow,
    FiveClass,
    NplReport,
    Origin,
    RollMatrix,
    roll_matrix,
)
from zoufang.core.portfolio.frames import as_transitions, panel_transitions
from zoufang.core.values import Message
from zoufang.files.engine import engine
from zoufang.server.book import vault
from zoufang.server.book.models import ImportBatch, Loan, LoanState, Party, Phone, RejectedRow, SourceMapping
from zoufang.server.book.snapshots import folder
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require, scope

LAST = 4


@dataclass(frozen=True, slots=True)
class BookFigures:
    """The open book as the reader may see it. Written-off loans stand apart."""

    as_of: date | None
    currency: str
    customers: int
    loans: int
    balance_fen: int
    arrears_fen: int
    buckets: tuple[BucketRow, ...]
    npl: NplReport
    written_off: int
    written_off_fen: int
    by_source: dict[str, int]


@dataclass(frozen=True, slots=True)
class FigureDifference:
    """One loan whose figures by the bank differ from ours on the same day; the bank's are used."""

    loan: Loan
    branch: Branch
    as_of: date
    given_dpd: int
    computed_dpd: int
    given_arrears_fen: int
    computed_arrears_fen: int
    given_class: str
    computed_class: str


def find_party(text: str, user: User) -> list[Party]:
    """By whole name, ID number or phone, or the last four of either; only people whose loan the reader may see."""
    require(user, "see_customer")
    text = text.strip()
    if not text:
        return []
    wanted = Q(name_index__in=vault.blind_indexes(text, "name"))
    wanted |= Q(id_index__in=vault.blind_indexes(text, "id"))
    phones = Q(number_index__in=vault.blind_indexes(text, "phone"))
    if len(text) == LAST:
        wanted |= Q(id_last4_index__in=vault.blind_indexes(text, "id_last4"))
        phones |= Q(last4_index__in=vault.blind_indexes(text, "phone_last4"))
    wanted |= Q(pk__in=Phone.objects.filter(phones).values("party"))
    return list(_seen_by(user).filter(wanted).order_by("source_system", "source_key")[:50])


def party(party_id: UUID, user: User) -> Party:
    """NotFound also where the reader may not look: the answer must not tell that someone is a customer."""
    require(user, "see_customer")
    found = _seen_by(user).select_related("branch").filter(pk=party_id).first()
    if found is None:
        raise NotFound("No such customer in your branch.")
    return found


def _seen_by(user: User) -> QuerySet[Party]:
    loans = LoanState.objects.filter(scope(user))
    own = Q(pk__in=Loan.objects.filter(state__in=loans).values("debtor"))
    related = Q(pk__in=Party.objects.filter(roles__loan__state__in=loans).values("pk"))
    return Party.objects.filter(own | related)


def states(user: User) -> QuerySet[LoanState]:
    """Open loans of the reader's branches, with loan and debtor."""
    return LoanState.objects.filter(scope(user), open=True).select_related("loan__debtor", "branch")


def customer_loans(party: Party) -> QuerySet[Loan]:
    """Loans in the book that this party owes, closed ones too."""
    return (
        Loan.objects.filter(debtor=party, state__isnull=False)
        .select_related("state", "branch")
        .order_by("source_system", "source_key")
    )


def book_figures(user: User | None, *, currency: str = "CNY", source: str = "", below: str = "") -> BookFigures:
    """Buckets, classes and NPL ratio by sums in the database; amounts of two currencies are never added.

    Without a user the system looks at the whole book. `below`: the path of a branch, to look at it alone.
    """
    everything = open_states(user, currency=currency, source=source, below=below)
    held = everything.filter(loan__written_off_on__isnull=True)
    off = everything.filter(loan__written_off_on__isnull=False).aggregate(n=Count("pk"), fen=Sum("balance_fen"))
    whole = held.aggregate(
        as_of=Max("as_of"),
        loans=Count("pk"),
        customers=Count("loan__debtor", distinct=True),
        balance=Sum("balance_fen"),
        arrears=Sum("arrears_fen"),
    )
    sources = held.values_list("figure_source").annotate(n=Count("pk")).order_by("figure_source")
    return BookFigures(
        as_of=whole["as_of"],
        currency=currency,
        customers=whole["customers"],
        loans=whole["loans"],
        balance_fen=whole["balance"] or 0,
        arrears_fen=whole["arrears"] or 0,
        buckets=_buckets(held),
        npl=_npl(held),
        written_off=off["n"],
        written_off_fen=off["fen"] or 0,
        by_source=dict(sources),
    )


def book_currencies(user: User) -> list[str]:
    """The bank's own first; a source for analysis may hold another."""
    require(user, "see_dashboard")
    found = LoanState.objects.filter(scope(user), open=True).values_list("loan__currency", flat=True).distinct()
    return sorted(found.order_by(), key=lambda currency: (currency != "CNY", currency))


def open_states(
    user: User | None, *, currency: str = "CNY", source: str = "", below: str = ""
) -> QuerySet[LoanState]:
    """States of the open book in one currency, of one source or all, at a branch and below."""
    if user is not None:
        require(user, "see_dashboard")
    wanted = Q(open=True, loan__currency=currency) & (Q(loan__source_system=source) if source else Q())
    if below:
        wanted &= Q(branch__path__startswith=below)
    return LoanState.objects.filter(wanted & (scope(user) if user is not None else Q()))


def _buckets(held: QuerySet[LoanState]) -> tuple[BucketRow, ...]:
    rows = held.values_list("bucket").annotate(n=Count("pk"), fen=Sum("balance_fen")).order_by("bucket")
    found = {bucket: (count, fen) for bucket, count, fen in rows}
    return tuple(BucketRow(Bucket(b), *found.get(b.value, (0, 0))) for b in BUCKETS)


def _npl(held: QuerySet[LoanState]) -> NplReport:
    rows = held.values_list("five_class").annotate(n=Count("pk"), fen=Sum("balance_fen")).order_by("five_class")
    found = {FiveClass(c): (count, fen) for c, count, fen in rows}
    classes = tuple(ClassRow(c, *found.get(c, (0, 0))) for c in FiveClass)
    total = sum(row.balance_fen for row in classes)
    bad = sum(row.balance_fen for row in classes if row.five_class.non_performing)
    late = held.filter(dpd__gt=90).aggregate(fen=Sum("balance_fen"))["fen"] or 0
    return NplReport(classes, total, bad, late, bad / total if total else None, late / bad if bad else None)


def roll_rates(user: User | None, *, currency: str = "CNY", source: str = "") -> RollMatrix | None:
    """Pooled over all consecutive months of the snapshots that the reader may see; None before there are two."""
    if user is not None:
        require(user, "see_dashboard")
    below = "" if user is None else user.branch.path if user.branch else "?"
    if len(list(folder().glob("month=*"))) < 2:
        return None
    with engine() as run:
        panel = run.parquet(folder())
        wanted = (panel.currency == currency) & panel.branch_path.startswith(below)
        if source:
            wanted &= panel.source == source
        own = panel.filter(wanted).mutate(month=panel.month.cast("int64"))
        transitions = as_transitions(run.rows(panel_transitions(own)))
    return roll_matrix(transitions) if transitions else None


class Differences(Sequence[FigureDifference]):
    """The loans that differ, the widest first; read from the database a page at a time."""

    def __init__(self, rows: QuerySet[LoanState]) -> None:
        self._rows = rows.order_by("-arrears_fen", "pk")

    def __len__(self) -> int:
        return self._rows.count()

    @overload
    def __getitem__(self, place: int) -> FigureDifference: ...
    @overload
    def __getitem__(self, place: slice) -> list[FigureDifference]: ...
    def __getitem__(self, place: int | slice) -> FigureDifference | list[FigureDifference]:
        if isinstance(place, int):
            return _difference(self._rows[place])
        return [_difference(state) for state in self._rows[place]]

    def __iter__(self) -> Iterator[FigureDifference]:
        return (_difference(state) for state in self._rows.iterator(chunk_size=2_000))


def difference_report(user: User, *, currency: str = "CNY", source: str = "", below: str = "") -> Differences:
    """Loans where the bank's figures of a day are not what its entries give. Written-off loans stand apart."""
    differs = ~Q(computed_dpd=F("dpd")) | ~Q(computed_arrears_fen=F("arrears_fen"))
    held = open_states(user, currency=currency, source=source, below=below)
    rows = held.filter(differs, loan__written_off_on__isnull=True).filter(
        figure_source=Origin.GIVEN, computed_dpd__isnull=False
    )
    return Differences(rows.select_related("loan", "branch"))


def _difference(state: LoanState) -> FigureDifference:
    return FigureDifference(
        loan=state.loan,
        branch=state.branch,
        as_of=state.as_of,
        given_dpd=state.dpd,
        computed_dpd=state.computed_dpd or 0,
        given_arrears_fen=state.arrears_fen,
        computed_arrears_fen=state.computed_arrears_fen or 0,
        given_class=state.five_class,
        computed_class=state.computed_five_class,
    )


def imports(user: User) -> QuerySet[ImportBatch]:
    require(user, "see_imports")
    return (
        ImportBatch.objects.filter(scope(user)).select_related("branch", "by", "supersedes").order_by("-at", "-pk")
    )


def import_batch(batch_id: UUID, user: User) -> ImportBatch:
    found = imports(user).filter(pk=batch_id).first()
    if found is None:
        raise NotFound("No such import in your branch.")
    return found


@dataclass(frozen=True, slots=True)
class RejectLine:
    """One cell that kept its row out, the value opened for whoever may see imports."""

    sheet: str
    row: int
    column: str
    value: str
    reason: Message
    remedy: Message


def rejects(batch: ImportBatch, *, start: int = 0, limit: int = 200) -> list[RejectLine]:
    """A piece, in the order of the file."""
    return [_opened(line, batch) for line in batch.rejects.order_by("sheet", "row", "pk")[start : start + limit]]


def all_rejects(batch: ImportBatch) -> Iterator[RejectLine]:
    return (_opened(line, batch) for line in batch.rejects.order_by("sheet", "row", "pk").iterator())


def _opened(line: RejectedRow, batch: ImportBatch) -> RejectLine:
    value = str(vault.unseal(batch.key, line.sealed_value, "reject"))
    return RejectLine(
        line.sheet, line.row, line.column, value, _said(line.reason, value), _said(line.remedy, value)
    )


def _said(stored: dict[str, Any], value: str) -> Message:
    """The stored text has a place for the value, which is kept sealed."""
    return Message.from_json(stored | {"params": stored["params"] | {"value": value}})


def saved_mappings() -> QuerySet[SourceMapping]:
    return SourceMapping.objects.order_by("name")
