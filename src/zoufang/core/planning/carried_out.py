"""A plan with some crews' days driven in another order, and what that changes in money, minutes and metres."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as with_
from datetime import date

from zoufang.core.planning.check_budgets import used_of
from zoufang.core.planning.check_costs import RouteCost, plan_worth, route_cost
from zoufang.core.planning.crews import Crew
from zoufang.core.planning.explain import dropped, why_planned
from zoufang.core.planning.hand_moves import PlanFrame
from zoufang.core.planning.hand_timing import UNITS_PER_FEN, Call, Miss, Roads, Timing, time_calls
from zoufang.core.planning.plans import CrewDay, Plan, PlannedVisit, Unplanned

Lane = tuple[str, date]  # a crew on a day
Driven = tuple[list[Call], Timing]


@dataclass(frozen=True, slots=True)
class ValueChange:
    """New less old. The fen of the parts (dearer: negative) add up to `value_fen`, the plan's worth to the fen."""

    value_fen: int
    visits_fen: int
    minutes_fen: int
    km_fen: int
    overtime_fen: int
    away_s: int
    metres: int
    over_s: int


def carried_out(
    plan: Plan,
    driven: Mapping[Lane, Driven],
    going: Mapping[Lane, Crew],
    pinned: Collection[str],
    roads: Roads,
    frame: PlanFrame,
) -> Plan:
    """The days of `driven` instead of what these crews did; who falls out of them is left out, dropped by hand."""
    candidates, crews, modes = frame.by_id, frame.crew_by_id, frame.policy.modes
    kept = [visit for visit in plan.visits if (visit.crew_id, visit.day) not in driven]
    trips = [trip for trip in plan.crew_days if (trip.crew_id, trip.day) not in driven]
    for (crew_id, day), (calls, timing) in driven.items():
        if calls:
            kept += _visits(going[crew_id, day], day, calls, timing, pinned, roads)
            trips.append(_trip(going[crew_id, day], day, calls, timing))
    planned = {visit.customer_id for visit in kept}
    gone = sorted({v.customer_id for v in plan.visits} - planned)
    left = [one for one in plan.unplanned if one.customer_id not in planned]
    left += [Unplanned(name, (dropped(),), candidates[name].required) for name in gone]
    made = with_(
        plan,
        visits=tuple(sorted(kept, key=lambda v: (v.day, v.crew_id, v.order))),
        crew_days=tuple(sorted(trips, key=lambda t: (t.day, t.crew_id))),
        unplanned=tuple(left),
    )
    used = used_of(made, [use.budget for use in plan.budgets], candidates, crews, frame.travel, modes)
    return with_(
        made,
        objective_fen=plan_worth(made, candidates, crews, frame.travel, modes).__floor__(),
        budgets=tuple(with_(use, used=now) for use, now in zip(plan.budgets, used, strict=True)),
    )


def _trip(crew: Crew, day: date, calls: Sequence[Call], timing: Timing) -> CrewDay:
    over_s = max(0, timing.back_s - timing.leave_s - (crew.shift.end_min - crew.shift.start_min) * 60)
    return CrewDay(
        crew_id=crew.crew_id,
        day=day,
        leave_s=timing.leave_s,
        back_s=timing.back_s,
        travel_s=timing.travel_s,
        metres=timing.metres,
        cost_fen=-(-timing.cost_units // UNITS_PER_FEN),
        stops=len(calls),
        mode=crew.mode,
        over_s=over_s,
        overtime_fen=-(-over_s * crew.overtime_fen_per_minute // 60),
    )


def _visits(
    crew: Crew, day: date, calls: list[Call], timing: Timing, pinned: Collection[str], roads: Roads
) -> Iterator[PlannedVisit]:
    for k, call in enumerate(calls):
        one, option = call.candidate, call.option
        cost_fen, minutes = _gives_back(crew, calls, timing, k, roads)
        yield PlannedVisit(
            customer_id=one.customer_id,
            crew_id=crew.crew_id,
            day=day,
            order=k + 1,
            address_id=option.cleared.address_id,
            purpose=one.purpose,
            window=option.window,
            arrive_s=timing.arrive_s[k],
            start_s=timing.start_s[k],
            end_s=timing.start_s[k] + call.service_s,
            gross_value_fen=call.gross_fen,
            gives_back_fen=cost_fen,
            gives_back_minutes=minutes,
            p_met=option.p_met.mean,
            required=one.required,
            why=why_planned(one, option, call.gross_fen, minutes, cost_fen, one.customer_id in pinned, call.tie),
            cleared=option.cleared,
        )


def _gives_back(crew: Crew, calls: list[Call], timing: Timing, k: int, roads: Roads) -> tuple[int, int]:
    """Fen and whole minutes saved by leaving out the k-th stop and keeping the rest."""
    without = time_calls(crew, calls[:k] + calls[k + 1 :], roads)
    if isinstance(without, Miss):  # possible where the straight road is slower than the way past this door
        return 0, 0
    saved_s = (timing.back_s - timing.leave_s) - (without.back_s - without.leave_s)
    return (timing.cost_units - without.cost_units) // UNITS_PER_FEN, saved_s // 60


def value_change(
    before: Plan,
    after: Plan,
    lanes: Sequence[Lane],
    frame: PlanFrame,
) -> ValueChange:
    """By the checker's own sums. What rounding leaves over is counted with the minutes."""
    old, new = ([_cost(plan, lane, frame) for lane in lanes] for plan in (before, after))
    value = after.objective_fen - before.objective_fen
    visits = sum(v.gross_value_fen for v in after.visits) - sum(v.gross_value_fen for v in before.visits)
    km = round(sum(c.km_fen for c in old) - sum(c.km_fen for c in new))
    overtime = round(sum(c.overtime_fen for c in old) - sum(c.overtime_fen for c in new))
    return ValueChange(
        value_fen=value,
        visits_fen=visits,
        minutes_fen=value - visits - km - overtime,
        km_fen=km,
        overtime_fen=overtime,
        away_s=sum(c.away_s for c in new) - sum(c.away_s for c in old),
        metres=sum(c.metres for c in new) - sum(c.metres for c in old),
        over_s=sum(c.over_s for c in new) - sum(c.over_s for c in old),
    )


def _cost(plan: Plan, lane: Lane, frame: PlanFrame) -> RouteCost:
    crew, visits = frame.crew_by_id[lane[0]], plan.route(*lane)
    return route_cost(plan, crew, lane[1], visits, frame.by_id, frame.travel, frame.policy.modes)
