"""What a person may do to a plan by hand, and what the plan was made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from zoufang.core.planning.candidates import Candidate
from zoufang.core.planning.check_cars import cars_out, takes_from
from zoufang.core.planning.crews import Crew
from zoufang.core.planning.modes import Mode
from zoufang.core.planning.plans import Pin, Plan
from zoufang.core.planning.policy import PlanningPolicy
from zoufang.core.planning.travel import TravelTimes

FIRST = ""  # `after` nobody: the first stop of the day


@dataclass(frozen=True, slots=True)
class Put:
    """This customer by this crew, behind the stop of `after` (FIRST: as the first one), beginning at `arrive_min`
    or at most 15 minutes later; what is None is chosen for the most value. Inserts who is not planned yet.
    """

    customer_id: str
    crew_id: str
    day: date
    after: str | None = None
    arrive_min: int | None = None


@dataclass(frozen=True, slots=True)
class TakeOut:
    """Nobody calls on this customer."""

    customer_id: str


@dataclass(frozen=True, slots=True)
class Swap:
    """Two planned customers take each other's place."""

    customer_id: str
    other_id: str


Move = Put | TakeOut | Swap


@dataclass(frozen=True, slots=True)
class PlanFrame:
    """What a plan was made from; `pins` of customers who aren't moved keep holding."""

    candidates: Sequence[Candidate]
    crews: Sequence[Crew]
    policy: PlanningPolicy
    travel: TravelTimes
    pins: Sequence[Pin] = ()
    by_id: Mapping[str, Candidate] = field(init=False, repr=False, compare=False)
    crew_by_id: Mapping[str, Crew] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {c.customer_id: c for c in self.candidates})
        object.__setattr__(self, "crew_by_id", {c.crew_id: c for c in self.crews})

    def going(self, plan: Plan, crew_id: str, day: date) -> Crew:
        """The crew as it goes in the plan; one that stays at home so far takes a car where one is left."""
        crew = self.crew_by_id[crew_id]
        trip = plan.trip(crew_id, day)
        if trip is not None:
            return crew.by(trip.mode, self.policy.modes)
        on_foot = crew.without_car()
        if on_foot is None or (Mode.CAR in crew.modes and not self._car_lacks(plan, crew, day)):
            return crew.by(Mode.CAR, self.policy.modes)
        return crew.by(on_foot, self.policy.modes)

    def _car_lacks(self, plan: Plan, crew: Crew, day: date) -> bool:
        return any(
            takes_from(pool, crew) and cars_out(plan, pool, self.crew_by_id, day) >= pool.cars
            for pool in self.policy.cars
        )
