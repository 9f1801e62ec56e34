"""One loan with both views of it, ours and the bank's, and the figure that rules use; and a book of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from zoufang.core.errors import BadInput
from zoufang.core.portfolio.ageing import DEFAULT_AGEING, LoanSnapshot, age
from zoufang.core.portfolio.buckets import Bucket, BucketRow, Position, bucket_of, bucket_table
from zoufang.core.portfolio.five_class import (
    DEFAULT_CLASSES,
    ClassFacts,
    Classification,
    FiveClass,
    Impairment,
    classify,
)
from zoufang.core.portfolio.given import (
    ComputedFigures,
    Difference,
    Figure,
    FigureUsed,
    GivenFigures,
    Origin,
    compare,
    figure_used,
)
from zoufang.core.portfolio.loan import Loan
from zoufang.core.portfolio.npl import ClassedBalance, NplReport, npl
from zoufang.core.portfolio.policy import AgeingPolicy, ClassPolicy
from zoufang.core.values import Message, gettext_noop


@dataclass(frozen=True, slots=True)
class Standing:
    """`dpd` and `five_class` are the figures that rules use; None is unknown."""

    loan_id: str
    as_of: date
    dpd: FigureUsed | None
    five_class: FigureUsed | None
    bucket: Bucket | None
    balance_fen: int | None
    written_off: bool
    snapshot: LoanSnapshot | None
    given: GivenFigures | None
    classification: Classification | None
    differences: tuple[Difference, ...]

    @property
    def position(self) -> Position | None:
        if self.bucket is None or self.balance_fen is None:
            return None
        return Position(self.loan_id, self.as_of, self.bucket, self.balance_fen, self.written_off)


@dataclass(frozen=True, slots=True)
class BookReport:
    """`unplaced` loans have no known bucket or balance, `unclassed` ones no class: neither is counted as fine."""

    as_of: date
    buckets: tuple[BucketRow, ...]
    npl: NplReport
    written_off: int
    unplaced: int
    unclassed: int


def standing(
    today: date,
    *,
    loan: Loan | None = None,
    given: GivenFigures | None = None,
    impairment: Impairment | None = None,
    ageing: AgeingPolicy = DEFAULT_AGEING,
    classes: ClassPolicy = DEFAULT_CLASSES,
) -> Standing:
    """Age the entries when there are any, and set them beside the bank's own figures when it gave some."""
    if loan is None and given is None:
        raise BadInput("A standing needs a loan with entries or the bank's figures. Give at least one.")
    snapshot = age(loan, today, ageing) if loan else None
    facts = ClassFacts.of(snapshot, impairment) if snapshot else None
    ours = ComputedFigures.of(snapshot, classify(facts, classes).floor) if snapshot and facts else None
    dpd = figure_used(Figure.DPD, given, ours)
    classification = None
    if dpd is not None and isinstance(dpd.value, int):
        basis = facts or ClassFacts(dpd.value, impairment=impairment)
        classification = classify(replace(basis, dpd=dpd.value), classes)
    balance = figure_used(Figure.BALANCE, given, ours)
    return Standing(
        loan_id=loan.loan_id if loan else given.loan_id if given else "",
        as_of=today,
        dpd=dpd,
        five_class=_class_used(dpd, given, ours, classification),
        bucket=_bucket(dpd, given),
        balance_fen=int(balance.value) if balance else None,
        written_off=bool((snapshot and snapshot.written_off_on) or (given and given.written_off)),
        snapshot=snapshot,
        given=given,
        classification=classification,
        differences=_differences(given, ours, classification),
    )


def report(as_of: date, standings: Iterable[Standing]) -> BookReport:
    """Buckets and non-performing loans of a book on one day."""
    book = list(standings)
    placed = [position for one in book if (position := one.position)]
    classed = [
        ClassedBalance(one.balance_fen, FiveClass(str(one.five_class.value)), _days(one))
        for one in book
        if one.five_class is not None and one.balance_fen is not None and not one.written_off
    ]
    return BookReport(
        as_of=as_of,
        buckets=bucket_table(placed),
        npl=npl(classed),
        written_off=sum(one.written_off for one in book),
        unplaced=len(book) - len(placed),
        unclassed=sum(one.five_class is None for one in book),
    )


def _class_used(
    dpd: FigureUsed | None, given: GivenFigures | None, ours: ComputedFigures | None, floor: Classification | None
) -> FigureUsed | None:
    """The bank's class; without one, the floor by the days past due that are used."""
    used = figure_used(Figure.FIVE_CLASS, given, ours)
    if floor is None or dpd is None or (used is not None and used.origin is Origin.GIVEN):
        return used
    why = Message(gettext_noop("The lowest class that the rules allow, by the days past due that are used"))
    return FigureUsed(Figure.FIVE_CLASS, floor.floor, Origin.COMPUTED, dpd.on, why)


def _bucket(dpd: FigureUsed | None, given: GivenFigures | None) -> Bucket | None:
    if dpd is not None:
        return bucket_of(int(dpd.value))
    return given.bucket if given else None


def _differences(
    given: GivenFigures | None, ours: ComputedFigures | None, floor: Classification | None
) -> tuple[Difference, ...]:
    """Against our entries of that day; without entries, the bank's class against the floor by its own days."""
    if given is None:
        return ()
    if ours is not None:
        return compare(given, ours) if given.on == ours.on else ()
    if given.five_class is None or floor is None or given.five_class.severity >= floor.floor.severity:
        return ()
    return (Difference(given.loan_id, given.on, Figure.FIVE_CLASS, given.five_class, floor.floor, given.source),)


def _days(one: Standing) -> int | None:
    return int(one.dpd.value) if one.dpd else None
