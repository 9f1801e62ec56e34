"""Who pays for a plan's gain: customers by income, age and place, as shares that are kept with the plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from uuid import UUID

from zoufang.core.planning import ConstraintPrice, GroupShare, PersonBands, age_band, income_band
from zoufang.server.agreements.means import means_of
from zoufang.server.agreements.models import Statement
from zoufang.server.daily.facts import age_on
from zoufang.server.daily.harms import OLDEST_STATEMENT, segment_of
from zoufang.server.daily.wanted import Wanted
from zoufang.server.visiting.models import DayPlan


def bands_of(wanted: Sequence[Wanted], day: date) -> dict[str, PersonBands]:
    """By customer; only the band leaves the sealed statement, never the figure."""
    incomes = _incomes([one.party.id for one in wanted], day)
    return {
        str(one.party.id): PersonBands(
            income_band(incomes.get(one.party.id)), age_band(age_on(one.party, day)), segment_of(one.party)
        )
        for one in wanted
    }


def _incomes(party_ids: Iterable[UUID], day: date) -> dict[UUID, int]:
    """What was last said of income a month, within a year; "none" is nothing, an open answer is unknown."""
    rows = Statement.objects.filter(
        party__in=list(party_ids), taken_on__lte=day, taken_on__gt=day - OLDEST_STATEMENT
    )
    found = {}
    for statement in rows.select_related("party").order_by("taken_on", "id"):
        income = means_of(statement).income
        amounts = None if income is None else [source.amount_fen for source in income]
        if amounts is not None and None not in amounts:
            found[statement.party_id] = sum(amount or 0 for amount in amounts)
    return found


def keep_shares(plan: DayPlan, shares: Iterable[GroupShare]) -> DayPlan:
    plan.report = {"who_pays": [asdict(share) for share in shares]}
    plan.save(update_fields=["report"])
    return plan


def keep_prices(plan: DayPlan, prices: Iterable[ConstraintPrice]) -> DayPlan:
    plan.report = plan.report | {"prices": [asdict(price) for price in prices]}
    plan.save(update_fields=["report"])
    return plan
