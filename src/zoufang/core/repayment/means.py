"""What a customer told us, or proved, about income, spending and willingness. None means not known, never zero."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zoufang.core.errors import BadInput
from zoufang.core.values import Hardship, Willingness


class Certainty(StrEnum):
    DOCUMENTED = "documented"  # 有凭证: payslip, account statement
    STATED = "stated"  # 自述
    UNCERTAIN = "uncertain"  # 不稳定: odd jobs, a harvest not yet sold


class IncomeRhythm(StrEnum):
    MONTHLY = "monthly"
    BIWEEKLY = "biweekly"
    WEEKLY = "weekly"
    SEASONAL = "seasonal"
    IRREGULAR = "irregular"


@dataclass(frozen=True, slots=True)
class IncomeSource:
    """Monthly average of one source; `kind` as the bank names it (wages, shop, farm, rent, pension)."""

    kind: str
    amount_fen: int | None
    rhythm: IncomeRhythm = IncomeRhythm.MONTHLY
    certainty: Certainty = Certainty.STATED

    def __post_init__(self) -> None:
        _not_negative(self.amount_fen, f"Income from {self.kind}")


@dataclass(frozen=True, slots=True)
class OtherDebt:
    """What another creditor is paid each month."""

    creditor: str
    monthly_fen: int | None

    def __post_init__(self) -> None:
        _not_negative(self.monthly_fen, f"Debt to {self.creditor}")


@dataclass(frozen=True, slots=True)
class Asset:
    """What the household owns. `spare`: neither pledged nor needed to live or work, so that it could be sold."""

    kind: str
    value_fen: int | None
    spare: bool = False

    def __post_init__(self) -> None:
        _not_negative(self.value_fen, f"Asset {self.kind}")


@dataclass(frozen=True, slots=True)
class ComingChange:
    """From `start` on, `monthly_fen` more (positive) or less (negative) is left each month; None: not known."""

    kind: str
    start: date
    monthly_fen: int | None


@dataclass(frozen=True, slots=True)
class MeansStatement:
    """The household's means on one day.

    `income`, `other_debts`, `assets` None: not asked or not answered; empty: none.

    `lump_fen`: money at hand beyond what the household lives on; `pay_day`: day of the month on which pay comes.
    """

    taken_on: date
    district: str
    household_size: int | None
    income: tuple[IncomeSource, ...] | None
    spending_fen: int | None
    other_debts: tuple[OtherDebt, ...] | None
    changes: tuple[ComingChange, ...] = ()
    lump_fen: int | None = None
    pay_day: int | None = None
    hardship: Hardship | None = None
    willingness: Willingness = Willingness.NOT_ASSESSED
    assets: tuple[Asset, ...] | None = None

    def __post_init__(self) -> None:
        _not_negative(self.spending_fen, "Essential spending")
        _not_negative(self.lump_fen, "Money at hand")
        if self.household_size is not None and self.household_size < 1:
            raise BadInput(f"A household of {self.household_size} is impossible. Count the customer too.")
        if self.pay_day is not None and not 1 <= self.pay_day <= 31:
            raise BadInput(f"Pay day {self.pay_day} is not a day of the month. Use 1 to 31.")


def _not_negative(fen: int | None, what: str) -> None:
    if fen is not None and fen < 0:
        raise BadInput(f"{what} is {fen} fen. Amounts of means are 0 or more; leave out what is not known.")
