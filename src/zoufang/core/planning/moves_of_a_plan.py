"""What if a person moves one visit of a plan: feasible or not and why, what it costs, and when each stop then is.

No search and no engine: the order is the person's, door and slot of the moved visit are the best that fit, other
visits keep theirs. The answer is a whole plan that the independent checker has passed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from zoufang.core.planning.budgets import in_words
from zoufang.core.planning.carried_out import Lane, ValueChange, carried_out, value_change
from zoufang.core.planning.check import violations
from zoufang.core.planning.check_budgets import used_of
from zoufang.core.planning.check_cars import cars_out, takes_from
from zoufang.core.planning.hand_moves import Move, PlanFrame
from zoufang.core.planning.modes import Mode
from zoufang.core.planning.move_obstacles import Hindrance, Obstacle
from zoufang.core.planning.plans import CrewDay, Plan
from zoufang.core.planning.ways_of_a_move import Ways
from zoufang.core.values import Message, gettext_noop

OVER_BUDGET = gettext_noop(
    "The budget %(name)s does not allow it: %(used)s of %(limit)s %(resource)s would be used."
)

NO_CAR = gettext_noop("No car is left for crew %(crew)s on %(day)s.")


@dataclass(frozen=True, slots=True)
class WhatIf:
    """`after` and `change` where the move can be made, else the hindrances.

    `days`: the affected crews as they then are (a crew left without stops is missing). `promises_broken`: required
    customers whom nobody visits any more; `promises_kept`: those whom the affected crews still visit.
    """

    move: Move
    after: Plan | None = None
    change: ValueChange | None = None
    hindrances: tuple[Hindrance, ...] = ()
    days: tuple[CrewDay, ...] = ()
    promises_broken: tuple[str, ...] = ()
    promises_kept: tuple[str, ...] = ()

    @property
    def feasible(self) -> bool:
        return self.after is not None


def what_if(plan: Plan, move: Move, frame: PlanFrame) -> WhatIf:
    """The plan after the move, checked, with the difference to the fen; or every reason why it can't be made.

    Raises BadInput for unknown customers or crews, Conflict for a plan that the candidates don't fit any more.
    """
    ways = Ways(plan, move, frame)
    if hindrances := tuple(ways.hindrances()):
        return WhatIf(move, hindrances=hindrances)
    driven = ways.best()
    if isinstance(driven, Hindrance):
        return WhatIf(move, hindrances=(driven,))
    pinned = {pin.customer_id for pin in frame.pins} | set(ways.moved)
    after = carried_out(plan, driven, ways.going, pinned, ways.roads, frame)
    pins = list(ways.held.values())
    if broken := _over_budget(plan, after, frame):
        return WhatIf(move, hindrances=(Hindrance(Obstacle.BUDGET, broken, move.customer_id),))
    if carless := _without_car(plan, after, list(driven), frame):
        return WhatIf(move, hindrances=(Hindrance(Obstacle.NO_CAR, carless, move.customer_id),))
    policy = replace(frame.policy, budgets=(), cars=())  # of which no move may use more than before
    if wrong := violations(after, frame.candidates, frame.crews, policy, frame.travel, pins=pins):
        told = Message("%(rule)s", {"rule": wrong[0]})
        return WhatIf(move, hindrances=(Hindrance(Obstacle.RULE, told, move.customer_id),))
    return _answer(plan, after, list(driven), move, frame)


def _over_budget(plan: Plan, after: Plan, frame: PlanFrame) -> Message | None:
    """The budget that the move would exceed; one that was exceeded before may not be exceeded by more."""
    budgets = frame.policy.budgets
    before, now = (used_of(made, budgets, frame.by_id, frame.crew_by_id, frame.travel) for made in (plan, after))
    for budget, was, used in zip(budgets, before, now, strict=True):
        if used > max(was, budget.limit):
            known = in_words(budget.resource, used, budget.limit)
            return Message(OVER_BUDGET, known | {"name": budget.name})
    return None


def _without_car(plan: Plan, after: Plan, lanes: list[Lane], frame: PlanFrame) -> Message | None:
    """The crew for which the move would take a car too many."""
    for crew_id, day in lanes:
        trip, was = after.trip(crew_id, day), plan.trip(crew_id, day)
        if trip is None or was is not None or trip.mode is not Mode.CAR:
            continue
        pools = [pool for pool in frame.policy.cars if takes_from(pool, frame.crew_by_id[crew_id])]
        if any(cars_out(after, pool, frame.crew_by_id, day) > pool.cars for pool in pools):
            return Message(NO_CAR, {"crew": crew_id, "day": day})
    return None


def _answer(plan: Plan, after: Plan, lanes: list[Lane], move: Move, frame: PlanFrame) -> WhatIf:
    needed = {c.customer_id for c in frame.candidates if c.required}
    before, now = ({v.customer_id for v in made.visits} & needed for made in (plan, after))
    return WhatIf(
        move,
        after,
        value_change(plan, after, lanes, frame),
        days=tuple(trip for trip in after.crew_days if (trip.crew_id, trip.day) in lanes),
        promises_broken=tuple(sorted(before - now)),
        promises_kept=tuple(sorted(v.customer_id for lane in lanes for v in after.route(*lane) if v.required)),
    )
