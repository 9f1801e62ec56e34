"""A day drawn along the clock: one lane a crew, one bar a stop. Lengths are the drawing's own units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zoufang.core.values import hhmm
from zoufang.server.visiting.models import PlannedStop

NAME_WIDTH, MINUTE, LANE, HEAD, HOUR = 104, 1.45, 40, 26, 60
TONES = 10  # as many as the map's colours


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    width: float
    middle: float
    text: str
    title: str
    state: str
    target: str


@dataclass(frozen=True, slots=True)
class Lane:
    name: str
    y: int
    tone: int
    leave: float
    way: float
    about: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    width: float
    height: int
    hours: tuple[tuple[float, str], ...]
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True)
class LaneData:
    """What is drawn of one crew: its trip (seconds after midnight), its stops with title and state."""

    name: str
    trip: dict[str, Any]
    stops: tuple[tuple[PlannedStop, str, str], ...]


def timeline(crews: list[LaneData]) -> Timeline | None:
    """None where nobody goes."""
    if not crews:
        return None
    first = min(crew.trip["leave_s"] for crew in crews) // 3600
    last = -(-max(crew.trip["back_s"] for crew in crews) // 3600)
    hours = tuple((_x(hour * HOUR, first), hhmm(hour * HOUR)) for hour in range(first, last + 1))
    lanes = tuple(_lane(crew, place, first) for place, crew in enumerate(crews))
    return Timeline(_x(last * HOUR, first) + 24, HEAD + LANE * len(crews) + 6, hours, lanes)


def _lane(crew: LaneData, place: int, first: int) -> Lane:
    leave, back = crew.trip["leave_s"] // 60, crew.trip["back_s"] // 60
    return Lane(
        name=crew.name,
        y=HEAD + LANE * place,
        tone=place % TONES,
        leave=_x(leave, first),
        way=round((back - leave) * MINUTE, 1),
        about=f"{hhmm(leave)}–{hhmm(back)}",
        bars=tuple(_bar(stop, title, state, first) for stop, title, state in crew.stops),
    )


def _bar(stop: PlannedStop, title: str, state: str, first: int) -> Bar:
    x, width = _x(stop.arrive, first), round(stop.service_min * MINUTE, 1)
    text = {"done": "✓", "missed": "–"}.get(state, str(stop.number))
    return Bar(x, width, round(x + width / 2, 1), text, title, state, f"stop-{stop.pk}")


def _x(minute: int, first: int) -> float:
    return round(NAME_WIDTH + (minute - first * HOUR) * MINUTE, 1)
