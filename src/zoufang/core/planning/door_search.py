"""What it costs that a door is only known to lie within a radius: minutes of asking and of driving about."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, isfinite

from zoufang.core.errors import BadInput


@dataclass(frozen=True, slots=True)
class DoorSearch:
    """Assumptions, to be replaced by the bank's own tracks.

    A door somewhere in a disc of radius r (every spot equally likely) lies on average 2r/3 from its centre; the
    crew goes there from the centre, where the plan sends it, and back, on village roads of `circuity` at
    `speed_kmh`. `ask_minutes` is for asking the way once. No more than `most_minutes` are planned: then the crew
    gives up, and the visit counts as not met.
    """

    ask_minutes: int = 4
    circuity: float = 1.4
    speed_kmh: float = 20.0
    most_minutes: int = 40

    def __post_init__(self) -> None:
        if not (isfinite(self.circuity) and 1 <= self.circuity <= 5 and isfinite(self.speed_kmh)):
            raise BadInput(f"Search for a door: circuity {self.circuity} must be 1 to 5, the speed a number.")
        if not (1 <= self.speed_kmh <= 150 and 0 <= self.ask_minutes <= self.most_minutes <= 180):
            raise BadInput("Search for a door: speed 1 to 150 km/h, asking at most the longest search, that 180.")

    def minutes(self, radius_m: int) -> int:
        """Expected minutes beside the talk itself, rounded up; 0 for a door whose place is known."""
        if radius_m <= 0:
            return 0
        metres = 2 * (2 * radius_m / 3) * self.circuity
        return min(self.most_minutes, self.ask_minutes + ceil(metres * 60 / (self.speed_kmh * 1000)))
