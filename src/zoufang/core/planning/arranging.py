"""What no engine counts: full days first, then, within bounds, few townships, nobody in another's sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zoufang.core.planning.earlier_days import brought_forward
from zoufang.core.planning.out_of_sight import Apart, taken_apart
from zoufang.core.planning.policy import PlanningPolicy
from zoufang.core.planning.problem import PlanProblem, Routes
from zoufang.core.planning.townships import Gathered, gathered
from zoufang.core.values import Message


@dataclass(frozen=True, slots=True)
class Arranged:
    """The routes, with what gathering and taking apart did to them."""

    routes: Routes
    together: Gathered
    apart: Apart


def arranged(problem: PlanProblem, routes: Routes, policy: PlanningPolicy) -> Arranged:
    """Serves whom `routes` serve. Deterministic."""
    fuller = brought_forward(problem, routes)
    together = gathered(problem, fuller, policy.townships) if policy.townships else Gathered(fuller)
    apart = taken_apart(problem, together.routes, policy.sight) if policy.sight else Apart(together.routes)
    return Arranged(apart.routes, together, apart)


def notes_of(parts: Sequence[Arranged], policy: PlanningPolicy) -> tuple[Message, ...]:
    """The parts told as one."""
    together = Gathered([], sum(p.together.fewer for p in parts), sum(p.together.cost_fen for p in parts))
    apart = Apart(
        [],
        sum(p.apart.avoided for p in parts),
        sum(p.apart.cost_fen for p in parts),
        tuple(dear for p in parts for dear in p.apart.dear),
    )
    return (*together.notes(), *(apart.notes(policy.sight) if policy.sight else ()))
