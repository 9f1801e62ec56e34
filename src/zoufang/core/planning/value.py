"""What a visit is worth: P(met) x incremental recovery, less the price of its risk. Crew time is the route's cost.

No randomised estimate of bank field visits against calls has been found in print (nearest: tax visits in Colombia,
Ortega and Scartascini 2020), so until the bank has an evaluation the uplift is a documented prior, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from zoufang.core.errors import BadInput
from zoufang.core.planning.candidates import Candidate, VisitOption
from zoufang.core.planning.continuity import continuity_fen
from zoufang.core.planning.crews import Crew
from zoufang.core.planning.harm import harm_price
from zoufang.core.planning.policy import PlanningPolicy
from zoufang.core.planning.purposes import PurposeRule
from zoufang.core.values import UpliftEstimate, gettext_noop

MAX_VALUE_FEN = 10**11  # a thousand million yuan: larger is a unit error, and would endanger 64-bit sums
PRIOR_METHOD = gettext_noop("documented prior")
# Share of the arrears that meeting the customer adds, in per mille: low, middle, high. The middle is twice the
# mean effect of a simulated bank (+3.95 points as assigned, half met), in which 29% of customers were harmed:
# hence the low end below zero. Older debt responds less.
PRIOR_SHARE_PERMILLE = ((90, (-20, 80, 160)), (180, (-20, 50, 120)), (1_000_000, (-20, 25, 80)))


def documented_prior(arrears_fen: int, dpd: int) -> UpliftEstimate:
    """Extra fen per customer met when nothing has been measured yet."""
    if arrears_fen < 0 or dpd < 0:
        raise BadInput(f"Arrears {arrears_fen} fen and {dpd} days past due cannot be negative.")
    low, middle, high = next(share for up_to, share in PRIOR_SHARE_PERMILLE if dpd <= up_to)
    return UpliftEstimate(
        effect_fen=arrears_fen * middle // 1000,
        low_fen=arrears_fen * low // 1000,
        high_fen=arrears_fen * high // 1000,
        method=PRIOR_METHOD,
    )


@dataclass(frozen=True, slots=True)
class VisitValue:
    """Parts of a visit's worth in fen, before the crew's time and kilometres."""

    recovery_fen: int
    exploration_fen: int
    purpose_fen: int
    risk_price_fen: int
    harm_price_fen: int = 0
    continuity_fen: int = 0

    @property
    def gross_fen(self) -> int:
        return self.before_harm_fen - self.harm_price_fen

    @property
    def before_harm_fen(self) -> int:
        """As if complaints, hardship and incidents cost nothing."""
        parts = self.recovery_fen + self.exploration_fen + self.purpose_fen + self.continuity_fen
        return parts - self.risk_price_fen


def visit_value(
    candidate: Candidate, option: VisitOption, policy: PlanningPolicy, crew: Crew | None = None
) -> VisitValue:
    """The worth of this option, by this crew; recovery never counts beyond what the customer can afford."""
    uplift = candidate.uplift.effect_fen
    if candidate.affordable_fen is not None:
        uplift = min(uplift, candidate.affordable_fen)
    if abs(uplift) > MAX_VALUE_FEN:
        raise BadInput(f"Customer {candidate.customer_id}: uplift of {uplift} fen. Check yuan against fen.")
    rule = policy.purposes.get(candidate.purpose, PurposeRule())
    upside = option.p_met.high - option.p_met.mean
    return VisitValue(
        recovery_fen=_share(option.p_met.mean, uplift),
        exploration_fen=_share(policy.exploration_share * upside, max(uplift, 0)),
        purpose_fen=policy.purpose_value_fen.get(candidate.purpose, 0)
        + rule.value_fen
        + rule.urgency_fen(candidate.deadline, option.day),
        risk_price_fen=policy.risk_price_fen.get(candidate.risk, 0),
        harm_price_fen=harm_price(candidate.harms, policy.harm_price_fen),
        continuity_fen=continuity_fen(candidate.known_to, crew.officer_ids, policy.continuity_fen) if crew else 0,
    )


def _share(part: float, amount_fen: int) -> int:
    """`part` in millionths, so that the product is exact integer arithmetic."""
    return round(part * 1_000_000) * amount_fen // 1_000_000
