"""The bank's own figures (认定结果), kept as given: compared with ours, and never overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zoufang.core.errors import BadInput
from zoufang.core.portfolio.ageing import LoanSnapshot
from zoufang.core.portfolio.buckets import Bucket, bucket_of, bucket_of_months
from zoufang.core.portfolio.five_class import FiveClass
from zoufang.core.portfolio.loan import Product
from zoufang.core.values import Message, gettext_noop


class Figure(StrEnum):
    DPD = "dpd"
    BALANCE = "balance_fen"
    OVERDUE_PRINCIPAL = "overdue_principal_fen"
    INTEREST_OWED = "interest_owed_fen"
    FIVE_CLASS = "five_class"


class Origin(StrEnum):
    GIVEN = "given"
    COMPUTED = "computed"


Value = int | FiveClass


@dataclass(frozen=True, slots=True)
class GivenFigures:
    """What the core extract of day `on` says of one loan; None is not given, which is never read as zero.

    `months_overdue` counts missed statements, as card systems do.
    """

    loan_id: str
    on: date
    source: str
    dpd: int | None = None
    months_overdue: int | None = None
    balance_fen: int | None = None
    overdue_principal_fen: int | None = None
    interest_owed_fen: int | None = None
    five_class: FiveClass | None = None
    product: Product | None = None
    written_off: bool = False

    def __post_init__(self) -> None:
        for name in ("dpd", "months_overdue", "balance_fen", "overdue_principal_fen", "interest_owed_fen"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise BadInput(
                    f"Loan {self.loan_id} on {self.on}: {name} {value} is negative. Correct {self.source}."
                )

    @property
    def bucket(self) -> Bucket | None:
        """By days when given, else by missed statements (cards), else unknown."""
        if self.dpd is not None:
            return bucket_of(self.dpd)
        return None if self.months_overdue is None else bucket_of_months(self.months_overdue)

    def value(self, figure: Figure) -> Value | None:
        value: Value | None = getattr(self, figure.value)
        return value


@dataclass(frozen=True, slots=True)
class ComputedFigures:
    """Our figures of one loan on one day, from its entries."""

    loan_id: str
    on: date
    dpd: int
    balance_fen: int
    overdue_principal_fen: int
    interest_owed_fen: int
    five_class: FiveClass

    @classmethod
    def of(cls, snapshot: LoanSnapshot, five_class: FiveClass) -> ComputedFigures:
        return cls(
            snapshot.loan_id,
            snapshot.as_of,
            snapshot.dpd,
            snapshot.principal_fen,
            snapshot.overdue_principal_fen,
            snapshot.overdue_interest_fen,
            five_class,
        )

    def value(self, figure: Figure) -> Value:
        value: Value = getattr(self, figure.value)
        return value


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the difference report."""

    loan_id: str
    on: date
    figure: Figure
    given: Value
    ours: Value
    source: str


@dataclass(frozen=True, slots=True)
class FigureUsed:
    """The value that a rule used, whose it is, of what day, and why."""

    figure: Figure
    value: Value
    origin: Origin
    on: date
    why: Message


def compare(given: GivenFigures, ours: ComputedFigures) -> tuple[Difference, ...]:
    """Every figure that both have for the same loan and day and that differs."""
    if (given.loan_id, given.on) != (ours.loan_id, ours.on):
        raise BadInput(
            f"Loan {given.loan_id} of {given.on} against {ours.loan_id} of {ours.on}: compare like days."
        )
    return tuple(
        Difference(given.loan_id, given.on, figure, theirs, ours.value(figure), given.source)
        for figure in Figure
        if (theirs := given.value(figure)) is not None and theirs != ours.value(figure)
    )


def figure_used(figure: Figure, given: GivenFigures | None, ours: ComputedFigures | None) -> FigureUsed | None:
    """The bank's own figure of the day when there is one, else ours, else its older one; None when none is known.

    A figure that the bank has determined stands until the bank corrects it; ours then shows the difference.
    """
    theirs = given.value(figure) if given else None
    if given is None or theirs is None:
        return _computed(figure, ours, gettext_noop("The bank gave no figure; computed from the entries"))
    if ours is not None and given.on < ours.on:
        return _computed(figure, ours, gettext_noop("The bank's figure is older; computed from the entries"))
    return FigureUsed(figure, theirs, Origin.GIVEN, given.on, _why_given(figure, given, ours))


def _computed(figure: Figure, ours: ComputedFigures | None, why: str) -> FigureUsed | None:
    return FigureUsed(figure, ours.value(figure), Origin.COMPUTED, ours.on, Message(why)) if ours else None


def _why_given(figure: Figure, given: GivenFigures, ours: ComputedFigures | None) -> Message:
    facts = {"source": given.source, "on": given.on.isoformat()}
    if ours is None:
        return Message(gettext_noop("The bank's own figure of %(on)s (%(source)s); there are no entries"), facts)
    if given.value(figure) == ours.value(figure):
        return Message(gettext_noop("The bank's own figure of %(on)s (%(source)s); the entries agree"), facts)
    template = gettext_noop("The bank's own figure of %(on)s (%(source)s); the entries give %(ours)s")
    return Message(template, facts | {"ours": str(ours.value(figure))})
