"""What customers are really like. Only the simulation asks; a planner never may."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import exp, sqrt

from zoufang.core.simulation.chance import between, lognormal, normal, uniform, weighted
from zoufang.core.visits import ArrearsReason


class Response(StrEnum):
    """How a talk at the door changes what someone pays."""

    PERSUADED = "persuaded"
    NUDGED = "nudged"
    UNMOVED = "unmoved"
    HARMED = "harmed"


SHARES = ((Response.PERSUADED, 0.55), (Response.NUDGED, 0.20), (Response.UNMOVED, 0.14), (Response.HARMED, 0.11))
VISIT_FACTOR = {
    Response.PERSUADED: (3.5, 7.0),
    Response.NUDGED: (1.3, 2.0),
    Response.UNMOVED: (1.0, 1.0),
    Response.HARMED: (0.35, 0.8),
}
REASONS = (
    (ArrearsReason.INCOME_DROP, 0.22),
    (ArrearsReason.BUSINESS_LOSS, 0.16),
    (ArrearsReason.JOB_LOSS, 0.12),
    (ArrearsReason.ILLNESS, 0.12),
    (ArrearsReason.OVER_INDEBTED, 0.12),
    (ArrearsReason.CASH_FLOW, 0.12),
    (ArrearsReason.FORGOTTEN, 0.08),
    (ArrearsReason.FAMILY_EVENT, 0.06),
)


@dataclass(frozen=True, slots=True)
class Truth:
    """`daily` is the chance of a payment on a day without contact; factors multiply it for a while after one.

    `ability` and `willingness` are standard normal. `home`: chance to be met at home by part of day on a workday.
    """

    ability: float
    willingness: float
    response: Response
    daily: float
    visit_factor: float
    call_factor: float
    share_paid: float
    home: tuple[float, float, float]
    weekend_shift: float
    answers_phone: float
    moved_away: bool
    keeps_promise: float
    complains: float
    income_fen: int
    essential_fen: int
    reason: ArrearsReason


@lru_cache(maxsize=65_536)
def truth_of(seed: int, customer_id: str) -> Truth:
    """One customer's hidden nature, from the seed alone."""
    who = ("truth", customer_id)
    ability, own = normal(seed, *who, "ability"), normal(seed, *who, "willingness")
    willingness = 0.3 * ability + sqrt(1 - 0.3**2) * own
    response = weighted(SHARES, seed, *who, "response")
    income = lognormal(4_200, 0.35, seed, *who, "income") * exp(0.35 * ability)
    return Truth(
        ability=ability,
        willingness=willingness,
        response=response,
        daily=min(0.25, 0.009 * exp(0.45 * ability + 0.45 * willingness)),
        visit_factor=between(*VISIT_FACTOR[response], seed, *who, "visit"),
        call_factor=between(1.0, 1.4, seed, *who, "call"),
        share_paid=min(1.0, 0.30 * exp(0.35 * ability)),
        home=_home(seed, customer_id),
        weekend_shift=between(-0.05, 0.25, seed, *who, "weekend"),
        answers_phone=between(0.2, 0.8, seed, *who, "phone"),
        moved_away=uniform(seed, *who, "moved") < 0.07,
        keeps_promise=min(0.92, max(0.08, 0.5 + 0.16 * willingness + 0.10 * ability)),
        complains=0.03 if response is Response.HARMED else 0.004,
        income_fen=round(income) * 100,
        essential_fen=round(min(income * 0.95, between(1_600, 3_200, seed, *who, "essential"))) * 100,
        reason=weighted(REASONS, seed, *who, "reason"),
    )


def _home(seed: int, customer_id: str) -> tuple[float, float, float]:
    """Morning, afternoon, evening: some are always about, some only after work, some hardly ever."""
    who = ("home", customer_id)
    base = weighted(((0.65, 0.35), (0.35, 0.45), (0.12, 0.20)), seed, *who, "kind")
    by_part = (
        base,
        base + between(-0.1, 0.1, seed, *who, "afternoon"),
        base + between(0.05, 0.35, seed, *who, "evening"),
    )
    morning, afternoon, evening = (min(0.95, max(0.03, chance)) for chance in by_part)
    return morning, afternoon, evening
