"""Why a stop is in the plan and what dropping it would give back; why a customer is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from zoufang.core.planning.budgets import Budget
from zoufang.core.planning.candidates import Candidate, VisitOption
from zoufang.core.planning.continuity import Tie, with_tie
from zoufang.core.planning.crews import Crew, lacks
from zoufang.core.planning.greedy import NEVER, insertions
from zoufang.core.planning.modes import Mode, ModeRule
from zoufang.core.planning.plans import Reason, Why
from zoufang.core.planning.policy import PlanningPolicy
from zoufang.core.planning.problem import (
    UNITS_PER_FEN,
    PlanProblem,
    Routes,
    cheapest_service_fen,
    service_minutes,
    within_reach,
)
from zoufang.core.planning.value import visit_value
from zoufang.core.planning.within_budgets import exhausted
from zoufang.core.values import AddressKind, Decision, Message, format_yuan, gettext_noop, language_name

PLACES = {
    AddressKind.HOME: gettext_noop("home"),
    AddressKind.WORK: gettext_noop("work place"),
    AddressKind.PREMISES: gettext_noop("business premises"),
    AddressKind.REGISTERED: gettext_noop("registered address"),
    AddressKind.COLLATERAL: gettext_noop("collateral"),
}
CHOSEN = gettext_noop(
    "Expected to bring %(value)s yuan: %(chance)s%% to be met at the %(place)s between %(window)s"
    " (uplift: %(method)s). Dropping it gives back %(minutes)s minutes and %(cost)s yuan."
)
PROMISED = gettext_noop(
    "Promised, or drawn as a must-visit; expected to bring %(value)s yuan: %(chance)s%% to be met at the %(place)s"
    " between %(window)s (uplift: %(method)s). It takes %(minutes)s minutes and %(cost)s yuan."
)
PINNED = gettext_noop(
    "Pinned by the planner; expected to bring %(value)s yuan: %(chance)s%% to be met at the %(place)s between"
    " %(window)s (uplift: %(method)s). Dropping it gives back %(minutes)s minutes and %(cost)s yuan."
)
# Appended to each of them: how sure the two numbers are.
HOW_SURE = gettext_noop(
    "%(said)s Chance to meet with 90%% certainty: %(low)s to %(high)s%%; a meeting adds %(least)s to %(most)s yuan"
    " by the same estimate."
)
TAKES_VALUE = gettext_noop("%(said)s It would take %(more)s yuan more of expected value.")
TAKES_TIME = gettext_noop(
    "%(said)s It would take %(minutes)s minutes at the door and the way there:"
    " from a dropped stop or longer hours."
)
TOO_FAR = gettext_noop("Too far away for the crews that may go: a car would be needed, and goes elsewhere.")


def why_planned(
    candidate: Candidate,
    option: VisitOption,
    gross_fen: int,
    minutes: int,
    cost_fen: int,
    pinned: bool,
    tie: Tie | None = None,
) -> Message:
    """One sentence for one stop; one more where somebody goes whom the customer knows."""
    template = PINNED if pinned else PROMISED if candidate.required else CHOSEN
    why = Message(
        template,
        {
            "value": format_yuan(gross_fen),
            "chance": round(option.p_met.mean * 100),
            "place": PLACES[candidate.address(option.cleared.address_id).kind],
            "window": str(option.window),
            "method": candidate.uplift.method,
            "minutes": minutes,
            "cost": format_yuan(cost_fen),
        },
    )
    return Message(
        HOW_SURE,
        {
            "said": with_tie(why, tie),
            "low": round(option.p_met.low * 100),
            "high": round(option.p_met.high * 100),
            "least": format_yuan(candidate.uplift.low_fen),
            "most": format_yuan(candidate.uplift.high_fen),
        },
    )


def refused(candidate: Candidate) -> tuple[Reason, ...]:
    """The rules that said no, each with its source; only those that decide, where any does."""
    blocks = [f for f in candidate.blocked_by if f.decision is not Decision.ALLOW]
    return tuple(Reason(Why.REFUSED, f.message, f.rule_id, f.source) for f in blocks or candidate.blocked_by)


def dropped() -> Reason:
    return Reason(Why.DROPPED, Message(gettext_noop("Dropped by the planner.")))


@dataclass(frozen=True, slots=True)
class DayEnd:
    """A finished day, asked about those it left out: `net_units` is each stop's best late insertion, or NEVER."""

    problem: PlanProblem
    day: date
    crews: Sequence[Crew]
    index: dict[str, int]  # customers with a stop on this day
    net_units: NDArray[np.int64]
    exhausted: dict[int, Budget] = field(default_factory=dict)  # by customer: what kept out who would pay


