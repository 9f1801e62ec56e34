"""Which terms may be tried and combined in the search for offers: the bank's data; it concedes nothing itself."""

from __future__ import annotations

from dataclasses import dataclass

from zoufang.core.errors import BadInput


@dataclass(frozen=True, slots=True)
class Concessions:
    """A hardship's treatment adds its own pauses, rate cut and waivers to these.

    `settle_percents`: share of the principal that settles the whole debt, the rest waived once it is paid.
    """

    months: tuple[int, ...] = (3, 6, 12, 18, 24, 36, 48, 60)
    pauses: tuple[int, ...] = (0,)
    interest_only: tuple[int, ...] = (0, 6)
    step_percents: tuple[int, ...] = (0, 20)
    rate_cuts_bp: tuple[int, ...] = (0,)
    waive_fees_percents: tuple[int, ...] = (0,)
    waive_interest_percents: tuple[int, ...] = (0,)
    extensions: tuple[int, ...] = (6, 12)
    settle_percents: tuple[int, ...] = ()
    settle_months: tuple[int, ...] = (1, 3, 6)

    def __post_init__(self) -> None:
        shares = (*self.waive_fees_percents, *self.waive_interest_percents, *self.settle_percents)
        least = (*self.pauses, *self.interest_only, *self.step_percents, *self.rate_cuts_bp)
        if not all(0 <= share <= 100 for share in shares) or any(one < 0 for one in least):
            raise BadInput("Concessions: percentages lie between 0 and 100, nothing is negative. Correct them.")
        if any(one < 1 for one in (*self.months, *self.extensions, *self.settle_months)):
            raise BadInput("Concessions: terms are at least a month. Correct them.")
