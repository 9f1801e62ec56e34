"""New figures for what visits are worth and what their harm costs, and what they change against those in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from zoufang.core.errors import BadInput
from zoufang.core.planning.harm import Harm
from zoufang.core.planning.purposes import PurposeRule, VisitValues
from zoufang.core.values import Message, Purpose, gettext_noop

# A figure above 1,000,000 yuan is a slip of the keyboard, not a price.
MOST_FEN = 100_000_000


class Figure(StrEnum):
    """What kind of figure compliance sets."""

    HARM = "harm"  # counted against a visit, times its chance
    VALUE = "value"  # what the purpose is worth beside money
    URGENCY = "urgency"  # added in full on the day of the legal deadline


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a version, in fen: price of each harm, value of each purpose, urgency of those that press."""

    harm_fen: Mapping[Harm, int]
    value_fen: Mapping[Purpose, int]
    urgent_fen: Mapping[Purpose, int]

    def __post_init__(self) -> None:
        for fen in (*self.harm_fen.values(), *self.value_fen.values(), *self.urgent_fen.values()):
            if not 0 <= fen <= MOST_FEN:
                text = gettext_noop("A figure lies between 0 and 1,000,000 yuan. Correct it.")
                raise BadInput(Message(text))

    def __iter__(self) -> Iterator[tuple[Figure, str, int]]:
        """Kind, whose it is (a `Harm` or a `Purpose`), fen; in the order in which people read them."""
        yield from ((Figure.HARM, kind.value, self.harm_fen[kind]) for kind in Harm if kind in self.harm_fen)
        yield from ((Figure.VALUE, one.value, self.value_fen[one]) for one in Purpose if one in self.value_fen)
        yield from ((Figure.URGENCY, one.value, self.urgent_fen[one]) for one in Purpose if one in self.urgent_fen)


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure beside the one before it; `before_fen` is None where it is new."""

    figure: Figure
    of: str
    before_fen: int | None
    fen: int

    @property
    def changed(self) -> bool:
        return self.before_fen != self.fen


def figures_of(values: VisitValues) -> Figures:
    """Every harm and purpose stands in it: one that the version doesn't name costs or brings nothing."""
    return Figures(
        harm_fen={kind: values.harm_price_fen.get(kind, 0) for kind in Harm},
        value_fen={purpose: values.rule(purpose).value_fen for purpose in Purpose},
        urgent_fen={one: values.rule(one).urgent_fen for one in Purpose if values.rule(one).deadline is not None},
    )


def repriced(base: VisitValues, figures: Figures, *, version: str, valid_from: date, source: str) -> VisitValues:
    """`base` with these figures; deadlines, evidence and closing forms stay. BadInput: no figure differs."""
    made = replace(
        base,
        version=version,
        valid_from=valid_from,
        source=source,
        harm_price_fen=dict(figures.harm_fen),
        purposes={one: _rule(base.rule(one), one, figures) for one in Purpose},
    )
    if not any(one.changed for one in figure_changes(base, made)):
        raise BadInput(Message(gettext_noop("These are the figures in force already. Change at least one.")))
    return made


def figure_changes(before: VisitValues, after: VisitValues) -> tuple[FigureChange, ...]:
    """Every figure of `after` beside that of `before`."""
    old = {(figure, of): fen for figure, of, fen in figures_of(before)}
    return tuple(FigureChange(figure, of, old.get((figure, of)), fen) for figure, of, fen in figures_of(after))


def _rule(rule: PurposeRule, purpose: Purpose, figures: Figures) -> PurposeRule:
    return replace(
        rule,
        value_fen=figures.value_fen.get(purpose, rule.value_fen),
        urgent_fen=figures.urgent_fen.get(purpose, rule.urgent_fen),
    )
