"""What a planner may set. One typed object that checks itself and is stored with the plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite

from zoufang.core.errors import BadInput
from zoufang.core.planning.budgets import Budget
from zoufang.core.planning.continuity import PRICES, Tie
from zoufang.core.planning.door_search import DoorSearch
from zoufang.core.planning.harm import Harm
from zoufang.core.planning.modes import CarPool, Mode, ModeRule
from zoufang.core.planning.purposes import PurposeRule
from zoufang.core.planning.sight_policy import SightPolicy
from zoufang.core.planning.township_policy import TownshipPolicy
from zoufang.core.values import Point, Purpose, RiskLevel, TimeWindow


@dataclass(frozen=True, slots=True)
class RoadClass:
    """Legs up to `up_to_m` of straight line are driven at `speed_kmh` over `circuity` times the line."""

    name: str
    up_to_m: int
    circuity: float
    speed_kmh: float

    def __post_init__(self) -> None:
        if not (self.up_to_m > 0 and isfinite(self.circuity) and 1 <= self.circuity <= 5):
            raise BadInput(f"Road class {self.name}: circuity {self.circuity} must be 1 to 5, length positive.")
        if not (isfinite(self.speed_kmh) and 1 <= self.speed_kmh <= 150):
            raise BadInput(f"Road class {self.name}: {self.speed_kmh} km/h is no road speed. Use 1 to 150.")


# Assumptions for a prefecture's roads, to be calibrated by the bank's own tracks.
ROADS = (
    RoadClass("street", 5_000, 1.4, 22.0),
    RoadClass("county road", 20_000, 1.35, 40.0),
    RoadClass("highway", 20_000_000, 1.3, 60.0),
)


@dataclass(frozen=True, slots=True)
class TravelPolicy:
    roads: tuple[RoadClass, ...] = ROADS
    parking_seconds: int = 150
    same_place_m: int = 80  # no second parking for the next door

    def __post_init__(self) -> None:
        lengths = [road.up_to_m for road in self.roads]
        if not lengths or lengths != sorted(set(lengths)):
            raise BadInput("Road classes must be given from short to long, at least one. Sort them by up_to_m.")
        if self.parking_seconds < 0 or self.same_place_m < 0:
            raise BadInput("Parking time and walking distance cannot be negative.")


@dataclass(frozen=True, slots=True)
class ServiceArea:
    """A box in WGS-84 degrees; a point outside it is a wrong coordinate, not a far customer."""

    south: float
    north: float
    west: float
    east: float

    def __post_init__(self) -> None:
        if not (self.south < self.north and self.west < self.east):
            raise BadInput("The service area is empty. Give south < north and west < east.")

    def __contains__(self, point: Point) -> bool:
        return self.south <= point.lat <= self.north and self.west <= point.lon <= self.east


@dataclass(frozen=True, slots=True)
class Slot:
    """A named part of the day in which a visit may begin and end."""

    name: str
    window: TimeWindow


SLOTS = (
    Slot("morning", TimeWindow(8 * 60, 12 * 60)),
    Slot("afternoon", TimeWindow(12 * 60, 17 * 60 + 30)),
    Slot("evening", TimeWindow(17 * 60 + 30, 21 * 60)),
)


@dataclass(frozen=True, slots=True)
class PlanningPolicy:
    """Settings of a plan. Prices in fen; `exploration_share` is the part of the upside of an uncertain P(met)
    that is counted as value, so that the plan also goes where little is known (bounded, never random).
    `harm_price_fen`: what compliance counts against a visit for each kind of harm that may follow it; `purposes`:
    what keeps a right and how it presses (its value adds to `purpose_value_fen`).
    `townships`: gather country visits by township, where that costs less than it says; None: don't.
    `sight`: keep debtors from being called on in sight of each other, where that costs little; None: don't try.
    `budgets`: what crews, branches and periods may use up together; no plan exceeds one.
    `cars`: cars to share; crews of no pool have one each. `modes`: how fast and far one goes without a car, where
    that differs from the shipped assumptions.
    `rural_daylight_only`: no visit in a village before sunrise or after sunset.
    """

    version: str = "planning-default-1"
    service_minutes: int = 20
    slots: tuple[Slot, ...] = SLOTS
    travel: TravelPolicy = TravelPolicy()
    area: ServiceArea | None = None
    options_per_customer: int = 3
    iterations: int = 2_000
    exploration_share: float = 0.0
    risk_price_fen: dict[RiskLevel, int] = field(
        default_factory=lambda: {RiskLevel.LOW: 0, RiskLevel.RAISED: 2_000, RiskLevel.HIGH: 10_000}
    )
    purpose_value_fen: dict[Purpose, int] = field(default_factory=dict)
    continuity_fen: dict[Tie, int] = field(default_factory=lambda: dict(PRICES))
    harm_price_fen: dict[Harm, int] = field(default_factory=dict)
    purposes: dict[Purpose, PurposeRule] = field(default_factory=dict)
    min_officers: int = 2
    search: DoorSearch = field(default_factory=DoorSearch)
    rural_daylight_only: bool = False
    sight: SightPolicy | None = None
    townships: TownshipPolicy | None = None
    budgets: tuple[Budget, ...] = ()
    cars: tuple[CarPool, ...] = ()
    modes: dict[Mode, ModeRule] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _within("service_minutes", self.service_minutes, 1, 240)
        _within("options_per_customer", self.options_per_customer, 1, 20)
        _within("iterations", self.iterations, 0, 10_000_000)
        _within("exploration_share", self.exploration_share, 0, 0.2)
        _within("min_officers", self.min_officers, 1, 6)
        if not self.slots or len({slot.name for slot in self.slots}) != len(self.slots):
            raise BadInput("Slots need distinct names, at least one. Correct the planning policy.")
        if len({(budget.name, budget.resource) for budget in self.budgets}) != len(self.budgets):
            raise BadInput("Two budgets of one name count the same. Give each its own name.")
        if Mode.CAR in self.modes:
            raise BadInput("How a car goes is set by `travel`, not by `modes`. Take the car out of `modes`.")
        priced = (self.risk_price_fen, self.purpose_value_fen, self.harm_price_fen, self.continuity_fen)
        if any(fen < 0 for prices in priced for fen in prices.values()):
            raise BadInput(
                "Prices of risk, harm and continuity and purpose values are zero or more fen."
                " Correct the planning policy."
            )


def _within(name: str, value: float, low: float, high: float) -> None:
    if not (isfinite(value) and low <= value <= high):
        raise BadInput(f"Planning policy: {name} is {value}. Use {low} to {high}.")
