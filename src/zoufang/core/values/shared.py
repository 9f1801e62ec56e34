"""Values that one domain makes and another reads, so that the domains need not know each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zoufang.core.errors import BadInput


class RiskLevel(StrEnum):
    LOW = "low"
    RAISED = "raised"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Qualification:
    """A visitor may do what `course` teaches until `expires` (that day included)."""

    officer_id: str
    course: str
    issued: date
    expires: date

    def valid_on(self, day: date) -> bool:
        return self.issued <= day <= self.expires


@dataclass(frozen=True, slots=True)
class UpliftEstimate:
    """Extra fen recovered per customer met because of a visit, against the best other channel.

    `method` says where it comes from ("documented prior" until an evaluation exists): never a bare number.
    """

    effect_fen: int
    low_fen: int
    high_fen: int
    method: str

    def __post_init__(self) -> None:
        if not self.low_fen <= self.effect_fen <= self.high_fen:
            raise BadInput(
                f"Uplift {self.effect_fen} lies outside [{self.low_fen}, {self.high_fen}]. Check the order."
            )


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment that a plan asks for."""

    due: date
    principal_fen: int
    interest_fen: int
    fees_fen: int = 0

    def __post_init__(self) -> None:
        if min(self.principal_fen, self.interest_fen, self.fees_fen) < 0 or self.amount_fen == 0:
            raise BadInput(f"Instalment of {self.due} must be positive, got {self.amount_fen} fen in all.")

    @property
    def amount_fen(self) -> int:
        return self.principal_fen + self.interest_fen + self.fees_fen
