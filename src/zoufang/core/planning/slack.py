"""What a crew's day still gives: time left in its shift, and how late it may run before a visit's hours close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zoufang.core.errors import BadInput
from zoufang.core.values import TimeWindow


@dataclass(frozen=True, slots=True)
class TimedStop:
    """One visit as planned, in seconds after local midnight.

    `wait_s`: what lies between reaching the door and beginning, a rest included; a delay eats it up first.
    `close_s`: when the visit has to be over. `promised`: somebody waits for the crew.
    """

    start_s: int
    end_s: int
    wait_s: int
    close_s: int
    promised: bool = False

    def __post_init__(self) -> None:
        if self.end_s < self.start_s or self.wait_s < 0:
            raise BadInput("A stop ends before it begins, or waits less than nothing. Correct its times.")

    @property
    def margin_s(self) -> int:
        return self.close_s - self.end_s


@dataclass(frozen=True, slots=True)
class Slack:
    """Seconds; below zero where the day is late already.

    `left_s`: from coming back to the end of the shift. `late_s`: by how much the crew may leave late and keep all
    hours and its shift; `late_at` is the stop that breaks first, the number of stops where the shift does.
    `promise_s`, `promise_at`: the same for promised visits alone, None without any.
    `by_stop`: how late each visit may begin.
    """

    left_s: int
    late_s: int
    late_at: int
    promise_s: int | None
    promise_at: int | None
    by_stop: tuple[int, ...]


def must_end_by(start_s: int, window: TimeWindow, rest: TimeWindow | None) -> int:
    """A visit before the crew's rest may not run into it."""
    end = window.end_min
    if rest is not None and start_s < rest.start_min * 60:
        end = min(end, rest.start_min)
    return end * 60


def slack(stops: Sequence[TimedStop], *, back_s: int, latest_back_s: int) -> Slack:
    """Of one crew's stops in their order. `latest_back_s` is the end of its shift, overtime included."""
    left = latest_back_s - back_s
    late, at = left, len(stops)
    promise: tuple[int, int] | None = None
    by_stop: list[int] = []
    for place in range(len(stops) - 1, -1, -1):
        stop = stops[place]
        if stop.margin_s <= late:
            late, at = stop.margin_s, place
        if stop.promised and (promise is None or stop.margin_s <= promise[0]):
            promise = stop.margin_s, place
        by_stop.insert(0, late)
        late += stop.wait_s
        promise = (promise[0] + stop.wait_s, promise[1]) if promise else None
    return Slack(left, late, at, promise[0] if promise else None, promise[1] if promise else None, tuple(by_stop))
