"""One branch's plan for one day: who is wanted → what compliance says → what the planner makes of it → rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from zoufang.core.errors import Conflict
from zoufang.core.planning import (
    Candidate,
    Pin,
    Plan,
    PlanningPolicy,
    Progress,
    TravelTimes,
    Unplanned,
    Why,
    lacks,
    plan,
    unmet_deadlines,
    who_pays,
)
from zoufang.core.planning import Crew as PlanningCrew
from zoufang.core.values import Message, PartyRole, gettext_noop, mask_name
from zoufang.server.daily.candidates import Candidates, candidates_of
from zoufang.server.daily.crews import crews_on
from zoufang.server.daily.facts import Registers, read_registers
from zoufang.server.daily.gate import Answer, Door, review_doors
from zoufang.server.daily.pins import open_then, pin_of
from zoufang.server.daily.policies import compliance_policy, planning_policy, rural_calendar, with_values
from zoufang.server.daily.reckoning import bands_of, keep_shares
from zoufang.server.daily.roads import road_notes, road_version, roads
from zoufang.server.daily.season_notes import season_notes
from zoufang.server.daily.sight_notes import sight_notes
from zoufang.server.daily.targets import REPRESENTS, debtor_as_target, doors_of, own_doors
from zoufang.server.daily.uplift import uplift_source
from zoufang.server.daily.wanted import Wanted, wanted_on
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import DayPlan, PlannerOrder
from zoufang.server.visiting.plans import AboutPlan, NotGoing, keep_plan

NO_ADDRESS = Message(gettext_noop("No address to go to"))
KIND_OF = {Why.REFUSED: "refused", Why.DROPPED: "dropped"}
PIN_LET_GO = gettext_noop("The pin of %(name)s to crew %(crew)s is not kept: %(why)s")
PIN_DOES_NOT_FIT = gettext_noop(
    "The pinned visit to %(name)s does not fit into the hours of crew %(crew)s together with its other pins."
    " Move or take back a pin, and run the planner again."
)


def plan_day(
    *,
    branch: Branch,
    day: date,
    seed: int,
    by: User | None,
    at: datetime,
    policy: PlanningPolicy | None = None,
    progress: Callable[[Progress], bool] | None = None,
) -> DayPlan:
    """Make (again) the draft plan of a branch for a day; the planner's pins and drops are kept.

    Conflict: the day's plan is published, or the pins of a crew do not fit into its hours.
    `progress` may return False: the search ends and the best plan so far is kept.
    """
    if by is not None:
        require(by, "make_plan", branch)
    policy = with_values(policy or planning_policy(), day)
    wanted, left = wanted_on(branch, day)
    others = [one.target.party for one in wanted if one.target is not None]
    registers = read_registers([one.party for one in wanted], day, others)
    answers = ask_gate(wanted, registers, day, at)
    found = candidates_of(wanted, answers, registers, day, policy)
    crews = crews_on(branch, day)
    orders = orders_of_day(branch, day, {one.customer_id: one for one in found.all}, crews.going, policy)
    travel = roads(policy)
    made = _plan(found, crews.going, policy, day, seed, orders, travel, progress)
    made = replace(made, versions={**made.versions, **road_version(travel)})
    if source := uplift_source(day):
        made = replace(made, versions=made.versions | {"uplift": source})
    kept = keep_plan(
        plan=made,
        day=day,
        branch=branch,
        policy=policy,
        verdict_ids={(a.door.party.id, a.door.address.id): a.verdict_id for a in answers},
        not_going=left + not_going_of(made, found, answers, {one.party.id: one for one in wanted}),
        about=AboutPlan(
            found.risks,
            crews.at_home,
            (
                *made.notes,
                *road_notes(travel),
                *unmet_deadlines(made, found.all, policy),
                *orders.let_go,
                *season_notes(found.all, day, rural_calendar()),
                *sight_notes(made, found.all, masked_names(wanted)),
            ),
            {one.party.id: one.reason for one in wanted if one.reason is not None},
        ),
        by=by,
        at=at,
    )
    return keep_shares(kept, who_pays(made, found.all, policy, bands_of(wanted, day)))


def masked_names(wanted: list[Wanted]) -> dict[str, str]:
    people = ((one.target.party if one.target else one.party) for one in wanted)
    return {str(one.party.id): mask_name(who.identity["name"]) for one, who in zip(wanted, people, strict=True)}


def ask_gate(wanted: list[Wanted], registers: Registers, day: date, at: datetime) -> list[Answer]:
    return review_doors(doors_to_ask(wanted), registers, compliance_policy(day), day=day, at=at)


def doors_to_ask(wanted: list[Wanted]) -> list[Door]:
    people = [one.target.party if one.target else one.party for one in wanted]
    known = doors_of([*people, *(one.party for one in wanted if one.target and one.target.role in REPRESENTS)])
    return [
        Door(one.party, address, one.purpose, one.target)
        for one in wanted
        for address in own_doors(one.target or debtor_as_target(one.party), one.party, known)
    ]


@dataclass(frozen=True, slots=True)
class Orders:
    """The planner's word as far as it can be kept, and which pins could not, with the reason."""

    pins: tuple[Pin, ...]
    drops: tuple[str, ...]
    let_go: tuple[Message, ...]
    names: Mapping[str, str]


