"""The board drawn: a row a crew with its hours and rest, a block a visit. Lengths are the drawing's own units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from zoufang.core.planning import Crew, CrewDay, Mode, PlannedVisit
from zoufang.core.values import TimeWindow, hhmm
from zoufang.server.daily.board import Board
from zoufang.server.pages.board_form import crew_codes
from zoufang.server.pages.words import word
from zoufang.server.visiting.models import PlannedStop

MINUTE, LANE, HEAD, HOUR, EDGE = 1.55, 46, 26, 60, 22
TONES = 10  # as many as the map's colours


@dataclass(frozen=True, slots=True)
class Block:
    """One visit. `start` and `end` in minutes; `about` says all of it in words."""

    id: str
    number: int
    start: int
    x: float
    width: float
    half: float
    about: str
    fixed: bool
    required: bool


@dataclass(frozen=True, slots=True)
class Row:
    code: str
    name: str
    y: int
    tone: int
    shift: tuple[float, float]
    rest: tuple[float, float] | None
    way: tuple[float, float]
    about: str
    blocks: tuple[Block, ...]
    begun: tuple[Block, ...]

    @property
    def back(self) -> float:
        """Where the way ends."""
        return round(self.way[0] + self.way[1], 1)


@dataclass(frozen=True, slots=True)
class Drawing:
    width: float
    height: int
    first: int
    hours: tuple[tuple[float, str], ...]
    rows: tuple[Row, ...]

    def as_json(self) -> dict[str, Any]:
        """What a script needs to move blocks about."""
        return {
            "first": self.first * HOUR,
            "minute": MINUTE,
            "edge": EDGE,
            "lane": LANE,
            "head": HEAD,
            "rows": [
                {
                    "code": row.code,
                    "name": row.name,
                    "stops": [[b.id, b.start, b.width / MINUTE] for b in row.blocks],
                }
                for row in self.rows
            ],
        }


def drawing(board: Board, tones: Mapping[str, int], stops: Sequence[PlannedStop]) -> Drawing:
    """Every crew that may go, also those without a stop. `tones`: the map's colour of each crew that goes.

    Of `stops` what is not on the board has begun: it is drawn, and stays where it is.
    """
    crews = [board.frame.crew_by_id[code] for code in crew_codes(board)]
    can_move = {visit.customer_id for visit in board.plan.visits}
    begun = [stop for stop in stops if str(stop.party_id) not in can_move]
    starts = [crew.shift.start_min for crew in crews] + [stop.arrive for stop in begun]
    first = min(starts, default=8 * HOUR) // HOUR
    last = -(-max((crew.latest_back_min for crew in crews), default=18 * HOUR) // HOUR)
    hours = tuple((_x(hour * HOUR, first), hhmm(hour * HOUR)) for hour in range(first, last + 1))
    rows = tuple(_row(board, crew, place, first, tones, begun) for place, crew in enumerate(crews))
    return Drawing(_x(last * HOUR, first) + EDGE, HEAD + LANE * len(crews), first, hours, rows)


def _row(
    board: Board, crew: Crew, place: int, first: int, tones: Mapping[str, int], begun: Sequence[PlannedStop]
) -> Row:
    visits = board.plan.route(crew.crew_id, board.plan.days[0])
    trip = next((t for t in board.plan.crew_days if t.crew_id == crew.crew_id), None)
    leave, back = (trip.leave_s // 60, -(-trip.back_s // 60)) if trip else (0, 0)
    way = (_x(leave, first), round((back - leave) * MINUTE, 1)) if trip else (0.0, 0.0)
    return Row(
        code=crew.crew_id,
        name=board.crew_names.get(crew.crew_id, crew.crew_id),
        y=HEAD + LANE * place,
        tone=tones.get(crew.crew_id, place % TONES),
        shift=_span(TimeWindow(crew.shift.start_min, crew.latest_back_min), first),
        rest=_span(crew.rest, first) if crew.rest else None,
        way=way,
        about=_about(trip),
        blocks=_blocks(board, visits, first),
        begun=tuple(_begun(stop, first) for stop in begun if stop.crew.code == crew.crew_id),
    )


def _about(trip: CrewDay | None) -> str:
    """Its hours, how it goes where that is not by car, and its overtime."""
    if trip is None:
        return "–"
    told = [f"{hhmm(trip.leave_s // 60)}–{hhmm(-(-trip.back_s // 60))}"]
    told += [word(trip.mode, "mode")] if trip.mode is not Mode.CAR else []
    if trip.over_s:
        told.append(_("overtime %(n)s min") % {"n": -(-trip.over_s // 60)})
    return " · ".join(told)


def _begun(stop: PlannedStop, first: int) -> Block:
    x, width = _x(stop.arrive, first), round(stop.service_min * MINUTE, 1)
    about = f"{stop.number}. {hhmm(stop.arrive)}"
    return Block(str(stop.party_id), stop.number, stop.arrive, x, width, round(width / 2, 1), about, False, False)


def _span(window: TimeWindow, first: int) -> tuple[float, float]:
    return _x(window.start_min, first), round((window.end_min - window.start_min) * MINUTE, 1)


def _blocks(board: Board, visits: Sequence[PlannedVisit], first: int) -> tuple[Block, ...]:
    fixed = {pin.customer_id for pin in board.frame.pins}
    return tuple(_block(board, visit, first, visit.customer_id in fixed) for visit in visits)


def _block(board: Board, visit: PlannedVisit, first: int, fixed: bool) -> Block:
    start, width = visit.start_s // 60, round(visit.service_minutes * MINUTE, 1)
    name, purpose = board.names.get(visit.customer_id, ""), word(visit.purpose, "purpose")
    number = board.number(visit)
    about = f"{number}. {name} {visit.start_hhmm} {purpose} ({visit.window})"
    x = _x(start, first)
    return Block(visit.customer_id, number, start, x, width, round(width / 2, 1), about, fixed, visit.required)


def _x(minute: int, first: int) -> float:
    return round(EDGE + (minute - first * HOUR) * MINUTE, 1)
