"""From a cleared door to the ways of visiting it: cleared hours cut by the slots, each with its P(met)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from zoufang.core.compliance import ClearedVisit
from zoufang.core.planning.candidates import VisitAddress, VisitOption
from zoufang.core.planning.policy import PlanningPolicy, Slot
from zoufang.core.planning.presence import PresenceModel, Whereabouts, is_weekend
from zoufang.core.values import TimeWindow


def visit_options(
    cleared: ClearedVisit,
    address: VisitAddress,
    days: Sequence[date],
    policy: PlanningPolicy,
    presence: PresenceModel,
    appointment: TimeWindow | None = None,
) -> tuple[VisitOption, ...]:
    """Every slot of every day in which this door may be visited; with `appointment` only the promised hours."""
    return tuple(
        VisitOption(cleared, day, hours, presence.p_met(_where(address, day, slot)), slot.name)
        for day in days
        for slot in policy.slots
        for hours in _hours(cleared, day, slot, appointment)
        if hours.end_min - hours.start_min >= policy.service_minutes + policy.search.minutes(address.radius_m)
    )


def _where(address: VisitAddress, day: date, slot: Slot) -> Whereabouts:
    return Whereabouts(address.area, address.address_id, address.kind, slot.name, is_weekend(day))


def _hours(cleared: ClearedVisit, day: date, slot: Slot, appointment: TimeWindow | None) -> Iterator[TimeWindow]:
    for allowed in cleared.windows_on(day):
        windows = [allowed, slot.window] + ([appointment] if appointment else [])
        start, end = max(w.start_min for w in windows), min(w.end_min for w in windows)
        if start < end:
            yield TimeWindow(start, end)
