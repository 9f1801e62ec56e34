"""Who pays for the gain: a plan's visits and value by group of people, with and without the price of harm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zoufang.core.planning.candidates import Candidate
from zoufang.core.planning.plans import Plan
from zoufang.core.planning.policy import PlanningPolicy
from zoufang.core.planning.value import visit_value

UNKNOWN_BAND = "unknown"
INCOME_BANDS = ((300_000, "income_low"), (600_000, "income_middle"))  # fen a month, below which
AGE_BANDS = ((30, "age_18_29"), (45, "age_30_44"), (60, "age_45_59"))  # years, below which


@dataclass(frozen=True, slots=True)
class PersonBands:
    """The groups one customer belongs to; "unknown" where nothing is on file, never a guess."""

    income: str = UNKNOWN_BAND
    age: str = UNKNOWN_BAND
    place: str = UNKNOWN_BAND

    def items(self) -> tuple[tuple[str, str], ...]:
        return ("income", self.income), ("age", self.age), ("place", self.place)


@dataclass(frozen=True, slots=True)
class GroupShare:
    """One band of one group: candidates, planned visits, and their value in fen with and without harm's price."""

    group: str
    band: str
    candidates: int
    visits: int
    value_fen: int
    before_harm_fen: int


def income_band(monthly_fen: int | None) -> str:
    """By what was said of the household's income in a month."""
    if monthly_fen is None:
        return UNKNOWN_BAND
    return next((name for below, name in INCOME_BANDS if monthly_fen < below), "income_high")


def age_band(years: int | None) -> str:
    if years is None:
        return UNKNOWN_BAND
    return next((name for below, name in AGE_BANDS if years < below), "age_60_up")


def who_pays(
    plan: Plan, candidates: Sequence[Candidate], policy: PlanningPolicy, bands: Mapping[str, PersonBands]
) -> tuple[GroupShare, ...]:
    """Shares by group and band, in the order of their names; `bands` by customer."""
    gross = _planned(plan, candidates, policy)
    seen: dict[tuple[str, str], list[str]] = defaultdict(list)
    for candidate in candidates:
        for key in bands.get(candidate.customer_id, PersonBands()).items():
            seen[key].append(candidate.customer_id)
    return tuple(
        GroupShare(
            group,
            band,
            candidates=len(ids),
            visits=sum(i in gross for i in ids),
            value_fen=sum(gross[i][0] for i in ids if i in gross),
            before_harm_fen=sum(gross[i][1] for i in ids if i in gross),
        )
        for (group, band), ids in sorted(seen.items())
    )


def _planned(plan: Plan, candidates: Sequence[Candidate], policy: PlanningPolicy) -> dict[str, tuple[int, int]]:
    """By planned customer what the visit brings, and what it would if harm had no price."""
    known = {candidate.customer_id: candidate for candidate in candidates}
    found = {}
    for visit in plan.visits:
        candidate = known[visit.customer_id]
        option = next(
            o
            for o in candidate.options
            if (o.day, o.cleared.address_id, o.window) == (visit.day, visit.address_id, visit.window)
        )
        harm_fen = visit_value(candidate, option, policy).harm_price_fen
        found[visit.customer_id] = visit.gross_value_fen, visit.gross_value_fen + harm_fen
    return found
