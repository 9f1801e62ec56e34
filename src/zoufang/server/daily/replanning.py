"""Within the day: a draft that revises what is left of a published plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zoufang.core.errors import Conflict
from zoufang.core.planning import (
    Candidate,
    Crew,
    CrewNow,
    DayState,
    Plan,
    PlannedVisit,
    PlanningPolicy,
    TravelTimes,
    crews_left,
    open_candidates,
    replan,
    unmet_deadlines,
    who_pays,
)
from zoufang.core.values import BANK_ZONE, Message, Purpose, TimeWindow, gettext_noop
from zoufang.server.daily.asking import ask_gate
from zoufang.server.daily.candidates import Candidates, candidates_of, place_of
from zoufang.server.daily.crews import CrewsOfDay, crews_on
from zoufang.server.daily.facts import read_registers
from zoufang.server.daily.gate import Answer
from zoufang.server.daily.means import as_they_went, means_left
from zoufang.server.daily.not_going import not_going_of
from zoufang.server.daily.orders import orders_of_day
from zoufang.server.daily.policies import planning_policy, with_values
from zoufang.server.daily.reckoning import bands_of, keep_shares
from zoufang.server.daily.roads import road_notes, road_version, roads
from zoufang.server.daily.uplift import uplift_source
from zoufang.server.daily.wanted import Wanted, wanted_on
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import DayPlan, PlannedStop, Visit
from zoufang.server.visiting.plans import AboutPlan, NotGoing, keep_plan
from zoufang.server.visiting.revisions import going

NOT_PUBLISHED = Message(gettext_noop("Only the published plan of today or a later day can be revised."))


@dataclass(frozen=True, slots=True)
class _Day:
    """The published plan as it stands: begun visits, visits still to make, and the moment."""

    plan: DayPlan
    begun: list[Visit]
    waiting: list[Visit]
    now_s: int
    out: frozenset[str]


def replan_day(
    *,
    plan: DayPlan,
    by: User,
    at: datetime,
    crews_out: Iterable[str] = (),
    policy: PlanningPolicy | None = None,
) -> DayPlan:
    """A draft that revises the rest of a published day: the gate is asked again for everybody still open.

    `crews_out` (codes): ill, or after an SOS. Nothing takes effect before a person confirms it.
    Conflict: the plan isn't the published one, or its day is over.
    """
    require(by, "make_plan", plan)
    policy = means_left(with_values(policy or planning_policy(), plan.day), plan.branch, plan.day, plan)
    today = _day(plan, at, frozenset(crews_out))
    begun = {visit.party_id for visit in today.begun}
    wanted, left = wanted_on(plan.branch, plan.day)
    wanted, left = [w for w in wanted if w.party.id not in begun], [n for n in left if n.party_id not in begun]
    others = [one.target.party for one in wanted if one.target is not None]
    registers = read_registers([one.party for one in wanted], plan.day, others)
    answers = ask_gate(wanted, registers, plan.day, at)
    found = candidates_of(wanted, answers, registers, plan.day, policy)
    crews = crews_on(plan.branch, plan.day)
    crews = replace(crews, going=as_they_went(crews.going, plan))
    travel = roads(policy)
    made = _replanned(today, found, crews, policy, travel)
    told = (*made.notes, *road_notes(travel), *unmet_deadlines(made, found.all, policy))
    made = replace(made, notes=told, versions={**made.versions, **road_version(travel)})
    kept = _keep(today, made, (wanted, left, answers), found, crews, policy, by, at)
    return keep_shares(kept, who_pays(made, found.all, policy, bands_of(wanted, plan.day)))


def still_open(
    published: DayPlan, found: Candidates, going: Sequence[Crew], at: datetime, out: frozenset[str]
) -> tuple[tuple[Candidate, ...], tuple[Crew, ...]]:
    """Whom the rest of the day may still take in, promises at their hour; the crews from where they are now."""
    today = _day(published, at, out)
    state = DayState(now_s=today.now_s, crews=tuple(_positions(today)), crews_out=today.out)
    before = _as_planned(today, found.all)
    left = crews_left(before, found.all, going, state)
    return tuple(open_candidates(before, found.all, state)), tuple(left)


def _day(plan: DayPlan, at: datetime, out: frozenset[str]) -> _Day:
    local = at.astimezone(BANK_ZONE)
    if plan.status != DayPlan.Status.PUBLISHED or plan.day < local.date():
        raise Conflict(NOT_PUBLISHED)
    now_s = _second(at) if plan.day == local.date() else 0
    visits = going(plan)
    for visit in visits:
        visit.opened(visit.address)
    waiting = [visit for visit in visits if visit.started_at is None]
    return _Day(plan, [v for v in visits if v.started_at is not None], waiting, now_s, out)


def _second(at: datetime) -> int:
    """Seconds after local midnight."""
    local = at.astimezone(BANK_ZONE)
    return local.hour * 3600 + local.minute * 60 + local.second


def _replanned(
    today: _Day, found: Candidates, crews: CrewsOfDay, policy: PlanningPolicy, travel: TravelTimes
) -> Plan:
    day = today.plan.day
    known = {one.customer_id: one for one in found.all}
    orders = orders_of_day(today.plan.branch, day, known, crews.going, policy)
    state = DayState(now_s=today.now_s, crews=tuple(_positions(today)), crews_out=today.out)
    made = replan(
        _as_planned(today, found.all),
        found.all,
        crews.going,
        policy,
        state,
        day=day,
        seed=today.plan.seed,
        pins=orders.pins,
        drops=orders.drops,
        travel=travel,
    )
    source = uplift_source(day)
    versions = made.versions | ({"uplift": source} if source else {})
    told = tuple(_named(note, orders.names) for note in made.notes)
    return replace(made, notes=(*told, *orders.let_go), versions=versions)


def _named(note: Message, names: Mapping[str, str]) -> Message:
    """The planner reads a masked name where the core knows an id."""
    customer = note.params.get("customer")
    name = names.get(str(customer))
    return Message(note.template, {**note.params, "customer": name}) if name else note


def _positions(today: _Day) -> list[CrewNow]:
    """At the door of the last visit that has begun, free when it ended or is expected to end."""
    where: dict[str, tuple[datetime, CrewNow]] = {}
    for visit in today.begun:
        point, began = place_of(visit.address).point, visit.started_at
        if point is None or began is None or visit.stop is None:
            continue
        expected = max(today.now_s, _second(began) + visit.stop.service_min * 60)
        free = expected if visit.ended_at is None else _second(visit.ended_at)
        if visit.crew.code not in where or where[visit.crew.code][0] < began:
            where[visit.crew.code] = began, CrewNow(visit.crew.code, point, free)
    return [now for _, now in where.values()]


def _as_planned(today: _Day, candidates: Sequence[Candidate]) -> Plan:
    """The visits still to make, as far as compliance still clears their door and hours."""
    known = {one.customer_id: one for one in candidates}
    visits = [
        planned
        for visit in today.waiting
        if (one := known.get(str(visit.party_id))) is not None and (planned := _still_cleared(visit, one))
    ]
    plan = today.plan
    return Plan((plan.day,), tuple(visits), (), (), plan.value_fen, plan.seed, plan.engine, (), {})


def _still_cleared(visit: Visit, one: Candidate) -> PlannedVisit | None:
    stop = visit.stop
    if stop is None:
        return None
    window = TimeWindow(stop.window_start, stop.window_end)
    option = next(
        (o for o in one.options if (o.cleared.address_id, o.window) == (str(stop.address_id), window)), None
    )
    if option is None:
        return None
    return PlannedVisit(
        customer_id=one.customer_id,
        crew_id=stop.crew.code,
        day=visit.day,
        order=stop.number,
        address_id=str(stop.address_id),
        purpose=Purpose(stop.purpose),
        window=window,
        arrive_s=stop.arrive * 60,
        start_s=stop.arrive * 60,
        end_s=(stop.arrive + stop.service_min) * 60,
        gross_value_fen=stop.value_fen,
        gives_back_fen=0,
        gives_back_minutes=0,
        p_met=stop.p_met,
        required=stop.required,
        why=Message.from_json(stop.why),
        cleared=option.cleared,
    )


@transaction.atomic
def _keep(
    today: _Day,
    made: Plan,
    asked: tuple[list[Wanted], list[NotGoing], list[Answer]],
    found: Candidates,
    crews: CrewsOfDay,
    policy: PlanningPolicy,
    by: User,
    at: datetime,
) -> DayPlan:
    """The draft with the begun stops as they were in front of each crew's new ones."""
    wanted, left, answers = asked
    gone: dict[str, int] = {}
    for visit in today.begun:
        gone[visit.crew.code] = gone.get(visit.crew.code, 0) + 1
    numbered = tuple(replace(v, order=v.order + gone.get(v.crew_id, 0)) for v in made.visits)
    kept = keep_plan(
        plan=replace(made, visits=numbered),
        day=today.plan.day,
        branch=today.plan.branch,
        policy=policy,
        verdict_ids={(a.door.party.id, a.door.address.id): a.verdict_id for a in answers},
        not_going=left + not_going_of(made, found, answers, {one.party.id: one for one in wanted}),
        about=AboutPlan(
            found.risks,
            crews.at_home,
            made.notes,
            {one.party.id: one.reason for one in wanted if one.reason is not None},
        ),
        by=by,
        at=at,
        revises=today.plan,
    )
    PlannedStop.objects.bulk_create(_begun_stops(kept, today))
    kept.counts = kept.counts | {"planned": len(made.visits) + len(today.begun)}
    kept.versions = kept.versions | {"crews_out": sorted(today.out)}
    kept.save(update_fields=["counts", "versions"])
    return kept


def _begun_stops(kept: DayPlan, today: _Day) -> list[PlannedStop]:
    """Copies for the new plan; the published plan keeps its own."""
    copies: list[PlannedStop] = []
    numbers: dict[int, int] = {}
    for visit in sorted(today.begun, key=_beginning):
        stop = visit.stop
        if stop is not None:
            numbers[stop.crew_id] = numbers.get(stop.crew_id, 0) + 1
            values = {f.attname: getattr(stop, f.attname) for f in PlannedStop._meta.concrete_fields}
            copies.append(
                PlannedStop(**values | {"id": None, "plan_id": kept.pk, "number": numbers[stop.crew_id]})
            )
    return copies


def _beginning(visit: Visit) -> tuple[datetime, UUID]:
    return visit.started_at or datetime.max.replace(tzinfo=BANK_ZONE), visit.id
