"""What counts as in sight, and what keeping debtors out of each other's sight may cost."""

from __future__ import annotations

from dataclasses import dataclass

from zoufang.core.errors import BadInput

METRES_A_DEGREE = 111_000


@dataclass(frozen=True, slots=True)
class SightPolicy:
    """Doors nearer than `within_m` with visits less than `within_minutes` apart count as in sight.

    `avoid_up_to_fen`: a pair is taken apart where that loses at most so much of the plan's value. Assumptions.
    """

    within_m: int = 100
    within_minutes: int = 60
    avoid_up_to_fen: int = 5_000

    def __post_init__(self) -> None:
        if not (0 <= self.within_m <= 2_000 and 0 <= self.within_minutes <= 24 * 60):
            raise BadInput("In sight means 0 to 2,000 m and 0 to 1,440 minutes. Correct the policy.")
        if not 0 <= self.avoid_up_to_fen <= 100_000_000:
            raise BadInput("Keeping debtors out of sight may cost 0 to 1,000,000 yuan a pair. Correct the policy.")
