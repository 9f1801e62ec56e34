"""Non-performing loans (A5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from zoufang.core.portfolio.five_class import FiveClass

OVERDUE_90 = 90


@dataclass(frozen=True, slots=True)
class ClassedBalance:
    """One loan on the balance sheet; `dpd` None is unknown and counts as not over 90 days."""

    balance_fen: int
    five_class: FiveClass
    dpd: int | None


@dataclass(frozen=True, slots=True)
class ClassRow:
    five_class: FiveClass
    count: int
    balance_fen: int


@dataclass(frozen=True, slots=True)
class NplReport:
    """`npl_ratio` = (substandard + doubtful + loss) / all; `overdue_90_to_npl` should not exceed 1.

    None where there is nothing to divide by.
    """

    classes: tuple[ClassRow, ...]
    total_fen: int
    npl_fen: int
    overdue_90_fen: int
    npl_ratio: float | None
    overdue_90_to_npl: float | None


def npl(loans: Iterable[ClassedBalance]) -> NplReport:
    """Sums over loans that are not written off."""
    held = list(loans)
    rows = tuple(_row(five_class, held) for five_class in FiveClass)
    total = sum(row.balance_fen for row in rows)
    bad = sum(row.balance_fen for row in rows if row.five_class.non_performing)
    late = sum(loan.balance_fen for loan in held if (loan.dpd or 0) > OVERDUE_90)
    return NplReport(rows, total, bad, late, _ratio(bad, total), _ratio(late, bad))


def _row(five_class: FiveClass, loans: list[ClassedBalance]) -> ClassRow:
    balances = [loan.balance_fen for loan in loans if loan.five_class is five_class]
    return ClassRow(five_class, len(balances), sum(balances))


def _ratio(part_fen: int, whole_fen: int) -> float | None:
    return float(Fraction(part_fen, whole_fen)) if whole_fen else None
