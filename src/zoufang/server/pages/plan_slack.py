"""How much a crew's day still gives, told from a kept plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from zoufang.core.planning import Slack, TimedStop, must_end_by, slack
from zoufang.core.values import TimeWindow
from zoufang.server.daily.crews import rest_within, shift_on
from zoufang.server.visiting.models import Crew, PlannedStop

DAY_S = 86_400


def slack_of(crew: Crew, day: date, trip: dict[str, Any], stops: Sequence[PlannedStop]) -> Slack:
    """By the crew's hours as they are now. Without kept waiting times (older plans) no wait is counted on."""
    shift = shift_on(crew, day) or TimeWindow(crew.shift_start, crew.shift_end)
    rest = rest_within(crew, shift)
    timed = [_timed(stop, *times, rest) for stop, times in zip(stops, _times(trip, stops), strict=True)]
    return slack(timed, back_s=trip["back_s"], latest_back_s=(shift.end_min + crew.overtime_minutes) * 60)


def _times(trip: dict[str, Any], stops: Sequence[PlannedStop]) -> list[tuple[int, int]]:
    kept = trip.get("stops_s", ())
    return [(a, b) for a, b in kept] if len(kept) == len(stops) else [(stop.arrive * 60, 0) for stop in stops]


def _timed(stop: PlannedStop, start_s: int, wait_s: int, rest: TimeWindow | None) -> TimedStop:
    """A withdrawn visit holds nobody to its hours."""
    window = TimeWindow(stop.window_start, stop.window_end)
    gone = withdrawn(stop)
    close = DAY_S if gone else must_end_by(start_s, window, rest)
    return TimedStop(start_s, start_s + stop.service_min * 60, max(0, wait_s), close, stop.required and not gone)


def withdrawn(stop: PlannedStop) -> bool:
    visit = getattr(stop, "visit", None)
    return visit is not None and visit.withdrawn_reason is not None
