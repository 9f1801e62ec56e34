"""From the gate's answers to what the planner may choose from: doors on the map, chances, worth and risk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from zoufang.core.compliance import ClearedVisit, Refusal
from zoufang.core.places import is_rural, radius_of
from zoufang.core.planning import (
    Candidate,
    Needs,
    PlanningPolicy,
    PresenceModel,
    PresenceResult,
    VisitAddress,
    VisitOption,
    Whereabouts,
    hours_held,
    is_weekend,
    learn,
    press,
    visit_options,
)
from zoufang.core.values import (
    AddressKind,
    Finding,
    Point,
    Precision,
    RiskLevel,
    SourceKey,
    local_minute,
)
from zoufang.server.book.models import Address
from zoufang.server.book.visit_needs import NOTHING, AskedFor, visit_needs_of
from zoufang.server.daily.continuity import known_to
from zoufang.server.daily.crew_by_risk import needs_of_doors
from zoufang.server.daily.facts import Registers
from zoufang.server.daily.gate import Answer
from zoufang.server.daily.harms import affordable_by, deadline_of, harms_until, segment_of
from zoufang.server.daily.once_a_day import once_a_day
from zoufang.server.daily.policies import rural_calendar, training_policy
from zoufang.server.daily.risk import Risk, resisted_before, risk_at
from zoufang.server.daily.targets import target_met
from zoufang.server.daily.uplift import uplift_of
from zoufang.server.daily.wanted import Wanted
from zoufang.server.safety.incidents import history_of
from zoufang.server.visiting.models import Visit
from zoufang.server.visiting.recusals import recused_from

LEVELS = list(RiskLevel)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Whom one could visit, and the risk of each door that is cleared."""

    all: tuple[Candidate, ...]
    risks: Mapping[UUID, Risk]


def candidates_of(
    wanted: list[Wanted], answers: list[Answer], registers: Registers, day: date, policy: PlanningPolicy
) -> Candidates:
    """One candidate for each wanted customer, also for those whom nobody may visit: the plan says why."""
    doors: dict[UUID, list[Answer]] = defaultdict(list)
    for answer in answers:
        doors[answer.door.party.id].append(answer)
    resisted = resisted_before({a.door.whom.party.id for a in answers}, day)
    past = history_of([a.door.address for a in answers], {a.door.address.party_id for a in answers}, day)
    risks = {
        a.door.address.id: risk_at(
            a.door.address, place_of(a.door.address).precision, registers, resisted, past, day
        )
        for a in answers
    }
    presence, uplift, courses = presence_until(day), uplift_of(day), training_policy(day).courses
    asked_for = visit_needs_of({_visited(one) for one in wanted})
    recused = recused_from({_visited(one) for one in wanted} | {one.party.id for one in wanted})
    known = known_to({_visited(one) for one in wanted}, day)
    harms, affordable = harms_until(day), affordable_by({one.party.id for one in wanted}, day)
    made = []
    for one in wanted:
        asked = doors[one.party.id]
        cleared = [a for a in asked if isinstance(a.said, ClearedVisit)]
        made.append(
            Candidate(
                customer_id=str(one.party.id),
                source=SourceKey(one.party.source_system, one.party.source_key),
                purpose=one.purpose,
                arrears_fen=one.arrears_fen,
                addresses=tuple(place_of(a.door.address) for a in cleared),
                options=_options(cleared, day, policy, presence, one.begins),
                uplift=uplift(one.arrears_fen, one.dpd),
                risk=_highest(risks[a.door.address.id] for a in cleared),
                needs=_needs(
                    frozenset(c.code for c in courses.needed_for(one.purpose))
                    | needs_of_doors(((a.door.address, _visited(one)) for a in cleared), past, day),
                    asked_for.get(_visited(one), NOTHING),
                    recused.get(one.party.id, frozenset()) | recused.get(_visited(one), frozenset()),
                ),
                required=one.required,
                household=bytes(one.party.household).hex() if one.party.household else None,
                blocked_by=() if cleared else _reasons(asked),
                affordable_fen=affordable.get(one.party.id),
                harms=harms.chances(segment_of(one.party)),
                deadline=deadline_of(one.party.id, one.purpose, registers),
                known_to=known.get(_visited(one), ()),
            )
        )
    pressed = [press(one, policy) for one in made]
    return Candidates(once_a_day(zip(wanted, pressed, strict=True), registers.guarantees), risks)


def _visited(one: Wanted) -> UUID:
    """At whose door one would stand: what that person asked for counts."""
    return one.target.party.id if one.target else one.party.id


def _needs(courses: frozenset[str], asked: AskedFor, recused: frozenset[str]) -> Needs:
    return Needs(courses, asked.language, asked.gender, recused, asked.service_years)


def _options(
    cleared: list[Answer], day: date, policy: PlanningPolicy, presence: PresenceModel, begins: int | None = None
) -> tuple[VisitOption, ...]:
    """`begins`: of an appointment, the minute that was promised."""
    calendar, found = rural_calendar(), list[VisitOption]()
    for answer in cleared:
        if isinstance(answer.said, ClearedVisit):
            place = place_of(answer.door.address)
            service = policy.service_minutes + policy.search.minutes(place.radius_m)
            promised = None if begins is None else hours_held(begins, service)
            found += visit_options(answer.said, place, (day,), policy, presence, promised, calendar)
    return tuple(found)


def _highest(risks: Iterable[Risk]) -> RiskLevel:
    """Of several doors the riskiest: which one the planner takes is not known yet."""
    return max((level for level, _ in risks), key=LEVELS.index, default=RiskLevel.LOW)


def _reasons(refused: list[Answer]) -> tuple[Finding, ...]:
    """All different reasons over the doors."""
    found = [finding for a in refused if isinstance(a.said, Refusal) for finding in a.said.reasons]
    return tuple(finding for i, finding in enumerate(found) if finding not in found[:i])


def place_of(address: Address) -> VisitAddress:
    """Its own radius where the gazetteer placed it; a point given as a village's has the usual one."""
    place = address.place
    known = place.get("lat") is not None and place.get("lon") is not None
    precision = Precision(address.precision) if known else Precision.UNPLACED
    return VisitAddress(
        address_id=str(address.id),
        kind=AddressKind(address.kind),
        point=Point(place["lat"], place["lon"]) if known else None,
        precision=precision,
        area=address.township or address.county,
        radius_m=radius_of(precision, place.get("radius_m")),
        county=address.county,
        rural=is_rural(address.township),
    )


def presence_until(day: date) -> PresenceModel:
    """P(met) as learnt from every finished visit before `day`, older ones counting less."""
    return learn(PresenceModel(), presence_results(day), day)


def presence_results(day: date) -> list[PresenceResult]:
    """Who was met, at which door and hours, before `day`."""
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
        results.append(PresenceResult(where, target_met(visit), visit.day))
    return results
