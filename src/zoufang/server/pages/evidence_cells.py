"""What tables of evidence are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zoufang.core.values import BANK_ZONE


@dataclass(frozen=True, slots=True)
class Cell:
    """`data`: the bank's own, in whatever language; `tone`: a badge of this colour."""

    text: str
    data: bool = False
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A table; `note` says how to read it, `empty` what no row means; `folded`: long, opened on demand."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    mark: str = ""  # numbers and hashes that belong to the note
    empty: str = ""
    folded: bool = False


def clock(at: datetime) -> str:
    """To the second, in the bank's zone."""
    return f"{at.astimezone(BANK_ZONE):%Y-%m-%d %H:%M:%S}"
