"""A plan from doors and slots in a given order, timed to the second: how a kept plan is read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from zoufang.core.errors import Conflict
from zoufang.core.planning.candidates import Candidate, VisitOption
from zoufang.core.planning.carried_out import Driven, Lane, carried_out
from zoufang.core.planning.crews import Crew
from zoufang.core.planning.hand_moves import PlanFrame
from zoufang.core.planning.hand_timing import Call, Miss, Roads, call_for, time_calls
from zoufang.core.planning.modes import Mode
from zoufang.core.planning.plans import Plan, Unplanned
from zoufang.core.values import Message, gettext_noop

DOES_NOT_FIT = gettext_noop("The day of crew %(crew)s does not fit its hours any more. Run the planner again.")
Stops = Sequence[tuple[Candidate, VisitOption, int]]  # and the minute in which the visit is known to begin


def driven_plan(
    lanes: Mapping[Lane, Stops],
    frame: PlanFrame,
    days: Sequence[date],
    seed: int,
    modes: Mapping[Lane, Mode] | None = None,
) -> Plan:
    """Each crew's stops in this order at the cheapest times, on that side of its rest where they are known to be.

    Everybody else is left out, without a reason. `modes`: how crews go; those not named go as they prefer.
    Conflict names the crew whose stops don't fit into its day, or have lost their place on the map.
    """
    going = {lane: _as_going(lane, frame, modes or {}) for lane in lanes}
    calls = {lane: _calls(going[lane], stops, frame) for lane, stops in lanes.items()}
    points = [point for crew in going.values() for point in (crew.sets_out_from, crew.depot)]
    roads = Roads(
        [*points, *(call.point for mine in calls.values() for call in mine)], frame.travel, frame.policy.modes
    )
    driven: dict[Lane, Driven] = {}
    for lane, mine in calls.items():
        timing = time_calls(going[lane], mine, roads)
        if isinstance(timing, Miss):
            raise Conflict(Message(DOES_NOT_FIT, {"crew": lane[0]}))
        driven[lane] = mine, timing
    left = tuple(Unplanned(c.customer_id, (), c.required) for c in frame.candidates)
    empty = Plan(tuple(days), (), (), left, 0, seed, "by hand", (), {})
    pinned = {pin.customer_id for pin in frame.pins}
    return carried_out(empty, driven, going, pinned, roads, frame)


def _as_going(lane: Lane, frame: PlanFrame, modes: Mapping[Lane, Mode]) -> Crew:
    crew = frame.crew_by_id[lane[0]]
    return crew.by(modes.get(lane, crew.mode), frame.policy.modes)


def _calls(crew: Crew, stops: Stops, frame: PlanFrame) -> list[Call]:
    found, rest = [], crew.rest
    for candidate, option, begin_min in stops:
        call = call_for(candidate, option, frame.policy, crew)
        if call is None:
            raise Conflict(Message(DOES_NOT_FIT, {"crew": crew.crew_id}))
        if rest is not None and begin_min < rest.start_min:
            call = replace(call, end_s=min(call.end_s, rest.start_min * 60))
        elif rest is not None:
            call = replace(call, early_s=max(call.early_s, rest.end_min * 60))
        found.append(call)
    return found
