"""What crews may use up together: visits, minutes, overtime, kilometres, money, days on which a crew goes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zoufang.core.errors import BadInput
from zoufang.core.values import gettext_noop


class Resource(StrEnum):
    """What a budget counts; the limit is in these units."""

    VISITS = "visits"
    MINUTES = "minutes"  # away from the depot
    OVERTIME_MINUTES = "overtime_minutes"
    KM = "km"
    FEN = "fen"  # the crews' time, overtime and kilometres at their rates
    CREW_DAYS = "crew_days"  # a crew out on a day: pool cars, escorts


RESOURCE_NAMES = {
    Resource.VISITS: gettext_noop("visits"),
    Resource.MINUTES: gettext_noop("minutes away"),
    Resource.OVERTIME_MINUTES: gettext_noop("minutes of overtime"),
    Resource.KM: gettext_noop("kilometres"),
    Resource.FEN: gettext_noop("fen of costs"),
    Resource.CREW_DAYS: gettext_noop("crews out on a day"),
}


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `limit` of a resource for the crews and days in scope together; an empty scope takes all of them."""

    name: str
    resource: Resource
    limit: int
    branch: str = ""
    crew_id: str = ""
    day: date | None = None

    def __post_init__(self) -> None:
        if self.limit < 0:
            raise BadInput(f"Budget {self.name}: a limit of {self.limit} is below zero. Use 0 or more.")

    def covers(self, crew_id: str, branch: str, day: date) -> bool:
        return self.branch in ("", branch) and self.crew_id in ("", crew_id) and self.day in (None, day)
