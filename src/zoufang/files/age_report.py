"""What `zoufang age` gives: one flat form, sentences in English, money in fen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zoufang.core.portfolio import (
    Bucket,
    BucketRow,
    ClassRow,
    Difference,
    FigureUsed,
    FiveClass,
    GivenFigures,
    LoanSnapshot,
    Origin,
    RollMatrix,
    RollRow,
    Standing,
    Transition,
    flow_to_loss,
    report,
)


@dataclass(frozen=True, slots=True)
class TriggerForm:
    floor: FiveClass
    message: str
    source: str


@dataclass(frozen=True, slots=True)
class UsedForm:
    """A figure that rules use: whose it is, of what day, and why."""

    value: int | FiveClass
    origin: Origin
    on: date
    why: str


@dataclass(frozen=True, slots=True)
class AgedLoan:
    """One loan: the figures that rules use on top, ours (`snapshot`) and the bank's (`given`) below."""

    loan_id: str
    bucket: Bucket | None
    balance_fen: int | None
    arrears_fen: int | None
    dpd: UsedForm | None
    five_class: UsedForm | None
    triggers: tuple[TriggerForm, ...]
    written_off: bool
    snapshot: LoanSnapshot | None
    given: GivenFigures | None


@dataclass(frozen=True, slots=True)
class FlowRow:
    """`to_loss_fen` None: a rate on the way is unknown."""

    bucket: Bucket
    balance_fen: int
    to_loss_fen: int | None


@dataclass(frozen=True, slots=True)
class RollForm:
    """`previous` None: pooled over all consecutive months of the file."""

    previous: date | None
    months: int
    transitions: tuple[Transition, ...]
    rows: tuple[RollRow, ...]
    suspicious: tuple[str, ...]
    flow_to_loss: tuple[FlowRow, ...]


@dataclass(frozen=True, slots=True)
class AgeOutput:
    """`npl_ratio` and `overdue_90_to_npl` are None where there is nothing to divide by."""

    as_of: date
    currency: str
    buckets: tuple[BucketRow, ...]
    classes: tuple[ClassRow, ...]
    total_fen: int
    npl_fen: int
    npl_ratio: float | None
    overdue_90_fen: int
    overdue_90_to_npl: float | None
    written_off: int
    unplaced: int
    unclassed: int
    roll_rates: RollForm | None
    differences: tuple[Difference, ...]
    loans: tuple[AgedLoan, ...]


def output_of(
    as_of: date, currency: str, standings: list[Standing], roll: RollMatrix | None, previous: date | None
) -> AgeOutput:
    book = report(as_of, standings)
    return AgeOutput(
        as_of=as_of,
        currency=currency,
        buckets=book.buckets,
        classes=book.npl.classes,
        total_fen=book.npl.total_fen,
        npl_fen=book.npl.npl_fen,
        npl_ratio=book.npl.npl_ratio,
        overdue_90_fen=book.npl.overdue_90_fen,
        overdue_90_to_npl=book.npl.overdue_90_to_npl,
        written_off=book.written_off,
        unplaced=book.unplaced,
        unclassed=book.unclassed,
        roll_rates=_roll_form(roll, previous, book.buckets) if roll else None,
        differences=tuple(difference for one in standings for difference in one.differences),
        loans=tuple(_aged(one) for one in standings),
    )


def _aged(one: Standing) -> AgedLoan:
    triggers = one.classification.triggers if one.classification else ()
    return AgedLoan(
        loan_id=one.loan_id,
        bucket=one.bucket,
        balance_fen=one.balance_fen,
        arrears_fen=one.snapshot.arrears_fen if one.snapshot else None,
        dpd=_used(one.dpd),
        five_class=_used(one.five_class),
        triggers=tuple(TriggerForm(t.floor, str(t.message), t.source) for t in triggers),
        written_off=one.written_off,
        snapshot=one.snapshot,
        given=one.given,
    )


def _used(figure: FigureUsed | None) -> UsedForm | None:
    return UsedForm(figure.value, figure.origin, figure.on, str(figure.why)) if figure else None


def _roll_form(roll: RollMatrix, previous: date | None, buckets: tuple[BucketRow, ...]) -> RollForm:
    flows = flow_to_loss(roll, {row.bucket: row.balance_fen for row in buckets})
    return RollForm(
        previous=previous,
        months=roll.months,
        transitions=roll.transitions,
        rows=roll.rows,
        suspicious=tuple(str(one.message) for one in roll.suspicious),
        flow_to_loss=tuple(FlowRow(row.bucket, row.balance_fen, flows[row.bucket]) for row in buckets),
    )
