"""Which finished visits are looked at: by lot, with a share that is known beforehand and rises with risk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from zoufang.core.errors import BadInput
from zoufang.core.values import Message, gettext_noop

SCALE = 2**64
ALL = 100


class Risk(StrEnum):
    """Why a visit is looked at more often than others."""

    COMPLAINT = "complaint"
    AGENCY = "agency"
    SHORT = "short"
    OUT_OF_PLACE = "out_of_place"
    LATE_HOURS = "late_hours"
    MOCK_LOCATION = "mock_location"


DEFAULT_SHARES = {
    Risk.COMPLAINT: 100,
    Risk.AGENCY: 20,
    Risk.SHORT: 30,
    Risk.OUT_OF_PLACE: 50,
    Risk.LATE_HOURS: 30,
    Risk.MOCK_LOCATION: 100,
}


@dataclass(frozen=True, slots=True)
class Shares:
    """How many in a hundred visits are drawn: of all, and of those that bear a risk (the highest counts)."""

    base: int
    by_risk: Mapping[Risk, int]

    def __post_init__(self) -> None:
        if not 1 <= self.base <= ALL:
            raise BadInput(
                Message(gettext_noop("Of all visits at least 1 and at most 100 in a hundred are drawn."))
            )
        if set(self.by_risk) != set(Risk) or not all(self.base <= n <= ALL for n in self.by_risk.values()):
            text = gettext_noop("A visit at risk is drawn at least as often as any other, and at most always.")
            raise BadInput(Message(text))

    @classmethod
    def usual(cls) -> Shares:
        return cls(5, DEFAULT_SHARES)

    def of(self, risks: frozenset[Risk]) -> int:
        """The share of a visit with these risks, in a hundred: its known probability of being drawn."""
        return max((self.by_risk[risk] for risk in risks), default=self.base)


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a visit is short (minutes, when somebody was met), out of place (metres) or late (minute)."""

    short_min: int = 5
    away_m: int = 300
    early_until: int = 8 * 60
    late_from: int = 19 * 60


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a finished visit. `away_m`: sure distance of its check-ins from the door, None unknown."""

    met: bool
    lasted_min: float
    began_minute: int
    ended_minute: int
    away_m: float | None = None
    mocked: bool = False
    complained: bool = False
    by_agency: bool = False


def risks_of(signs: Signs, limits: Limits) -> frozenset[Risk]:
    found = {
        Risk.COMPLAINT: signs.complained,
        Risk.AGENCY: signs.by_agency,
        Risk.SHORT: signs.met and signs.lasted_min < limits.short_min,
        Risk.OUT_OF_PLACE: signs.away_m is not None and signs.away_m > limits.away_m,
        Risk.LATE_HOURS: signs.began_minute < limits.early_until or signs.ended_minute > limits.late_from,
        Risk.MOCK_LOCATION: signs.mocked,
    }
    return frozenset(risk for risk, there in found.items() if there)


def lot(seed: str, visit_id: str) -> float:
    """A visit's lot in [0, 1), the same whenever it is cast: SHA-256 over the day's seed and the visit's id."""
    digest = sha256(f"review|{seed}|{visit_id}".encode()).digest()
    return int.from_bytes(digest[:8]) / SCALE
