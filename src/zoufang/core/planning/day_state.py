"""A day that is partly done: what has happened, where the crews are, what has changed; and what is left of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from zoufang.core.errors import BadInput
from zoufang.core.planning.candidates import Candidate
from zoufang.core.planning.crews import Crew
from zoufang.core.planning.plans import Pin, Plan, PlannedVisit
from zoufang.core.values import Message, Point, TimeWindow

DAY_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class DoneVisit:
    """A visit that has begun: seconds after local midnight; `end_s` is expected while it is under way.

    `nobody_home`: nobody was met, and the customer may be tried again in a later slot of the day.
    """

    customer_id: str
    start_s: int
    end_s: int
    nobody_home: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.start_s <= self.end_s <= DAY_S:
            raise BadInput(f"Visit to {self.customer_id}: begins and ends within one day, in order. Correct it.")


@dataclass(frozen=True, slots=True)
class CrewNow:
    """Where a crew is, and from which second of the day it can move on."""

    crew_id: str
    point: Point
    free_s: int


@dataclass(frozen=True, slots=True)
class DayState:
    """What is known at `now_s`, in seconds after local midnight.

    A crew without an entry in `crews` stands at the door of its last visit, or at its depot. `withdrawn`: who is
    not to be visited any more and why (paid, complaint, stop). `crews_out`: ill or SOS; their open visits are
    handed on.
    """

    now_s: int
    done: tuple[DoneVisit, ...] = ()
    crews: tuple[CrewNow, ...] = ()
    withdrawn: Mapping[str, Message] = field(default_factory=dict)
    crews_out: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not 0 <= self.now_s <= DAY_S:
            raise BadInput(f"{self.now_s} is no second of a day. Pass seconds after local midnight.")
        if any(visit.start_s > self.now_s for visit in self.done):
            raise BadInput("A visit is called done before it has begun. Correct its times or the time of day.")

    @property
    def over(self) -> frozenset[str]:
        """Customers who have been visited and are not tried again."""
        return frozenset(visit.customer_id for visit in self.done if not visit.nobody_home)


def done_visits(before: Plan, state: DayState) -> tuple[PlannedVisit, ...]:
    """The begun visits as they were planned, with their actual times, numbered within their crew."""
    times = {visit.customer_id: visit for visit in state.done}
    planned = {visit.customer_id for visit in before.visits}
    if strangers := sorted(set(times) - planned):
        raise BadInput(f"{strangers[0]} is called done, but is not in the plan. Pass the plan that was driven.")
    begun = [v for v in before.visits if v.customer_id in times]
    begun.sort(key=lambda v: (v.crew_id, times[v.customer_id].start_s, v.order))
    count: dict[str, int] = {}
    made = []
    for visit in begun:
        count[visit.crew_id] = count.get(visit.crew_id, 0) + 1
        at = times[visit.customer_id]
        made.append(
            replace(
                visit,
                order=count[visit.crew_id],
                arrive_s=min(visit.arrive_s, at.start_s),
                start_s=at.start_s,
                end_s=at.end_s,
            )
        )
    return tuple(made)


def crews_left(
    before: Plan, candidates: Sequence[Candidate], crews: Sequence[Crew], state: DayState
) -> Iterator[Crew]:
    """The crews that can still go, each from where it stands and from the full minute when it is free."""
    where = _positions(before, candidates, state)
    for crew in crews:
        now = where.get(crew.crew_id, CrewNow(crew.crew_id, crew.depot, state.now_s))
        start = max(crew.shift.start_min, -(-max(now.free_s, state.now_s) // 60))
        if crew.crew_id not in state.crews_out and start < crew.shift.end_min:
            shift = TimeWindow(start, crew.shift.end_min)
            yield replace(crew, start=now.point, shift=shift, rest=_rest_left(crew.rest, start))


def _positions(before: Plan, candidates: Sequence[Candidate], state: DayState) -> dict[str, CrewNow]:
    """By crew: as told, else the door of the last visit that has begun."""
    doors = {(c.customer_id, a.address_id): a.point for c in candidates for a in c.addresses}
    where: dict[str, CrewNow] = {}
    for visit in done_visits(before, state):
        if (point := doors.get((visit.customer_id, visit.address_id))) is not None:
            where[visit.crew_id] = CrewNow(visit.crew_id, point, visit.end_s)
    told = {now.crew_id: now for now in state.crews}
    for crew_id, now in told.items():
        busy = where[crew_id].free_s if crew_id in where else 0
        told[crew_id] = replace(now, free_s=max(now.free_s, busy))
    return where | told


def _rest_left(rest: TimeWindow | None, start: int) -> TimeWindow | None:
    if rest is None or rest.end_min <= start:
        return None
    return TimeWindow(max(rest.start_min, start), rest.end_min)


def open_candidates(before: Plan, candidates: Sequence[Candidate], state: DayState) -> list[Candidate]:
    """Who may still be visited: a promise keeps door and slot, a door where nobody was waits for a later slot."""
    planned = {visit.customer_id: visit for visit in before.visits}
    tried = {visit.customer_id for visit in state.done if visit.nobody_home}
    left = []
    for one in candidates:
        visit = planned.get(one.customer_id)
        if one.customer_id in state.over or one.customer_id in state.withdrawn:
            continue
        if visit is not None and one.customer_id in tried:
            later = tuple(o for o in one.options if o.window.start_min >= visit.window.end_min)
            left.append(replace(one, options=later))
        elif visit is not None and one.required:
            left.append(_as_promised(one, visit))
        else:
            left.append(one)
    return left


def _as_promised(one: Candidate, visit: PlannedVisit) -> Candidate:
    """Told once, kept: the same door and slot; a promise that was changed since stands as it is now."""
    same = tuple(o for o in one.options if (o.cleared.address_id, o.window) == (visit.address_id, visit.window))
    return replace(one, options=same or one.options)


def pins_left(pins: Sequence[Pin], crews: Sequence[Crew], pool: Sequence[Candidate], state: DayState) -> list[Pin]:
    """Pins that can still bind: the crew is there, the customer is open; what isn't so is handed on freely."""
    going = {crew.crew_id for crew in crews}
    waiting = {one.customer_id for one in pool if one.options} - {v.customer_id for v in state.done}
    return [pin for pin in pins if pin.crew_id in going and pin.customer_id in waiting]
