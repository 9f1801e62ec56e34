"""What a household must keep to live on, and how far a stated figure is trusted. The bank's data, dated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zoufang.core.errors import BadInput
from zoufang.core.repayment.means import Certainty
from zoufang.core.values import Period, gettext_noop

EVERYWHERE = "*"
# What the shipped table names as its source, until the bank puts its own; here so that it can be translated.
TEMPLATE_SOURCE = gettext_noop(
    "template assumption; replace by the prefecture's published minimum living standard"
)


@dataclass(frozen=True, slots=True)
class LivingStandard:
    """Essential monthly spending of a household in `district` (`*`: wherever no other row fits).

    `source` names the paper that sets it and `published` its day: None for an assumption of the bank's own.
    """

    district: str
    first_person_fen: int
    each_further_person_fen: int
    valid: Period
    source: str
    published: date | None = None

    def __post_init__(self) -> None:
        if min(self.first_person_fen, self.each_further_person_fen) <= 0:
            raise BadInput(f"Living standard of {self.district} must be positive. Correct the table.")

    def household_fen(self, size: int) -> int:
        return self.first_person_fen + (size - 1) * self.each_further_person_fen


@dataclass(frozen=True, slots=True)
class Trust:
    """Shares in percent of an income that count towards the cautious and the hopeful end of the range."""

    low_percent: int
    high_percent: int

    def __post_init__(self) -> None:
        if not 0 <= self.low_percent <= self.high_percent <= 100:
            raise BadInput(
                f"Trust of {self.low_percent} to {self.high_percent} percent is out of order. Correct it."
            )


@dataclass(frozen=True, slots=True)
class Standards:
    """`assumed_*` stand in for what is not known: household size, share of income owed to others."""

    living: tuple[LivingStandard, ...]
    documented: Trust = Trust(100, 100)
    stated: Trust = Trust(70, 100)
    uncertain: Trust = Trust(0, 50)
    reserve_percent: int = 10
    assumed_household: int = 3
    assumed_debt_percent: int = 30

    def __post_init__(self) -> None:
        percents = (self.reserve_percent, self.assumed_debt_percent)
        if not all(0 <= p <= 100 for p in percents) or self.assumed_household < 1:
            raise BadInput(
                "Reserve and assumed debt are percentages, the assumed household at least 1. Correct them."
            )

    def trust(self, certainty: Certainty) -> Trust:
        return {
            Certainty.DOCUMENTED: self.documented,
            Certainty.STATED: self.stated,
            Certainty.UNCERTAIN: self.uncertain,
        }[certainty]

    def living_standard(self, district: str, on: date) -> LivingStandard:
        """The row of the district, or else the general one, in force on the day; BadInput where there is none."""
        valid = [row for row in self.living if on in row.valid]
        for name in (district, EVERYWHERE):
            rows = [row for row in valid if row.district == name]
            if rows:
                return max(rows, key=lambda row: row.valid.start)
        raise BadInput(f"No living standard for {district} on {on}. Add a row, or a general one ({EVERYWHERE}).")
