"""What a plan's constraints cost: its day solved again, without keeping a verdict or a plan."""

from __future__ import annotations

from collections.abc import Callable

from zoufang.core.planning import price_of_constraints
from zoufang.server.daily.asking import doors_to_ask
from zoufang.server.daily.candidates import candidates_of
from zoufang.server.daily.crews import crews_on
from zoufang.server.daily.facts import read_registers
from zoufang.server.daily.gate import Answer, Door, judge, overrides_of
from zoufang.server.daily.means import with_means
from zoufang.server.daily.policies import compliance_policy, planning_policy, with_values
from zoufang.server.daily.reckoning import keep_prices
from zoufang.server.daily.roads import roads
from zoufang.server.daily.wanted import wanted_on
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import DayPlan


def price_plan(*, plan: DayPlan, by: User, told: Callable[[int, int], bool] | None = None) -> DayPlan:
    """Keep the prices with the plan. They rest on the facts of now, which may be newer than the plan's."""
    require(by, "make_plan", plan)
    policy = with_means(with_values(planning_policy(), plan.day), plan.branch, (plan.day,))
    wanted, _left = wanted_on(plan.branch, plan.day)
    registers = read_registers(
        [one.party for one in wanted], plan.day, [one.target.party for one in wanted if one.target]
    )
    law, doors = compliance_policy(plan.day), doors_to_ask(wanted)
    overrides = overrides_of({door.party.id for door in doors}, plan.day)

    def asked(door: Door) -> Answer:
        said = judge(
            door.question, registers, law, plan.day, overrides.get((door.party.id, door.whom.party.id), ())
        )
        return Answer(door, said, plan.pk)  # no verdict is kept: nobody goes by this

    found = candidates_of(wanted, [asked(door) for door in doors], registers, plan.day, policy)
    going = crews_on(plan.branch, plan.day).going
    prices = price_of_constraints(
        found.all, going, policy, days=[plan.day], seed=plan.seed, travel=roads(policy), told=told
    )
    return keep_prices(plan, prices)
