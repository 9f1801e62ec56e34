"""What crews may use up together: visits, minutes, overtime, kilometres, money, days on which a crew goes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zoufang.core.errors import BadInput
from zoufang.core.values import Message, format_yuan, gettext_noop


class Resource(StrEnum):
    """What a budget counts; the limit is in these units."""

    VISITS = "visits"
    MINUTES = "minutes"  # away from the depot
    OVERTIME_MINUTES = "overtime_minutes"
    KM = "km"
    FEN = "fen"  # the crews' time, overtime and kilometres at their rates
    CREW_DAYS = "crew_days"  # a crew out on a day: escorts, guards


RESOURCE_NAMES = {  # money is told in yuan
    Resource.VISITS: gettext_noop("visits"),
    Resource.MINUTES: gettext_noop("minutes away"),
    Resource.OVERTIME_MINUTES: gettext_noop("minutes of overtime"),
    Resource.KM: gettext_noop("kilometres"),
    Resource.FEN: gettext_noop("yuan of costs"),
    Resource.CREW_DAYS: gettext_noop("crews out on a day"),
}


def in_words(resource: Resource, used: int, limit: int) -> dict[str, object]:
    """Used, allowed and what is counted, for a text; money in yuan."""
    told = [format_yuan(n) if resource is Resource.FEN else n for n in (used, limit)]
    return {"used": told[0], "limit": told[1], "resource": Message(RESOURCE_NAMES[resource])}


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `limit` of a resource for the crews and days in scope together; an empty scope takes all of them.

    `branches`: of the crews; `first_day` to `last_day`: a period, both ends in it.
    """

    name: str
    resource: Resource
    limit: int
    branches: tuple[str, ...] = ()
    crews: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None

    def __post_init__(self) -> None:
        if self.limit < 0:
            raise BadInput(f"Budget {self.name}: a limit of {self.limit} is below zero. Use 0 or more.")
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise BadInput(f"Budget {self.name} ends before it begins. Correct its days.")

    def covers(self, crew_id: str, branch: str, day: date) -> bool:
        if self.first_day is not None and day < self.first_day:
            return False
        if self.last_day is not None and day > self.last_day:
            return False
        return (not self.branches or branch in self.branches) and (not self.crews or crew_id in self.crews)


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """What a plan uses of a budget, in its units rounded up, and about what one unit more would bring.

    The price is the search's estimate; 0 where the budget does not bind.
    """

    budget: Budget
    used: int
    price_fen: float = 0.0
