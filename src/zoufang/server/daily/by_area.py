"""A branch with very many customers is planned by areas: one search would need a matrix of them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from zoufang.core.planning import (
    AREA_FROM,
    Candidate,
    Crew,
    Pin,
    Plan,
    PlanningPolicy,
    Progress,
    TravelTimes,
    plan,
    plan_by_area,
)


def plan_of_any_size(
    candidates: Sequence[Candidate],
    crews: Sequence[Crew],
    policy: PlanningPolicy,
    *,
    branch_of: Mapping[str, str],
    days: Sequence[date],
    seed: int,
    pins: Sequence[Pin],
    drops: Sequence[str],
    travel: TravelTimes,
    progress: Callable[[Progress], bool] | None,
) -> Plan:
    """As `plan`; from AREA_FROM customers on by areas: everybody by crews of the own branch, where it has any."""
    if len(candidates) < AREA_FROM:
        return plan(
            candidates,
            crews,
            policy,
            days=days,
            seed=seed,
            pins=pins,
            drops=drops,
            travel=travel,
            progress=progress,
        )
    staffed = {crew.branch for crew in crews}
    known = {customer: branch for customer, branch in branch_of.items() if branch in staffed}
    return plan_by_area(
        candidates,
        crews,
        policy,
        days=days,
        seed=seed,
        branch_of=known,
        pins=pins,
        drops=drops,
        travel=travel,
        workers=1,
        progress=progress,
    )
