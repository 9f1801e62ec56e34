"""Keep, steer and publish day plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.planning import Budget, CrewDay, Plan, PlannedVisit, PlanningPolicy
from zoufang.core.values import Finding, Message, PartyRole, RiskLevel, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.book.models import Party
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.earlier_drafts import put_by
from zoufang.server.visiting.models import Crew, DayPlan, LeftOut, PlannedStop, PlannerOrder, Visit
from zoufang.server.visiting.standing import refuse_twice

FROZEN = gettext_noop("The plan of %(branch)s for %(day)s is published and frozen. Make the plan of another day.")
TRIP = ("leave_s", "back_s", "travel_s", "metres", "cost_fen", "stops", "mode", "over_s", "overtime_fen")


@dataclass(frozen=True, slots=True)
class NotGoing:
    """Someone who is not in the plan, and why. `required`: a promised or drawn visit that could not be planned."""

    party_id: UUID
    kind: str
    reasons: tuple[Message, ...]
    verdict_id: UUID | None = None
    required: bool = False
    target: tuple[UUID, PartyRole] | None = None


@dataclass(frozen=True, slots=True)
class CrewAtHome:
    """A crew that may not go on this day, with every rule that says so."""

    code: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class AboutPlan:
    """What else a reader of the plan must know: the risk by address, crews that stay at home, notes.

    `turns`: why somebody other than the debtor is visited, or that it was ordered, by debtor.
    """

    risks: Mapping[UUID, tuple[RiskLevel, tuple[Message, ...]]] = field(default_factory=dict)
    at_home: tuple[CrewAtHome, ...] = ()
    notes: tuple[Message, ...] = ()
    turns: Mapping[UUID, Message] = field(default_factory=dict)


@transaction.atomic
def keep_plan(
    *,
    plan: Plan,
    day: date,
    branch: Branch,
    policy: PlanningPolicy,
    verdict_ids: Mapping[tuple[UUID, UUID], UUID],
    not_going: list[NotGoing],
    by: User | None,
    at: datetime,
    about: AboutPlan = AboutPlan(),
    revises: DayPlan | None = None,
) -> DayPlan:
    """Store a plan as the draft of its branch and day; the draft before it is gone, a published plan is not.

    `revises`: the published plan that this draft would replace within its day.
    """
    if by is not None:
        require(by, "make_plan", branch)
    published = DayPlan.objects.filter(branch=branch, day=day, status=DayPlan.Status.PUBLISHED)
    if (published.exclude(pk=revises.pk) if revises else published).exists():
        raise Conflict(Message(FROZEN, {"branch": branch.name, "day": day}))
    for draft in DayPlan.objects.filter(branch=branch, day=day, status=DayPlan.Status.DRAFT):
        put_by(draft)
        draft.delete()
    kept = DayPlan.objects.create(
        id=new_id(),
        day=day,
        branch=branch,
        seed=plan.seed,
        policy=_settings(policy),
        versions=plan.versions | ({"revises": str(revises.pk)} if revises else {}),
        value_fen=plan.objective_fen,
        travel_s=sum(crew.travel_s for crew in plan.crew_days),
        travel_m=sum(crew.metres for crew in plan.crew_days),
        engine=plan.engine,
        counts=_counts(plan, not_going),
        crew_days=trips_of(plan),
        crews_at_home=[_at_home(crew) for crew in about.at_home],
        notes=[note.as_json() for note in about.notes],
        made_by=by,
        made_at=at,
    )
    crews = {crew.code: crew for crew in Crew.objects.all()}
    pinned = set(PlannerOrder.objects.filter(day=day, kind="pin").values_list("party_id", flat=True))
    stops = [stop_of(kept, visit, crews[visit.crew_id], verdict_ids, pinned, about) for visit in plan.visits]
    PlannedStop.objects.bulk_create(stops, batch_size=500)
    LeftOut.objects.bulk_create([_left_out(kept, person) for person in not_going], batch_size=500)
    _audit(at, by, "make_plan", kept, kept.counts)
    return kept


def _settings(policy: PlanningPolicy) -> dict[str, Any]:
    """With the figures themselves: a plan stays explainable whatever version comes later."""
    return {
        "version": policy.version,
        "iterations": policy.iterations,
        "service_minutes": policy.service_minutes,
        "harm_price_fen": {kind.value: fen for kind, fen in policy.harm_price_fen.items()},
        "purpose_value_fen": {purpose.value: rule.value_fen for purpose, rule in policy.purposes.items()},
        "budgets": [_budget(budget) for budget in policy.budgets],
        "cars": [{"name": p.name, "cars": p.cars, "branches": list(p.branches)} for p in policy.cars],
    }


def _budget(budget: Budget) -> dict[str, Any]:
    scope = {"branches": list(budget.branches), "crews": list(budget.crews)}
    days = {"first_day": str(budget.first_day or ""), "last_day": str(budget.last_day or "")}
    return {"name": budget.name, "counts": budget.resource.value, "limit": budget.limit} | scope | days


def _counts(plan: Plan, not_going: list[NotGoing]) -> dict[str, int]:
    kinds = [person.kind for person in not_going]
    missed = sum(person.required for person in not_going)
    left = {kind: kinds.count(kind) for kind in sorted(set(kinds))}
    return {"planned": len(plan.visits)} | left | ({"missed_required": missed} if missed else {})


def trips_of(plan: Plan) -> list[dict[str, Any]]:
    """`stops_s`: when each stop begins and what is waited before it, from which a crew's slack is told."""
    stops: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for visit in plan.visits:
        stops[visit.crew_id].append((visit.start_s, visit.start_s - visit.arrive_s))
    return [_trip(crew) | {"stops_s": stops[crew.crew_id]} for crew in plan.crew_days]


