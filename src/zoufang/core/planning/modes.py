"""How a crew goes: by car, e-bike, public transport or on foot; how fast, how far, for how much; cars to share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from zoufang.core.errors import BadInput
from zoufang.core.values import Message, Point, gettext_noop

if TYPE_CHECKING:
    from zoufang.core.planning.travel import Matrix, TravelTimes


class Mode(StrEnum):
    CAR = "car"
    EBIKE = "ebike"
    TRANSIT = "transit"
    FOOT = "foot"


MODE_NAMES = {
    Mode.CAR: gettext_noop("by car"),
    Mode.EBIKE: gettext_noop("by e-bike"),
    Mode.TRANSIT: gettext_noop("by public transport"),
    Mode.FOOT: gettext_noop("on foot"),
}


@dataclass(frozen=True, slots=True)
class ModeRule:
    """Over the roads' metres at `speed_kmh`, `stop_seconds` more at the end of each leg (parking, waiting).

    `reach_m`: doors farther from the depot in a straight line are not called on so; `fen_per_km` instead of the
    crew's rate, which is that of a car.
    """

    speed_kmh: float
    stop_seconds: int
    reach_m: int
    fen_per_km: int

    def __post_init__(self) -> None:
        if not (isfinite(self.speed_kmh) and 1 <= self.speed_kmh <= 100):
            raise BadInput(f"{self.speed_kmh} km/h is no speed to call on customers at. Use 1 to 100.")
        if min(self.stop_seconds, self.reach_m, self.fen_per_km) < 0:
            raise BadInput(
                "Waiting, reach and price of a way to go cannot be negative. Correct the planning policy."
            )


# Assumptions, to be corrected by the bank: an e-bike may do 25 km/h (GB 17761-2018), with lights and turns 18.
MODE_RULES = {
    Mode.EBIKE: ModeRule(18.0, 60, 12_000, 10),
    Mode.TRANSIT: ModeRule(16.0, 600, 20_000, 30),
    Mode.FOOT: ModeRule(4.5, 0, 3_000, 0),
}
SAME_PLACE_M = 80  # up to here nobody parks or waits again


@dataclass(frozen=True, slots=True)
class CarPool:
    """So many cars a day for the crews of these branches (none named: all); a crew's own car does not count."""

    name: str
    cars: int
    branches: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.cars < 0:
            raise BadInput(f"Car pool {self.name}: {self.cars} cars cannot be. Use 0 or more.")

    def serves(self, branch: str) -> bool:
        return not self.branches or branch in self.branches


@dataclass(frozen=True, slots=True)
class ModeTravel:
    """The same roads, gone otherwise than by car."""

    roads: TravelTimes
    rule: ModeRule

    def between(self, points: Sequence[Point]) -> tuple[Matrix, Matrix]:
        _, metres = self.roads.between(points)
        seconds = metres * 3.6 / self.rule.speed_kmh
        waits = np.where(metres > SAME_PLACE_M, self.rule.stop_seconds, 0)
        return np.ceil(seconds + waits).astype(np.int64), metres


def travel_by(mode: Mode, roads: TravelTimes, rules: dict[Mode, ModeRule]) -> TravelTimes:
    """A car goes by the roads as they are."""
    return roads if mode is Mode.CAR else ModeTravel(roads, rule_of(mode, rules))


def rule_of(mode: Mode, rules: dict[Mode, ModeRule]) -> ModeRule:
    return rules.get(mode, MODE_RULES[mode])


def how(mode: Mode) -> Message:
    return Message(MODE_NAMES[mode])
