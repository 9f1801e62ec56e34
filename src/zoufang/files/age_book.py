"""What `zoufang age` reads: loans with entries (JSON), the bank's own snapshots (CSV), or the card panel (CSV)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import ClassVar

from zoufang.core.errors import BadInput
from zoufang.core.portfolio import (
    AgeingPolicy,
    ClassPolicy,
    GivenFigures,
    Impairment,
    Loan,
    Standing,
    Transition,
    standing,
)
from zoufang.files.json_values import read_json
from zoufang.files.panel import is_status_panel, read_status_panel
from zoufang.files.snapshots import read_snapshots


@dataclass(frozen=True)
class AgeInput:
    """Loans with their entries, the bank's own figures by day, and impairments by loan_id."""

    # A misspelt key would silently lose a payment or a pause.
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    bank: str
    loans: tuple[Loan, ...] = ()
    given: tuple[GivenFigures, ...] = ()
    impairments: dict[str, Impairment] = field(default_factory=dict)
    ageing: AgeingPolicy = field(default_factory=AgeingPolicy)
    classes: ClassPolicy = field(default_factory=ClassPolicy)
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if wrong := [loan.loan_id for loan in self.loans if loan.currency != self.currency]:
            raise BadInput(f"Loan {wrong[0]} is not in {self.currency}. Age one currency a file.")
        ids = Counter(loan.loan_id for loan in self.loans)
        if twice := [one for one, times in ids.items() if times > 1]:
            raise BadInput(f"Loan {twice[0]} occurs twice. Keep one of the two.")


@dataclass(frozen=True)
class Book:
    """Standings can be asked for any day of a JSON book, and for the snapshot days of a CSV (`dates`)."""

    source: str
    currency: str
    loans: AgeInput | None
    snapshots: dict[date, list[GivenFigures]]
    warnings: tuple[str, ...] = ()

    def standings(self, day: date) -> list[Standing]:
        if self.loans is not None:
            return _of_entries(self.loans, day)
        if day not in self.snapshots:
            days = ", ".join(map(str, sorted(self.snapshots)))
            raise BadInput(f"{self.source} has no snapshot of {day}. Choose one of: {days}.")
        return [standing(day, given=given) for given in self.snapshots[day]]

    def pooled(self) -> tuple[Transition, ...]:
        """Transitions over all consecutive months of a CSV together, counted by the engine."""
        # Ibis takes a second to load, and only this needs it.
        from zoufang.core.portfolio import frames
        from zoufang.files.engine import engine
        from zoufang.files.panel import panel_frame

        if self.loans is not None or len(self.snapshots) < 2:
            raise BadInput(
                f"{self.source} has no row of snapshots to pool. Give a CSV with two or more month ends."
            )
        standings = [one for day in self.snapshots for one in self.standings(day)]
        held = panel_frame([position for one in standings if (position := one.position)])
        with engine() as run:
            return frames.as_transitions(run.rows(frames.panel_transitions(run.frame(held, "panel"))))


def read_book(path: Path) -> Book:
    """By its ending: .json holds loans and entries, .csv snapshots."""
    match path.suffix.lower():
        case ".json":
            loans = read_json(path, AgeInput)
            return Book(path.name, loans.currency, loans, {})
        case ".csv" if is_status_panel(path):
            panel = read_status_panel(path)
            return Book(
                path.name, panel.currency, None, {day: panel.given(day) for day in panel.dates}, panel.warnings
            )
        case ".csv":
            return Book(path.name, "CNY", None, read_snapshots(path))
    raise BadInput(f"{path.name} is neither .json nor .csv. Give a book in one of these forms.")


def _of_entries(book: AgeInput, day: date) -> list[Standing]:
    """Loans with entries, each beside the newest figures given by that day; then loans known by figures only."""
    newest: dict[str, GivenFigures] = {}
    for given in sorted((g for g in book.given if g.on <= day), key=lambda g: g.on):
        newest[given.loan_id] = given
    standings = [
        standing(
            day,
            loan=loan,
            given=newest.pop(loan.loan_id, None),
            impairment=book.impairments.get(loan.loan_id),
            ageing=book.ageing,
            classes=book.classes,
        )
        for loan in book.loans
    ]
    return standings + [
        standing(day, given=g, impairment=book.impairments.get(g.loan_id), classes=book.classes)
        for g in newest.values()
    ]
