"""How many customers a study needs, how long the crews take for them, and what it could find.

The variance of a difference in means, inflated by drawing together (1 + ((1 + cv²) m − 1) ICC, Eldridge 2006)
and shrunk by what is known before the draw (1 − R²); with few clusters Student's t takes the normal's place.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, isinf, sqrt

from scipy import stats

from zoufang.core.errors import BadInput


@dataclass(frozen=True, slots=True)
class PowerQuestion:
    """`effect` is per customer visited, in the measure's unit; the standard deviations are of that unit.

    `take_up`: share of those assigned who are visited. `spill_over`: share of the effect that also reaches the
    held-out (neighbours talk). `explained`: R² of the measure on columns known before the draw.
    """

    effect: float
    sd_held_out: float
    sd_assigned: float
    hold_out_share: float = 0.5
    confidence: float = 0.95
    power: float = 0.80
    take_up: float = 1.0
    spill_over: float = 0.0
    explained: float = 0.0
    cluster_size: float = 1.0
    cluster_size_cv: float = 0.0
    icc: float = 0.0

    def __post_init__(self) -> None:
        inner = (self.hold_out_share, self.confidence, self.power)
        if not all(0 < value < 1 for value in inner) or not 0 < self.take_up <= 1:
            raise BadInput("Power: hold-out share, confidence, power and take-up must lie between 0 and 1.")
        if not all(0 <= value < 1 for value in (self.spill_over, self.explained)) or not 0 <= self.icc <= 1:
            raise BadInput("Power: spill-over, R² and ICC lie between 0 and 1; at 1 nothing is left to find.")
        if self.effect == 0 or min(self.sd_held_out, self.sd_assigned) <= 0 or self.cluster_size < 1:
            raise BadInput(
                "Power: give an effect other than zero, deviations above zero, clusters of one at least."
            )

    @property
    def drawn_effect(self) -> float:
        """What the comparison as drawn would show of the effect on the visited."""
        return abs(self.effect) * self.take_up * (1 - self.spill_over)

    @property
    def design_effect(self) -> float:
        return 1 + ((1 + self.cluster_size_cv**2) * self.cluster_size - 1) * self.icc

    @property
    def unit_variance(self) -> float:
        """Variance of the effect times the number of customers."""
        held, share = self.hold_out_share, 1 - self.explained
        spread = self.sd_assigned**2 / (1 - held) + self.sd_held_out**2 / held
        return spread * self.design_effect * share

    @classmethod
    def of_shares(cls, base: float, effect: float, **others: float) -> PowerQuestion:
        """For a share such as cured or kept: `base` of the held-out, `effect` in its unit (0.03: 3 points)."""
        if not 0 < base < 1 or not 0 < base + effect < 1:
            raise BadInput(f"Power: a share of {base} with an effect of {effect} leaves the range from 0 to 1.")
        after = base + effect
        return cls(effect, sqrt(base * (1 - base)), sqrt(after * (1 - after)), **others)


@dataclass(frozen=True, slots=True)
class Capacity:
    """What the crews and the book give: visits and newly drawn customers a week, days until the measure closes."""

    visits_a_week: float
    customers_a_week: float
    window_days: int

    def __post_init__(self) -> None:
        if min(self.visits_a_week, self.customers_a_week) <= 0 or self.window_days < 1:
            raise BadInput("Power: visits and customers a week and the window must be above zero.")


@dataclass(frozen=True, slots=True)
class PowerAnswer:
    customers: int
    assigned: int
    held_out: int
    clusters: int
    visits: int
    weeks_of_drawing: int
    days: int
    held_up_by_crews: bool
    design_effect: float


def customers_needed(question: PowerQuestion) -> int:
    """The smallest number on both sides together with the power asked for."""
    n = _rounds(question, float("inf"))
    for _ in range(60):  # Student's t needs the number that it gives; a few rounds settle it
        again = _rounds(question, _df(question, n))
        if again <= n:
            return n
        n = again
    return n


def smallest_effect(question: PowerQuestion, customers: int) -> float:
    """The effect per customer visited that so many customers would show with the power asked for."""
    reach = _reach(question, _df(question, customers)) * sqrt(question.unit_variance / customers)
    return float(reach / (question.take_up * (1 - question.spill_over)))


def power_of(question: PowerQuestion, customers: int) -> float:
    """Chance that the interval of a study of this size leaves zero on the right side."""
    df = _df(question, customers)
    ratio = question.drawn_effect / sqrt(question.unit_variance / customers)
    critical = float(stats.t.ppf((1 + question.confidence) / 2, df))
    return float(stats.norm.sf(critical - ratio) if isinf(df) else stats.nct.sf(critical, df, ratio))


def plan_size(question: PowerQuestion, capacity: Capacity) -> PowerAnswer:
    """Numbers, visits and days until the answer, whichever of book and crews is the slower."""
    n = customers_needed(question)
    held = round(n * question.hold_out_share)
    visits = ceil((n - held) * question.take_up)
    by_book, by_crews = ceil(n / capacity.customers_a_week), ceil(visits / capacity.visits_a_week)
    weeks = max(by_book, by_crews)
    return PowerAnswer(
        customers=n,
        assigned=n - held,
        held_out=held,
        clusters=ceil(n / question.cluster_size),
        visits=visits,
        weeks_of_drawing=weeks,
        days=7 * weeks + capacity.window_days,
        held_up_by_crews=by_crews > by_book,
        design_effect=question.design_effect,
    )


def _rounds(question: PowerQuestion, df: float) -> int:
    return ceil(_reach(question, df) ** 2 * question.unit_variance / question.drawn_effect**2)


def _df(question: PowerQuestion, customers: float) -> float:
    """Clusters less two; customers drawn one by one are many enough for the normal."""
    if question.cluster_size == 1:
        return float("inf")
    return max(1.0, customers / question.cluster_size - 2)


def _reach(question: PowerQuestion, df: float) -> float:
    return float(stats.t.ppf((1 + question.confidence) / 2, df) + stats.t.ppf(question.power, df))
