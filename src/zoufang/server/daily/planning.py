"""One branch's plan for one day: who is wanted → what compliance says → what the planner makes of it → rows."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from uuid import UUID

from zoufang.core.compliance import ClearedVisit, Refusal
from zoufang.core.planning import (
    Candidate,
    Needs,
    Pin,
    Plan,
    PlanningPolicy,
    PresenceModel,
    PresenceResult,
    VisitAddress,
    Whereabouts,
    is_weekend,
    learn,
    plan,
    visit_options,
)
from zoufang.core.planning import Crew as PlanningCrew
from zoufang.core.values import (
    AddressKind,
    Message,
    PartyRole,
    Point,
    Precision,
    SourceKey,
    TimeWindow,
    gettext_noop,
    local_minute,
)
from zoufang.server.book.models import Address
from zoufang.server.daily.facts import read_registers
from zoufang.server.daily.gate import Answer, Door, review_doors
from zoufang.server.daily.policies import compliance_policy, planning_policy, training_policy
from zoufang.server.daily.uplift import uplift_of
from zoufang.server.daily.wanted import Wanted, wanted_on
from zoufang.server.staff.models import Branch, User
from zoufang.server.training import services as training
from zoufang.server.visiting.models import Crew, DayPlan, PlannerOrder, Visit
from zoufang.server.visiting.plans import NotGoing, keep_plan

NO_ADDRESS = Message(gettext_noop("No address to go to"))
DROPPED = Message(gettext_noop("Dropped by the planner"))


def plan_day(
    *,
    branch: Branch,
    day: date,
    seed: int,
    by: User | None,
    at: datetime,
    policy: PlanningPolicy | None = None,
) -> DayPlan:
    """Make (again) the draft plan of a branch for a day; the planner's pins and drops are kept."""
    policy = policy or planning_policy()
    wanted, left = wanted_on(branch, day)
    answers = _ask_gate(wanted, day, at)
    candidates = _candidates(wanted, answers, day, policy)
    pins, drops = _orders(branch, day, {candidate.customer_id for candidate in candidates})
    made = plan(candidates, _crews(branch, day), policy, days=(day,), seed=seed, pins=pins, drops=drops)
    return keep_plan(
        plan=made,
        day=day,
        branch=branch,
        policy=policy,
        verdict_ids={(a.door.party.id, a.door.address.id): a.verdict_id for a in answers},
        not_going=left + _not_going(made, wanted, answers),
        by=by,
        at=at,
    )


def _ask_gate(wanted: list[Wanted], day: date, at: datetime) -> list[Answer]:
    parties = {one.party.id: one for one in wanted}
    registers = read_registers([one.party for one in wanted], day)
    addresses = Address.objects.filter(party__in=parties).exclude(kind=AddressKind.COLLATERAL)
    doors = []
    for address in addresses.order_by("party_id", "kind", "id"):
        one = parties[address.party_id]
        address.party = one.party
        doors.append(Door(one.party, address, one.purpose))
    return review_doors(doors, registers, compliance_policy(day), day=day, at=at)


def _candidates(wanted: list[Wanted], answers: list[Answer], day: date, policy: PlanningPolicy) -> list[Candidate]:
    doors: dict[UUID, list[Answer]] = defaultdict(list)
    for answer in answers:
        doors[answer.door.party.id].append(answer)
    presence, uplift, courses = presence_until(day), uplift_of(day), training_policy(day).courses
    made = []
    for one in wanted:
        cleared = [a for a in doors[one.party.id] if isinstance(a.said, ClearedVisit)]
        refused = [a.said for a in doors[one.party.id] if isinstance(a.said, Refusal)]
        places = {a.door.address.id: _place(a.door.address) for a in cleared}
        options = tuple(
            option
            for a in cleared
            if isinstance(a.said, ClearedVisit) and places[a.door.address.id].point is not None
            for option in visit_options(a.said, places[a.door.address.id], (day,), policy, presence)
        )
        made.append(
            Candidate(
                customer_id=str(one.party.id),
                source=SourceKey(one.party.source_system, one.party.source_key),
                purpose=one.purpose,
                arrears_fen=one.arrears_fen,
                addresses=tuple(places.values()),
                options=options,
                uplift=uplift(one.arrears_fen, one.dpd),
                needs=Needs(frozenset(c.code for c in courses.needed_for(one.purpose))),
                required=one.required and bool(options),
                blocked_by=refused[0].reasons if refused and not cleared else (),
            )
        )
    return made


