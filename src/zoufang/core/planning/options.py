"""From a cleared door to the ways of visiting it: cleared hours cut by the slots, each with its P(met)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from zoufang.core.compliance import ClearedVisit
from zoufang.core.places import daylight
from zoufang.core.planning.candidates import VisitAddress, VisitOption
from zoufang.core.planning.policy import PlanningPolicy, Slot
from zoufang.core.planning.presence import PresenceModel, Whereabouts, is_weekend
from zoufang.core.planning.rural_calendar import NO_SEASON, RuralCalendar, season_of
from zoufang.core.values import TimeWindow


def visit_options(
    cleared: ClearedVisit,
    address: VisitAddress,
    days: Sequence[date],
    policy: PlanningPolicy,
    presence: PresenceModel,
    appointment: TimeWindow | None = None,
    calendar: RuralCalendar | None = None,
) -> tuple[VisitOption, ...]:
    """Every slot of every day in which this door may be visited; with `appointment` only the promised hours.

    `calendar` shifts P(met) at a rural door by the day's season.
    """
    return tuple(
        VisitOption(cleared, day, hours, presence.p_met(_where(address, day, slot, calendar)), slot.name)
        for day in days
        for slot in policy.slots
        for hours in _hours(cleared, day, (slot.window, *_light(address, day, policy)), appointment)
        if hours.end_min - hours.start_min >= policy.service_minutes + policy.search.minutes(address.radius_m)
    )


def _where(address: VisitAddress, day: date, slot: Slot, calendar: RuralCalendar | None) -> Whereabouts:
    season = NO_SEASON
    if calendar is not None and address.rural:
        season = season_of(day, address.county, calendar, address.area)
    shift = season.shift(address.kind, slot.name)
    return Whereabouts(address.area, address.address_id, address.kind, slot.name, is_weekend(day), shift)


def _light(address: VisitAddress, day: date, policy: PlanningPolicy) -> tuple[TimeWindow, ...]:
    """Sunrise to sunset where the policy wants no visit in the dark of a village."""
    if not (policy.rural_daylight_only and address.rural and address.point is not None):
        return ()
    light = daylight(day, address.point)
    return (light,) if light else ()


def _hours(
    cleared: ClearedVisit, day: date, within: tuple[TimeWindow, ...], appointment: TimeWindow | None
) -> Iterator[TimeWindow]:
    for allowed in cleared.windows_on(day):
        windows = [allowed, *within] + ([appointment] if appointment else [])
        start, end = max(w.start_min for w in windows), min(w.end_min for w in windows)
        if start < end:
            yield TimeWindow(start, end)
