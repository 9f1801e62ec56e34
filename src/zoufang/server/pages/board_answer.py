"""What a move would do, in words and numbers: for the panel, for the line at the pointer, for the drawing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from zoufang.core.errors import ZoufangError
from zoufang.core.planning import Plan, PlannedVisit, Swap, ValueChange, WhatIf
from zoufang.core.values import Message, hhmm
from zoufang.server.daily.board import Board
from zoufang.server.daily.board_moves import sight_warnings, told
from zoufang.server.pages import units


@dataclass(frozen=True, slots=True)
class StopLine:
    """One stop after the move; `was` is its hour before, "" where that is the same or there was none."""

    id: str
    number: int
    name: str
    start: int
    was: str
    moved: bool

    @property
    def at(self) -> str:
        return hhmm(self.start)


@dataclass(frozen=True, slots=True)
class DayLine:
    """One affected crew after the move."""

    code: str
    crew: str
    leave: int
    back: int
    stops: tuple[StopLine, ...]

    @property
    def hours(self) -> str:
        return f"{hhmm(self.leave)}–{hhmm(self.back)}" if self.stops else "–"


@dataclass(frozen=True, slots=True)
class Answer:
    """`reasons` where the move can't be made; else what it changes. `seen`: new visits in sight of each other."""

    feasible: bool
    reasons: tuple[Message, ...] = ()
    change: ValueChange | None = None
    broken: tuple[str, ...] = ()
    kept: int = 0
    seen: tuple[Message, ...] = ()
    days: tuple[DayLine, ...] = ()

    @property
    def away_min(self) -> int:
        return round(self.change.away_s / 60) if self.change else 0

    @property
    def over_min(self) -> int:
        return round(self.change.over_s / 60) if self.change else 0

    @property
    def km(self) -> str:
        return f"{self.change.metres / 1000:+.1f}" if self.change else ""

    def drawn(self) -> list[dict[str, Any]]:
        return [
            {
                "crew": d.code,
                "leave": d.leave,
                "back": d.back,
                "stops": [[s.id, s.start, s.number] for s in d.stops],
            }
            for d in self.days
        ]

    def brief(self, unit: str, said: Any) -> str:
        """One line for the pointer: the reason, or the value and when the visit begins."""
        if self.change is None:
            return " ".join(said(reason) for reason in self.reasons[:1])
        sign = "+" if self.change.value_fen > 0 else ""
        begins = [stop.at for day in self.days for stop in day.stops if stop.moved]
        value = f"{sign}{units.amount_in(unit, self.change.value_fen)} {units.label_of(unit)}"
        return " · ".join([value, *begins, *([_("a required visit falls out")] if self.broken else [])])


def refused(error: ZoufangError) -> Answer:
    """A question that can't be answered is told like a move that can't be made."""
    first = error.args[0] if error.args else ""
    return Answer(False, (first if isinstance(first, Message) else Message("%(text)s", {"text": str(first)}),))


def answer_of(said: WhatIf, board: Board) -> Answer:
    if said.after is None:
        return Answer(False, tuple(told(one.message, board) for one in said.hindrances))
    names = board.names
    return Answer(
        True,
        change=said.change,
        broken=tuple(names.get(one, one) for one in said.promises_broken),
        kept=len(said.promises_kept),
        seen=tuple(sight_warnings(said, board)),
        days=tuple(_day(code, board, said) for code in _crews(board.plan, said)),
    )


def _moved(said: WhatIf) -> set[str]:
    move = said.move
    return {move.customer_id, move.other_id} if isinstance(move, Swap) else {move.customer_id}


def _crews(before: Plan, said: WhatIf) -> list[str]:
    """Those that lost the visit, too."""
    lost = {visit.crew_id for visit in before.visits if visit.customer_id in _moved(said)}
    return sorted(lost | {trip.crew_id for trip in said.days})


def _day(code: str, board: Board, said: WhatIf) -> DayLine:
    trip = next((t for t in said.days if t.crew_id == code), None)
    leave, back = (trip.leave_s // 60, -(-trip.back_s // 60)) if trip else (0, 0)
    visits = [visit for visit in (said.after.visits if said.after else ()) if visit.crew_id == code]
    return DayLine(code, board.crew_names.get(code, code), leave, back, tuple(_lines(visits, board, _moved(said))))


def _lines(visits: Iterable[PlannedVisit], board: Board, moved: set[str]) -> Iterable[StopLine]:
    before = {visit.customer_id: visit.start_hhmm for visit in board.plan.visits}
    for visit in visits:
        was = before.get(visit.customer_id, "")
        yield StopLine(
            visit.customer_id,
            board.number(visit),
            board.names.get(visit.customer_id, ""),
            visit.start_s // 60,
            "" if was == visit.start_hhmm else was,
            visit.customer_id in moved,
        )
