"""Are two debtors called on in sight of each other? A warning after planning: nobody is to be shamed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zoufang.core.planning.candidates import Candidate, VisitAddress, VisitOption
from zoufang.core.planning.plans import Plan, PlannedVisit
from zoufang.core.planning.sight_policy import METRES_A_DEGREE, SightPolicy
from zoufang.core.values import Point, distance_m


@dataclass(frozen=True, slots=True)
class InSight:
    """Two visits; `minutes` lie between the end of one and the beginning of the other (0: at the same time).

    `avoidable`: one of the two customers has a cleared door elsewhere, or cleared hours that far from the other's.
    """

    one: PlannedVisit
    other: PlannedVisit
    metres: int
    minutes: int
    avoidable: bool


def in_sight(
    plan: Plan, candidates: Sequence[Candidate], policy: SightPolicy | None = None
) -> tuple[InSight, ...]:
    """Pairs of different customers, the nearest first. Members of one household, and doors that are only roughly
    known, are left out."""
    policy = policy or SightPolicy()
    by_id = {candidate.customer_id: candidate for candidate in candidates}
    visits = [(visit, by_id[visit.customer_id].address(visit.address_id)) for visit in plan.visits]
    placed = [(visit, door.point) for visit, door in visits if door.point is not None and door.radius_m == 0]
    placed.sort(key=lambda one: (one[1].lat, one[0].customer_id))
    found = [
        InSight(one, other, round(distance_m(a, b)), gap, _avoidable(one, other, by_id, policy))
        for (one, a), (other, b) in _near(placed, policy)
        if (gap := _gap_minutes(one, other)) <= policy.within_minutes
        and one.day == other.day
        and not _one_household(by_id[one.customer_id], by_id[other.customer_id])
    ]
    return tuple(sorted(found, key=lambda pair: (pair.metres, pair.one.customer_id, pair.other.customer_id)))


_Placed = tuple[PlannedVisit, Point]


def _near(placed: list[_Placed], policy: SightPolicy) -> Iterator[tuple[_Placed, _Placed]]:
    """Pairs within sight, from south to north so that few are compared."""
    band = policy.within_m / METRES_A_DEGREE
    for i, first in enumerate(placed):
        for second in placed[i + 1 :]:
            if second[1].lat - first[1].lat > band:
                break
            if distance_m(first[1], second[1]) <= policy.within_m:
                yield first, second


def _gap_minutes(one: PlannedVisit, other: PlannedVisit) -> int:
    return max(0, max(one.start_s, other.start_s) - min(one.end_s, other.end_s)) // 60


def _one_household(one: Candidate, other: Candidate) -> bool:
    return one.household is not None and one.household == other.household


def _avoidable(one: PlannedVisit, other: PlannedVisit, by_id: dict[str, Candidate], policy: SightPolicy) -> bool:
    return _could_move(by_id[one.customer_id], one, other, policy) or _could_move(
        by_id[other.customer_id], other, one, policy
    )


def _could_move(candidate: Candidate, visit: PlannedVisit, stays: PlannedVisit, policy: SightPolicy) -> bool:
    return any(
        _is_elsewhere(candidate.address(option.cleared.address_id), visit)
        or _is_later(option, visit, stays, policy)
        for option in candidate.options
    )


def _is_elsewhere(door: VisitAddress, visit: PlannedVisit) -> bool:
    return door.address_id != visit.address_id and door.point is not None


def _is_later(option: VisitOption, visit: PlannedVisit, stays: PlannedVisit, policy: SightPolicy) -> bool:
    """Another day, or hours in which the whole visit lies far enough from the other one."""
    if option.day != visit.day:
        return True
    length, gap = visit.end_s - visit.start_s, policy.within_minutes * 60
    start, end = option.window.start_min * 60, option.window.end_min * 60
    before = min(end, stays.start_s - gap) - start
    after = end - max(start, stays.end_s + gap)
    return max(before, after) > length
