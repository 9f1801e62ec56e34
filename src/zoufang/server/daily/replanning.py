"""Within the day: why a published plan should be looked at again, and a draft that revises what is left of it."""

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
    crews_left,
    open_candidates,
    replan,
)
from zoufang.core.values import BANK_ZONE, Message, Purpose, TimeWindow, gettext_noop
from zoufang.server.book.models import LoanState
from zoufang.server.daily.candidates import Candidates, candidates_of, place_of
from zoufang.server.daily.crews import CrewsOfDay, crews_on
from zoufang.server.daily.facts import read_registers
from zoufang.server.daily.gate import Answer
from zoufang.server.daily.planning import ask_gate, not_going_of, orders_of_day
from zoufang.server.daily.policies import planning_policy, with_values
from zoufang.server.daily.uplift import uplift_source
from zoufang.server.daily.wanted import Wanted, wanted_on
from zoufang.server.oversight.models import Complaint, Stop
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import DayPlan, PlannedStop, Visit
from zoufang.server.visiting.plans import AboutPlan, NotGoing, keep_plan
from zoufang.server.visiting.revisions import going

PAID = gettext_noop("Open visits to customers who owe nothing any more: %(n)s")
STOPPED = gettext_noop("Open visits to customers with an open complaint or a stop: %(n)s")
CREW_OUT = gettext_noop("Crew %(crew)s is out")
NOT_PUBLISHED = Message(gettext_noop("Only the published plan of today or a later day can be revised."))


@dataclass(frozen=True, slots=True)
class _Day:
    """The published plan as it stands: begun visits, visits still to make, and the moment."""

    plan: DayPlan
    begun: list[Visit]
    waiting: list[Visit]
    now_s: int
    out: frozenset[str]


def reasons_to_replan(plan: DayPlan) -> tuple[Message, ...]:
    """What the store says has happened to the open visits since the plan was published."""
    waiting = [visit for visit in going(plan) if visit.started_at is None]
    parties = {visit.party_id for visit in waiting}
    owed = LoanState.objects.filter(loan__debtor__in=parties, open=True, arrears_fen__gt=0)
    paid = parties - set(owed.values_list("loan__debtor", flat=True))
    stops = Stop.objects.filter(party__in=parties, lifted_at__isnull=True, since__lte=plan.day)
    complaints = Complaint.objects.filter(party__in=parties, closed_on__isnull=True)
    stopped = set(stops.values_list("party", flat=True)) | set(complaints.values_list("party", flat=True))
    home = {one.code for one in crews_on(plan.branch, plan.day).at_home}
    out = sorted({visit.crew.code: visit.crew.name for visit in waiting if visit.crew.code in home}.values())
    found = [Message(PAID, {"n": len(paid)})] if paid else []
    found += [Message(STOPPED, {"n": len(stopped)})] if stopped else []
    return (*found, *(Message(CREW_OUT, {"crew": name}) for name in out))


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
    policy = with_values(policy or planning_policy(), plan.day)
    today = _day(plan, at, frozenset(crews_out))
    begun = {visit.party_id for visit in today.begun}
    wanted, left = wanted_on(plan.branch, plan.day)
    wanted, left = [w for w in wanted if w.party.id not in begun], [n for n in left if n.party_id not in begun]
    others = [one.target.party for one in wanted if one.target is not None]
    registers = read_registers([one.party for one in wanted], plan.day, others)
    answers = ask_gate(wanted, registers, plan.day, at)
    found = candidates_of(wanted, answers, registers, plan.day, policy)
    crews = crews_on(plan.branch, plan.day)
    made = _replanned(today, found, crews, policy)
    return _keep(today, made, (wanted, left, answers), found, crews, policy, by, at)


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


def _replanned(today: _Day, found: Candidates, crews: CrewsOfDay, policy: PlanningPolicy) -> Plan:
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
