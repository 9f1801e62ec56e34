"""A planner's pin as the core's planner keeps it: the crew, and the hour where a person fixed it."""

from __future__ import annotations

from collections.abc import Iterable

from zoufang.core.planning import Candidate, Pin, PlanningPolicy, hours_held, service_of
from zoufang.core.values import TimeWindow
from zoufang.server.visiting.models import PlannerOrder


def pin_of(order: PlannerOrder, crew_id: str, candidate: Candidate, policy: PlanningPolicy) -> Pin:
    """An hour holds when the visit begins within a quarter of an hour of it, at whichever door."""
    if order.arrive is None:
        return Pin(candidate.customer_id, crew_id, order.day)
    services = [service_of(candidate, option, policy) for option in candidate.options]
    window = hours_held(order.arrive, max(services, default=policy.service_minutes))
    return Pin(candidate.customer_id, crew_id, order.day, window=window)


def open_then(pin: Pin, candidate: Candidate, policy: PlanningPolicy) -> bool:
    """Whether any cleared door and slot leaves room for the visit at the fixed hour."""
    if pin.window is None:
        return True
    return any(
        _room(option.window, pin.window) >= service_of(candidate, option, policy) for option in candidate.options
    )


def _room(one: TimeWindow, other: TimeWindow) -> int:
    """Minutes that both windows have in common."""
    return min(one.end_min, other.end_min) - max(one.start_min, other.start_min)


def kept_in(pins: Iterable[Pin], begins: dict[str, tuple[str, int, int]]) -> tuple[Pin, ...]:
    """The pins that a day keeps; `begins`: crew, first and last second of each visit by customer."""
    found = []
    for pin in pins:
        crew, start_s, end_s = begins.get(pin.customer_id, ("", 0, 0))
        held = pin.window is None or (pin.window.start_min * 60 <= start_s and end_s <= pin.window.end_min * 60)
        if crew == pin.crew_id and held:
            found.append(pin)
    return tuple(found)
