"""What a new run of the planner changed against the draft that it replaced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zoufang.server.visiting.models import DayPlan, PlannedStop


@dataclass(frozen=True, slots=True)
class Change:
    """Customers by id; `value_fen` is the new worth less the old."""

    value_fen: int
    added: frozenset[str]
    removed: frozenset[str]
    moved: frozenset[str]

    @property
    def nothing(self) -> bool:
        return not (self.added or self.removed or self.moved or self.value_fen)


def remembered(plan: DayPlan, stops: list[PlannedStop]) -> dict[str, Any]:
    """A draft as it is kept in the session while the next one is made: worth, and the crew of each customer."""
    return {"value_fen": plan.value_fen, "stops": {str(stop.party_id): stop.crew.code for stop in stops}}


def change(before: dict[str, Any], plan: DayPlan, stops: list[PlannedStop]) -> Change:
    old, new = before["stops"], {str(stop.party_id): stop.crew.code for stop in stops}
    return Change(
        value_fen=plan.value_fen - before["value_fen"],
        added=frozenset(new.keys() - old.keys()),
        removed=frozenset(old.keys() - new.keys()),
        moved=frozenset(one for one in new.keys() & old.keys() if new[one] != old[one]),
    )