def day_ends(problem: PlanProblem, routes: Routes, budgets: Sequence[Budget] = ()) -> list[DayEnd]:
    """Day by day, what inserting each stop into the finished routes would bring."""
    used_up = exhausted(problem, routes, budgets)
    net = [insertions(problem.routes, v, route).net_units for v, route in enumerate(routes)]
    ends = []
    for day in problem.days:
        mine = [units for units, trip in zip(net, problem.trips, strict=True) if trip.day == day]
        best = np.max(np.stack([np.full(len(problem.stops), NEVER), *mine]), axis=0)
        known = {problem.customers[s.customer].customer_id: s.customer for s in problem.stops if day in s.options}
        ends.append(DayEnd(problem, day, problem.crews_on(day), known, best, used_up))
    return ends


def why_not(candidate: Candidate, end: DayEnd, policy: PlanningPolicy) -> Reason:
    """The first obstacle that kept this customer out of the day, in the order in which planning meets them."""
    crews, day = end.crews, end.day
    today = [option for option in candidate.options if option.day == day]
    placed = [o for o in today if candidate.address(o.cleared.address_id).point is not None]
    if not today:
        return _reason(Why.NO_OPTION, gettext_noop("No door and hour is cleared on %(day)s."), day=day)
    if not placed:
        return _reason(Why.NO_MAP_POINT, gettext_noop("No cleared address has a point on the map. Confirm one."))
    if not any(crew.meets(candidate.needs) for crew in crews):
        return _no_crew(candidate, crews)
    if candidate.customer_id not in end.index:
        return _not_offered(candidate, placed, crews, policy)
    return _not_inserted(end, end.index[candidate.customer_id])


def _no_crew(candidate: Candidate, crews: Sequence[Crew]) -> Reason:
    """What every crew lacks is named as such; else what the nearest one lacks."""
    if not crews:
        return _reason(Why.NO_CREW_ON_SHIFT, gettext_noop("No crew works on this day."))
    needs = candidate.needs
    if needs.language is not None and not any(needs.language in crew.languages for crew in crews):
        text = gettext_noop("No crew of this day speaks %(language)s.")
        return _reason(Why.NO_CREW_QUALIFIED, text, language=language_name(needs.language))
    lacking = min((lacks(crew, needs) for crew in crews), key=len)
    text = gettext_noop("No crew meets what this visit needs; the nearest lacks: %(missing)s.")
    return _reason(Why.NO_CREW_QUALIFIED, text, missing=Message.joined(lacking))


def reached(candidate: Candidate, options: Sequence[VisitOption], crew: Crew, modes: dict[Mode, ModeRule]) -> bool:
    """Does the crew get to one of these doors as it goes?"""
    doors = (candidate.address(option.cleared.address_id).point for option in options)
    return any(door is not None and within_reach(crew, door, modes) for door in doors)


def _not_offered(
    candidate: Candidate, options: list[VisitOption], crews: Sequence[Crew], policy: PlanningPolicy
) -> Reason:
    may_go = [crew for crew in crews if crew.meets(candidate.needs)]
    if not any(reached(candidate, options, crew, policy.modes) for crew in may_go):
        return _reason(Why.OUT_OF_REACH, TOO_FAR)
    best = max(visit_value(candidate, option, policy).gross_fen for option in options)
    price = cheapest_service_fen(candidate, list(crews), policy)
    if best > price or candidate.required:
        return _reason(
            Why.NO_CREW_ON_SHIFT,
            gettext_noop("No crew that may go is free for %(minutes)s minutes within the cleared hours."),
            minutes=service_minutes(candidate, policy),
        )
    text = gettext_noop("Expected to bring %(value)s yuan, less than the %(cost)s yuan that its minutes cost.")
    why = Message(text, {"value": format_yuan(best), "cost": format_yuan(price)})
    return _reason(Why.NOT_WORTH_IT, TAKES_VALUE, said=why, more=format_yuan(price - best + 1))


def _not_inserted(end: DayEnd, customer: int) -> Reason:
    mine = end.problem.stops_of(customer, end.day)
    best = int(end.net_units[mine].max())
    value = format_yuan(max(end.problem.stops[i].gross_fen for i in mine))
    if customer in end.exhausted:
        text = gettext_noop("Expected to bring %(value)s yuan, but nothing is left of the budget %(budget)s.")
        return _reason(Why.BUDGET, text, value=value, budget=end.exhausted[customer].name)
    if best == NEVER:
        text = gettext_noop("Expected to bring %(value)s yuan, but no crew has time left in its cleared hours.")
        minutes = min(end.problem.stops[i].service_s for i in mine) // 60
        return _reason(Why.TIME_RAN_OUT, TAKES_TIME, said=Message(text, {"value": value}), minutes=minutes)
    loss = -best // UNITS_PER_FEN
    text = gettext_noop("Expected to bring %(value)s yuan; the detour would lose %(loss)s yuan net.")
    why = Message(text, {"value": value, "loss": format_yuan(loss)})
    return _reason(Why.NOT_WORTH_IT, TAKES_VALUE, said=why, more=format_yuan(loss + 1))


def _reason(why: Why, template: str, **params: object) -> Reason:
    return Reason(why, Message(template, dict(params)))