def _place(address: Address) -> VisitAddress:
    place = address.place
    known = place.get("lat") is not None and place.get("lon") is not None
    return VisitAddress(
        address_id=str(address.id),
        kind=AddressKind(address.kind),
        point=Point(place["lat"], place["lon"]) if known else None,
        precision=Precision(address.precision) if known else Precision.UNPLACED,
        area=address.township or address.county,
    )


def _crews(branch: Branch, day: date) -> list[PlanningCrew]:
    """Active crews of two whose members all hold what a visit needs on that day."""
    held: dict[str, set[str]] = defaultdict(set)
    oldest = day - timedelta(days=training_policy(day).max_age_days)
    for qualification in training.qualifications():
        if qualification.valid_on(day) and qualification.issued >= oldest:
            held[qualification.officer_id].add(qualification.course)
    crews = Crew.objects.filter(active=True, branch__path__startswith=branch.path).prefetch_related("members")
    made = []
    for crew in crews.select_related("branch").order_by("code"):
        officers = sorted(str(member.pk) for member in crew.members.all() if member.is_active)
        shared = set.intersection(*(held[officer] for officer in officers)) if officers else set()
        if len(officers) < 2 or not shared:
            continue
        made.append(
            PlanningCrew(
                crew_id=crew.code,
                officer_ids=tuple(officers),
                branch=crew.branch.code,
                depot=Point(crew.depot_lat, crew.depot_lon),
                shift=TimeWindow(crew.shift_start, crew.shift_end),
                qualifications=frozenset(shared),
            )
        )
    return made


def _orders(branch: Branch, day: date, known: set[str]) -> tuple[list[Pin], list[str]]:
    """The planner's pins and drops of people who are still candidates."""
    orders = PlannerOrder.objects.filter(day=day, branch__path__startswith=branch.path).select_related("crew")
    pins, drops = [], []
    for order in orders.order_by("party_id"):
        customer_id = str(order.party_id)
        if customer_id not in known:
            continue
        if order.kind == PlannerOrder.Kind.DROP:
            drops.append(customer_id)
        elif order.crew is not None:
            pins.append(Pin(customer_id, order.crew.code, day))
    return pins, drops


def _not_going(made: Plan, wanted: list[Wanted], answers: list[Answer]) -> list[NotGoing]:
    verdicts = {a.door.party.id: a.verdict_id for a in answers}
    purposes = {str(one.party.id) for one in wanted}
    left = []
    for person in made.unplanned:
        if person.customer_id in purposes:
            kind = "refused" if any(reason.rule_id for reason in person.reasons) else "unplanned"
            party_id = UUID(person.customer_id)
            reasons = tuple(reason.message for reason in person.reasons)
            left.append(NotGoing(party_id, kind, reasons, verdicts.get(party_id)))
    return left


def presence_until(day: date) -> PresenceModel:
    """P(met) as learnt from every finished visit before `day`."""
    slots = PlanningPolicy().slots
    results = []
    rows = Visit.objects.filter(day__lt=day, ended_at__isnull=False, started_at__isnull=False)
    for visit in rows.select_related("address").order_by("day", "id").iterator():
        if visit.started_at is None:
            continue
        minute = local_minute(visit.started_at)
        slot = next((s.name for s in slots if minute in s.window), slots[-1].name)
        address = visit.address
        where = Whereabouts(
            area=address.township or address.county,
            address_id=str(address.id),
            kind=AddressKind(address.kind),
            slot=slot,
            weekend=is_weekend(visit.day),
        )
        met = visit.met_role in (PartyRole.DEBTOR, PartyRole.CO_DEBTOR)
        results.append(PresenceResult(where, met))
    return learn(PresenceModel(), results)
