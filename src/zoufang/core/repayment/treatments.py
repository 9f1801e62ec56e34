"""What the bank does for each kind of hardship, as data that a policy file can replace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from zoufang.core.errors import BadInput
from zoufang.core.portfolio import add_months
from zoufang.core.values import Hardship


@dataclass(frozen=True, slots=True)
class Treatment:
    """`pauses`: months of moratorium that may be tried; `quiet_days`: no contact after the hardship was reported.

    `rate_cut_bp` and the waived percentages are the most that may be conceded under this hardship.
    `disputed_stops`: the disputed part is not collected. `review_months`: when the means are looked at again.
    """

    hardship: Hardship
    pauses: tuple[int, ...] = (3,)
    quiet_days: int = 0
    rate_cut_bp: int = 0
    waive_fees_percent: int = 0
    waive_interest_percent: int = 0
    disputed_stops: bool = False
    review_months: int = 3

    def __post_init__(self) -> None:
        shares = (self.waive_fees_percent, self.waive_interest_percent)
        if not all(0 <= share <= 100 for share in shares) or min(self.quiet_days, self.rate_cut_bp) < 0:
            raise BadInput(f"Treatment of {self.hardship}: percentages, days or rates are out of range.")
        if any(pause < 1 for pause in self.pauses) or self.review_months < 1:
            raise BadInput(f"Treatment of {self.hardship}: pauses and the review are at least a month.")

    def quiet_until(self, reported: date) -> date:
        return reported + timedelta(days=self.quiet_days)

    def review_on(self, reported: date) -> date:
        return add_months(reported, self.review_months)


def default_treatments() -> tuple[Treatment, ...]:
    """Proposals of this template: pauses as usual in bank relief, concessions only where fees pile up unearned."""
    return (
        Treatment(Hardship.JOB_LOSS, pauses=(3, 6), waive_fees_percent=50),
        Treatment(Hardship.ILLNESS, pauses=(3, 6), waive_fees_percent=100, review_months=6),
        Treatment(Hardship.DISABILITY, pauses=(6,), waive_fees_percent=100, rate_cut_bp=200, review_months=6),
        Treatment(Hardship.BEREAVEMENT, pauses=(3,), quiet_days=49, waive_fees_percent=100),
        Treatment(Hardship.DISASTER, pauses=(6, 12), waive_fees_percent=100, waive_interest_percent=50),
        Treatment(Hardship.FAMILY_BREAK_UP),
        Treatment(Hardship.BUSINESS_FAILURE, pauses=(3, 6), rate_cut_bp=100, review_months=3),
        Treatment(Hardship.OVER_INDEBTED, pauses=(3,), waive_fees_percent=100, rate_cut_bp=200),
        Treatment(Hardship.FRAUD_VICTIM, pauses=(3,), waive_fees_percent=100, disputed_stops=True),
        Treatment(Hardship.OTHER),
    )