def orders_of_day(
    branch: Branch,
    day: date,
    known: Mapping[str, Candidate],
    crews: tuple[PlanningCrew, ...],
    policy: PlanningPolicy,
) -> Orders:
    """The planner's pins and drops of people who are still candidates."""
    rows = PlannerOrder.objects.filter(day=day, branch__path__startswith=branch.path)
    orders = [
        row for row in rows.select_related("crew", "party").order_by("party_id") if str(row.party_id) in known
    ]
    going = {crew.crew_id: crew for crew in crews}
    pins, let_go = [], []
    for order in orders:
        if order.kind == PlannerOrder.Kind.DROP or order.crew is None:
            continue
        candidate = known[str(order.party_id)]
        pin = pin_of(order, order.crew.code, candidate, policy)
        why = _cannot_pin(candidate, going.get(order.crew.code), pin, policy)
        if why is None:
            pins.append(pin)
        else:
            name = mask_name(order.party.identity["name"])
            let_go.append(Message(PIN_LET_GO, {"name": name, "crew": order.crew.name, "why": why}))
    drops = tuple(str(order.party_id) for order in orders if order.kind == PlannerOrder.Kind.DROP)
    names = {str(order.party_id): mask_name(order.party.identity["name"]) for order in orders}
    return Orders(tuple(pins), drops, tuple(let_go), names)


def _cannot_pin(
    candidate: Candidate, crew: PlanningCrew | None, pin: Pin, policy: PlanningPolicy
) -> Message | None:
    """Compliance, a crew at home and a missing certificate stand above the planner's word."""
    if candidate.blocked_by:
        return Message(gettext_noop("the rules refuse this visit"))
    if crew is None:
        return Message(gettext_noop("the crew stays at home on this day"))
    if missing := lacks(crew, candidate.needs):
        return Message(gettext_noop("the crew lacks %(missing)s"), {"missing": Message.joined(missing)})
    if not any(candidate.address(o.cleared.address_id).point for o in candidate.options):
        return Message(gettext_noop("no cleared door has a place on the map"))
    if not open_then(pin, candidate, policy):
        return Message(gettext_noop("no door is cleared at the fixed hour"))
    return None


def _plan(
    found: Candidates,
    crews: tuple[PlanningCrew, ...],
    policy: PlanningPolicy,
    day: date,
    seed: int,
    orders: Orders,
    travel: TravelTimes,
    progress: Callable[[Progress], bool] | None,
) -> Plan:
    try:
        return plan(
            found.all,
            crews,
            policy,
            days=(day,),
            seed=seed,
            pins=orders.pins,
            drops=orders.drops,
            travel=travel,
            progress=progress,
        )
    except Conflict as error:
        told = error.args[0]
        if not isinstance(told, Message):
            raise
        name = orders.names.get(told.params["customer"], "")
        raise Conflict(Message(PIN_DOES_NOT_FIT, {"name": name, "crew": told.params["crew"]})) from error


def not_going_of(
    made: Plan, found: Candidates, answers: list[Answer], wanted: Mapping[UUID, Wanted]
) -> list[NotGoing]:
    """Who was wanted and is not planned; a required visit is marked, for it needs a person's decision."""
    verdicts = _verdicts(answers)
    homeless = {one.customer_id for one in found.all} - {str(a.door.party.id) for a in answers}
    return [
        NotGoing(
            party_id=UUID(one.customer_id),
            kind=KIND_OF.get(one.reasons[0].why, "unplanned"),
            reasons=_said(one, homeless),
            verdict_id=verdicts.get(UUID(one.customer_id)),
            required=one.required,
            target=_target(wanted[UUID(one.customer_id)]),
        )
        for one in made.unplanned
    ]


def _target(wanted: Wanted) -> tuple[UUID, PartyRole] | None:
    return (wanted.target.party.id, wanted.target.role) if wanted.target else None


def _said(one: Unplanned, homeless: set[str]) -> tuple[Message, ...]:
    if one.customer_id in homeless and one.reasons[0].why is not Why.DROPPED:
        return (NO_ADDRESS,)
    return tuple(reason.message for reason in one.reasons)


def _verdicts(answers: list[Answer]) -> dict[UUID, UUID]:
    """One verdict by customer: the mildest of the doors, for that is the one that could be overridden."""
    ordered = sorted(answers, key=lambda a: a.said.verdict.decision.severity, reverse=True)
    return {a.door.party.id: a.verdict_id for a in ordered}
