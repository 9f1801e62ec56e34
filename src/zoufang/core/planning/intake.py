"""What goes into planning is looked at once, before anything is solved: what, which, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from zoufang.core.errors import BadInput
from zoufang.core.planning.candidates import Candidate
from zoufang.core.planning.crews import Crew, missing_from
from zoufang.core.planning.plans import Pin
from zoufang.core.planning.policy import PlanningPolicy
from zoufang.core.values import Point


def look_over(
    candidates: Sequence[Candidate],
    crews: Sequence[Crew],
    policy: PlanningPolicy,
    days: Sequence[date],
    pins: Sequence[Pin],
    drops: Sequence[str],
) -> None:
    """Raise BadInput for what cannot be planned with."""
    if not days or len(set(days)) != len(days):
        raise BadInput(f"Days {[str(d) for d in days]} must be distinct, at least one. Correct the days.")
    _unique("Customer", (c.customer_id for c in candidates))
    _unique("Source key", (str(c.source) for c in candidates))
    _unique("Crew", (c.crew_id for c in crews))
    _unique("Pin of customer", (p.customer_id for p in pins))
    for day in days:
        _unique("Officer", (o for c in crews if c.works_on(day) for o in c.officer_ids))
    for crew in crews:
        if len(crew.officer_ids) < policy.min_officers:
            raise BadInput(
                f"Crew {crew.crew_id} has {len(crew.officer_ids)} officers. Assign at least {policy.min_officers}."
            )
        _in_area(policy, crew.depot, f"Depot of crew {crew.crew_id}")
    for candidate in candidates:
        for address in candidate.addresses:
            if address.point is not None:
                _in_area(policy, address.point, f"Address {address.address_id} of {candidate.customer_id}")
    _pins_possible(candidates, crews, days, pins, drops)


def _unique(what: str, keys: Iterable[str]) -> None:
    twice = sorted(key for key, times in Counter(keys).items() if times > 1)
    if twice:
        raise BadInput(f"{what} {twice[0]} stands more than once. Remove the repetition ({len(twice)} in all).")


def _in_area(policy: PlanningPolicy, point: Point, what: str) -> None:
    if policy.area is not None and point not in policy.area:
        raise BadInput(
            f"{what} ({point.lat}, {point.lon}) lies outside the service area."
            " Check latitude, longitude and datum."
        )


def _pins_possible(
    candidates: Sequence[Candidate],
    crews: Sequence[Crew],
    days: Sequence[date],
    pins: Sequence[Pin],
    drops: Sequence[str],
) -> None:
    by_id = {c.customer_id: c for c in candidates}
    crew_by_id = {c.crew_id: c for c in crews}
    for name in [*(p.customer_id for p in pins), *drops]:
        if name not in by_id:
            raise BadInput(f"Customer {name} is pinned or dropped, but is no candidate. Correct the id.")
    for pin in pins:
        if pin.customer_id in drops:
            raise BadInput(f"Customer {pin.customer_id} is both pinned and dropped. Choose one.")
        if pin.crew_id not in crew_by_id:
            raise BadInput(f"Customer {pin.customer_id} is pinned to unknown crew {pin.crew_id}. Correct the id.")
        if pin.day is not None and pin.day not in days:
            raise BadInput(f"Customer {pin.customer_id} is pinned to {pin.day}, which is not planned.")
        if by_id[pin.customer_id].blocked_by:
            raise BadInput(f"Customer {pin.customer_id} is refused by compliance. A pin cannot lift a refusal.")
        if missing := missing_from(crew_by_id[pin.crew_id], by_id[pin.customer_id].needs):
            raise BadInput(
                f"Crew {pin.crew_id} lacks {', '.join(missing)} for {pin.customer_id}. Pin another crew."
            )