def _trip(crew: CrewDay) -> dict[str, Any]:
    """Out of the depot and back: seconds after local midnight, metres, fen."""
    return {name: getattr(crew, name) for name in TRIP} | {"crew": crew.crew_id}


def _at_home(crew: CrewAtHome) -> dict[str, Any]:
    said = [{"rule_id": f.rule_id, "message": f.message.as_json(), "source": f.source} for f in crew.findings]
    return {"crew": crew.code, "findings": said}


def stop_of(
    plan: DayPlan,
    visit: PlannedVisit,
    crew: Crew,
    verdict_ids: Mapping[tuple[UUID, UUID], UUID],
    pinned: set[UUID],
    about: AboutPlan,
) -> PlannedStop:
    party_id, address_id = UUID(visit.customer_id), UUID(visit.address_id)
    level, reasons = about.risks.get(address_id, ("", ()))
    turn = about.turns.get(party_id)
    return PlannedStop(
        plan=plan,
        crew=crew,
        number=visit.order,
        party_id=party_id,
        **_whom(party_id, UUID(visit.cleared.target_id), visit.cleared.target_role),
        address_id=address_id,
        purpose=visit.purpose,
        arrive=visit.start_s // 60,
        window_start=visit.window.start_min,
        window_end=visit.window.end_min,
        service_min=visit.service_minutes,
        p_met=visit.p_met,
        value_fen=visit.net_value_fen,
        why=(Message.joined((turn, visit.why)) if turn else visit.why).as_json(),
        pinned=party_id in pinned,
        required=visit.required,
        risk=level,
        risk_reasons=[reason.as_json() for reason in reasons],
        verdict_id=verdict_ids[party_id, address_id],
    )


def _whom(party_id: UUID, target_id: UUID, role: PartyRole) -> dict[str, Any]:
    """The debtor stands in `party`; only somebody else is named."""
    return {"target_id": target_id, "target_role": role} if target_id != party_id else {}


def _left_out(plan: DayPlan, person: NotGoing) -> LeftOut:
    return LeftOut(
        plan=plan,
        party_id=person.party_id,
        **(_whom(person.party_id, *person.target) if person.target else {}),
        kind=person.kind,
        reasons=[reason.as_json() for reason in person.reasons],
        verdict_id=person.verdict_id,
        required=person.required,
    )


@transaction.atomic
def order(
    *,
    day: date,
    party: Party,
    kind: PlannerOrder.Kind,
    by: User,
    at: datetime,
    crew: Crew | None = None,
    arrive: int | None = None,
) -> PlannerOrder:
    """Pin a customer to a crew (move is a pin to another crew), or drop; the next run of the planner keeps it."""
    require(by, "make_plan", party)
    if kind == PlannerOrder.Kind.PIN and crew is None:
        raise BadInput(Message(gettext_noop("A pin needs the crew that is to go. Choose one.")))
    given, _ = PlannerOrder.objects.update_or_create(
        day=day,
        party=party,
        defaults={"branch": party.branch, "kind": kind, "crew": crew, "arrive": arrive, "by": by, "at": at},
    )
    _audit_order(day, party, f"plan_{kind}", crew.code if crew else "", by, at)
    return given


def _audit_order(day: date, party: Party, action: str, crew: str, by: User, at: datetime) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="party",
        subject_id=party.id,
        branch_code=party.branch.code,
        details={"day": day.isoformat(), "crew": crew},
    )


@transaction.atomic
def withdraw_order(*, day: date, party: Party, by: User, at: datetime) -> None:
    """Let the planner decide again; withdrawing twice changes nothing."""
    require(by, "make_plan", party)
    gone, _ = PlannerOrder.objects.filter(day=day, party=party).delete()
    if gone:
        _audit_order(day, party, "plan_undo", "", by, at)


@transaction.atomic
def publish(*, plan: DayPlan, by: User | None, at: datetime) -> DayPlan:
    """Freeze the draft and open its visits. Publishing twice answers the same."""
    if by is not None:
        require(by, "publish_plan", plan)
    plan = DayPlan.objects.select_for_update().select_related("branch").get(pk=plan.pk)
    if plan.status != DayPlan.Status.DRAFT:
        return plan
    if "revises" in plan.versions:
        text = gettext_noop("This draft replaces a published plan. Confirm the changes on its page.")
        raise Conflict(Message(text))
    refuse_twice(plan)
    plan.status, plan.published_by, plan.published_at = DayPlan.Status.PUBLISHED, by, at
    plan.save(update_fields=["status", "published_by", "published_at"])
    Visit.objects.bulk_create([visit_of(stop, plan) for stop in plan.stops.select_related("party")])
    _audit(at, by, "publish_plan", plan, plan.counts)
    return plan


def visit_of(stop: PlannedStop, plan: DayPlan) -> Visit:
    """The open visit of a published stop, not yet stored."""
    return Visit(
        id=new_id(),
        stop=stop,
        party_id=stop.party_id,
        target_id=stop.target_id,
        target_role=stop.target_role,
        address_id=stop.address_id,
        crew_id=stop.crew_id,
        branch_id=stop.party.branch_id,
        day=plan.day,
        purpose=stop.purpose,
    )


def _audit(at: datetime, by: User | None, action: str, plan: DayPlan, details: Any) -> None:
    audit.record(
        at=at,
        actor=by.employee_no if by else "daily",
        action=action,
        subject_kind="day_plan",
        subject_id=plan.id,
        branch_code=plan.branch.code,
        details=details,
    )
