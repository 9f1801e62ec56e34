"""All ways of making a move by hand: doors, slots and places in the order; the best, or what hinders it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.planning.candidates import VisitOption
from zoufang.core.planning.carried_out import Driven, Lane
from zoufang.core.planning.check import option_of
from zoufang.core.planning.hand_moves import FIRST, Move, PlanFrame, Put, Swap, TakeOut
from zoufang.core.planning.hand_timing import (
    HOLD_MINUTES,
    UNITS_PER_FEN,
    Call,
    Miss,
    Roads,
    Timing,
    call_for,
    service_of,
    time_calls,
)
from zoufang.core.planning.move_obstacles import Hindrance, before_driving, hour_not_open, of_miss
from zoufang.core.planning.plans import Plan
from zoufang.core.values import Message, TimeWindow, gettext_noop

STALE = gettext_noop(
    "What is known of %(customer)s has changed since the plan was made. Run the planner again first."
)
GONE = gettext_noop("%(customer)s is not in that day's plan any more. Load the page again.")


class Ways:
    """The crews' days that a move touches, and the ways of making it. Lives only inside one call.

    `moved` customers go to their `targets`; the pins of all others are `held`.
    """

    def __init__(self, plan: Plan, move: Move, frame: PlanFrame) -> None:
        self.plan, self.move, self.frame = plan, move, frame
        self.moved = (move.customer_id, move.other_id) if isinstance(move, Swap) else (move.customer_id,)
        _known(self.moved, frame.by_id, "Customer")
        self.visits = {visit.customer_id: visit for visit in plan.visits}
        self.held = {pin.customer_id: pin for pin in frame.pins if pin.customer_id not in self.moved}
        self.targets = self._targets()
        self.going = {lane: frame.going(plan, *lane) for lane in self._touched()}
        self.lanes = {lane: self._present(lane) for lane in self.going}
        points = [call.point for calls in self.lanes.values() for call in calls]
        points += [a.point for name in self.moved for a in frame.by_id[name].addresses if a.point is not None]
        for crew in self.going.values():
            points += [crew.sets_out_from, crew.depot]
        self.roads = Roads(points, frame.travel, frame.policy.modes)
        self._times: dict[tuple[Lane, tuple[int, ...]], tuple[list[Call], Timing | Miss]] = {}

    def _targets(self) -> dict[str, Lane]:
        """Where each moved customer goes to."""
        move = self.move
        if isinstance(move, Put):
            _known((move.crew_id,), self.frame.crew_by_id, "Crew")
            return {move.customer_id: (move.crew_id, move.day)}
        lanes = {name: self._lane_of(name) for name in self.moved}
        if isinstance(move, Swap):
            return {move.customer_id: lanes[move.other_id], move.other_id: lanes[move.customer_id]}
        return {}

    def _lane_of(self, customer_id: str) -> Lane:
        visit = self.visits.get(customer_id)
        if visit is None:
            raise Conflict(Message(GONE, {"customer": customer_id}))
        return visit.crew_id, visit.day

    def _touched(self) -> list[Lane]:
        now = [self._lane_of(name) for name in self.moved if name in self.visits]
        return list(dict.fromkeys([*now, *self.targets.values()]))

    def _present(self, lane: Lane) -> list[Call]:
        """The lane's calls as planned, without those that are moved."""
        return [self._as_planned(visit.customer_id) for visit in self.plan.route(*lane)]

    def _as_planned(self, customer_id: str) -> Call:
        candidate, pin = self.frame.by_id.get(customer_id), self.held.get(customer_id)
        option = option_of(self.visits[customer_id], candidate) if candidate else None
        call = None
        if candidate is not None and option is not None:
            crew = self.frame.crew_by_id[self.visits[customer_id].crew_id]
            call = call_for(candidate, option, self.frame.policy, crew, pin.window if pin else None)
        if call is None:
            raise Conflict(Message(STALE, {"customer": customer_id}))
        return call

    def hindrances(self) -> Iterator[Hindrance]:
        for name, (crew_id, day) in self.targets.items():
            crew = self.going[crew_id, day]
            yield from before_driving(self.frame.by_id[name], crew, day, self.frame.policy.modes)
        if isinstance(self.move, Put) and self.move.arrive_min is not None:
            yield from self._hour_open(self.move, self.move.arrive_min)

    def _hour_open(self, move: Put, arrive_min: int) -> Iterator[Hindrance]:
        candidate = self.frame.by_id[move.customer_id]
        today = [option for option in candidate.options if option.day == move.day]
        services = [service_of(candidate, option, self.frame.policy) for option in today]
        if today and not self._calls(move.customer_id, (move.crew_id, move.day)):
            yield hour_not_open(candidate, today, move.day, arrive_min, min(services))

    def _calls(self, customer_id: str, lane: Lane) -> list[Call]:
        """Every door and slot of the day on the map, within the hour asked for, as the lane's crew would do it."""
        crew, day = self.frame.crew_by_id[lane[0]], lane[1]
        candidate, arrive = self.frame.by_id[customer_id], None
        if isinstance(self.move, Put):
            arrive = self.move.arrive_min
        found = []
        for option in candidate.options:
            service = service_of(candidate, option, self.frame.policy)
            if option.day != day or not _open_at(option, arrive, service):
                continue
            held = None if arrive is None else TimeWindow(arrive, min(24 * 60, arrive + service + HOLD_MINUTES))
            if (call := call_for(candidate, option, self.frame.policy, crew, held)) is not None:
                found.append(replace(call, moved=True))
        return found

    def best(self) -> dict[Lane, Driven] | Hindrance:
        """The way that is worth most; or of all that fail, why the nearest does."""
        best: tuple[int, dict[Lane, list[Call]]] | None = None
        nearest: tuple[int, Lane, list[Call], Miss] | None = None
        for lanes in self._ways():
            times = {lane: self.timed(lane, calls) for lane, calls in lanes.items()}
            misses = [(t.late_s, lane, lanes[lane], t) for lane, t in times.items() if isinstance(t, Miss)]
            if misses:
                worst = max(misses, key=lambda miss: miss[0])
                nearest = worst if nearest is None or worst[0] < nearest[0] else nearest
                continue
            units = sum(c.gross_fen for calls in lanes.values() for c in calls) * UNITS_PER_FEN
            units -= sum(t.cost_units for t in times.values() if isinstance(t, Timing))
            best = (units, lanes) if best is None or units > best[0] else best
        if best is not None:
            return {lane: (calls, self._fits(lane, calls)) for lane, calls in best[1].items()}
        assert nearest is not None  # noqa: S101 - what has no way at all was hindered before
        _, lane, calls, miss = nearest
        return of_miss(miss, self.going[lane], calls, self.roads)

    def _fits(self, lane: Lane, calls: list[Call]) -> Timing:
        timing = self.timed(lane, calls)
        assert isinstance(timing, Timing)  # noqa: S101 - only ways that fit are asked for
        return timing

    def timed(self, lane: Lane, calls: list[Call]) -> Timing | Miss:
        """Timed once for each order; the calls are kept, so that no other call gets their id."""
        key = lane, tuple(id(call) for call in calls)
        if key not in self._times:
            self._times[key] = calls, time_calls(self.going[lane], calls, self.roads)
        return self._times[key][1]

    def _ways(self) -> Iterator[dict[Lane, list[Call]]]:
        if isinstance(self.move, Swap):
            yield from self._swapped(self.move)
            return
        rest = {
            lane: [c for c in calls if c.candidate.customer_id not in self.moved]
            for lane, calls in self.lanes.items()
        }
        if isinstance(self.move, TakeOut):
            yield rest
            return
        there = self.targets[self.move.customer_id]
        for call in self._calls(self.move.customer_id, there):
            for k in self._places(self.move, rest[there]):
                yield rest | {there: [*rest[there][:k], call, *rest[there][k:]]}

    def _places(self, move: Put, calls: list[Call]) -> Sequence[int]:
        if move.after is None:
            return range(len(calls) + 1)
        if move.after == FIRST:
            return (0,)
        names = [call.candidate.customer_id for call in calls]
        if move.after not in names:
            raise Conflict(Message(GONE, {"customer": move.after}))
        return (names.index(move.after) + 1,)

    def _swapped(self, move: Swap) -> Iterator[dict[Lane, list[Call]]]:
        one, other = move.customer_id, move.other_id
        for mine in self._calls(one, self.targets[one]):
            for theirs in self._calls(other, self.targets[other]):
                turned = {one: theirs, other: mine}
                yield {
                    lane: [turned.get(call.candidate.customer_id, call) for call in calls]
                    for lane, calls in self.lanes.items()
                }


def _open_at(option: VisitOption, arrive_min: int | None, service_min: int) -> bool:
    if arrive_min is None:
        return True
    return option.window.start_min <= arrive_min and arrive_min + service_min <= option.window.end_min


def _known(names: Sequence[str], among: Mapping[str, object], what: str) -> None:
    for name in names:
        if name not in among:
            raise BadInput(f"{what} {name} is unknown here. Choose one of the plan.")
