"""The figures that ageing and classification need, dated by whoever stores them."""

from __future__ import annotations

from dataclasses import dataclass

from zoufang.core.errors import BadInput


@dataclass(frozen=True, slots=True)
class AgeingPolicy:
    """When a restructure's old DPD stops counting and its watch ends (CN-C4); when a loan may rise again (CN-C5).

    A loan that was over `non_performing_over` days carries its DPD until the watch period is passed; a younger one
    until `performing_periods` consecutive new instalments were paid on time.
    """

    performing_periods: int = 2
    watch_periods: int = 2
    watch_months: int = 12
    non_performing_over: int = 90
    upgrade_periods: int = 2
    upgrade_months: int = 6

    def __post_init__(self) -> None:
        periods = (self.performing_periods, self.watch_periods, self.upgrade_periods)
        if min(*periods, self.watch_months, self.upgrade_months) < 1:
            raise BadInput("Ageing policy: periods and months are at least 1. Correct the policy.")


@dataclass(frozen=True, slots=True)
class ClassPolicy:
    """Floors of the five classes (Order 2023 No. 1, CN-C2): days past due and percent of impairment."""

    mention_over: int = 7
    substandard_over: int = 90
    doubtful_over: int = 270
    loss_over: int = 360
    doubtful_from_percent: int = 50
    loss_from_percent: int = 90

    def __post_init__(self) -> None:
        days = (self.mention_over, self.substandard_over, self.doubtful_over, self.loss_over)
        if list(days) != sorted(set(days)) or days[0] < 0:
            raise BadInput(f"Class policy: days {days} must rise from class to class. Correct the policy.")
        if not 0 < self.doubtful_from_percent < self.loss_from_percent <= 100:
            raise BadInput("Class policy: impairment percents must rise within 1 to 100. Correct the policy.")
