"""What a plan is worth to the bank once it is asked whether it will be kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from zoufang.core.errors import BadInput
from zoufang.core.repayment.affordability import Affordability
from zoufang.core.repayment.case import Case
from zoufang.core.repayment.cost import Valuation, monthly_load_fen, present_value_fen
from zoufang.core.repayment.due_dates import months_begun
from zoufang.core.values import Offer, OfferKind, round_fen

# 金融资产风险分类办法 by days overdue, with the ratios of 银行贷款损失准备计提指引 (2, 25, 50, 100 percent).
PROVISIONS_BP = ((360, 10_000), (270, 5_000), (90, 2_500), (-1, 200))


@dataclass(frozen=True, slots=True)
class ValueModel:
    """An assumption of the bank until its own plans have been measured.

    A plan within the safe end lives on from month to month with `safe_percent`, at the limit with `limit_percent`.
    `monthly_fen`: following a plan for a month; `break_fen`: what a break costs in visits and letters.
    `capital_bp`: what holding a provision costs a year; `watch_months`: how long a restructured asset is watched.
    """

    safe_percent: Decimal = Decimal("99.2")
    limit_percent: Decimal = Decimal("96.5")
    monthly_fen: int = 500
    break_fen: int = 40_000
    capital_bp: int = 800
    watch_months: int = 12

    def __post_init__(self) -> None:
        if not 0 <= self.limit_percent <= self.safe_percent <= 100:
            raise BadInput("A plan at the limit is kept no more often than a safe one. Correct the percentages.")
        if min(self.monthly_fen, self.break_fen, self.capital_bp, self.watch_months) < 0:
            raise BadInput("Costs, rates and months of the value model cannot be negative. Correct them.")


@dataclass(frozen=True, slots=True)
class PlanValue:
    """`net_fen` = expected present value less follow-up and the cost of holding the provision."""

    keep_monthly_percent: Decimal
    kept_to_end_percent: Decimal
    present_value_fen: int
    follow_up_fen: int
    provision_fen: int
    cure_months: int

    @property
    def net_fen(self) -> int:
        return self.present_value_fen - self.follow_up_fen - self.provision_fen


def strain_bp(offer: Offer, means: Affordability) -> int:
    """The heaviest load as a share of the most that can be borne on its day, in basis points, rounded up.

    Paying in full is held against the money at hand. Needs a range that is known.
    """
    if offer.kind is OfferKind.PAY_IN_FULL:
        return _share(offer.total_fen, means.lump_fen or 0)
    return max(
        _share(monthly_load_fen(part.amount_fen, offer.rhythm), bearable.high_fen if bearable else 0)
        for part in offer.schedule
        for bearable in (means.on(part.due),)
    )


def plan_value(
    offer: Offer, case: Case, means: Affordability, model: ValueModel, valuation: Valuation
) -> PlanValue:
    keep = _keep(offer, means, model)
    months = months_begun(offer.starts, offer.schedule[-1].due)
    kept = (keep / 100) ** months * 100
    cure = cure_months(offer, model)
    held_bp = next(bp for beyond, bp in PROVISIONS_BP if case.dpd > beyond)
    provision = Decimal(case.owed_fen * held_bp * model.capital_bp * cure) / (10_000 * 10_000 * 12)
    follow = sum((keep / 100) ** month for month in range(1, months + 1)) * model.monthly_fen
    return PlanValue(
        keep_monthly_percent=keep.quantize(Decimal("0.01")),
        kept_to_end_percent=kept.quantize(Decimal("0.1")),
        present_value_fen=present_value_fen(
            offer.schedule, offer.starts, replace(valuation, keep_monthly_percent=keep)
        ),
        follow_up_fen=round_fen(follow + (100 - kept) / 100 * model.break_fen),
        provision_fen=round_fen(provision),
        cure_months=cure,
    )


def cure_months(offer: Offer, model: ValueModel) -> int:
    """Until the asset may be classed up: the end of the plan, or of the watch after its first payment (CN-C4)."""
    to_end = months_begun(offer.starts, offer.schedule[-1].due)
    if not offer.restructures:
        return to_end if offer.kind is OfferKind.PAY_IN_FULL else 0
    return min(to_end, months_begun(offer.starts, offer.schedule[0].due) + model.watch_months)


def _keep(offer: Offer, means: Affordability, model: ValueModel) -> Decimal:
    """Between the safe and the limit percentage, by how far the heaviest load reaches into the range."""
    if offer.kind is OfferKind.PAY_IN_FULL:
        return model.safe_percent
    reach = Decimal(0)
    for part in offer.schedule:
        bearable, load = means.on(part.due), monthly_load_fen(part.amount_fen, offer.rhythm)
        if bearable is None or load <= bearable.low_fen:
            continue
        width = max(1, bearable.high_fen - bearable.low_fen)
        reach = max(reach, min(Decimal(1), Decimal(load - bearable.low_fen) / width))
    return model.safe_percent - reach * (model.safe_percent - model.limit_percent)


def _share(part_fen: int, whole_fen: int) -> int:
    return -(-part_fen * 10_000 // whole_fen) if whole_fen else 10_000_000
