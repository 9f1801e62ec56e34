"""A draft changed by hand: each move makes a new version, is pinned for the next run, and can be taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction

from zoufang.core.errors import Conflict
from zoufang.core.planning import Plan, PlannedVisit
from zoufang.core.values import Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.book.models import Party
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import Crew, DayPlan, DraftMove, LeftOut, PlannedStop, PlannerOrder
from zoufang.server.visiting.plans import AboutPlan, stop_of, trips_of

NOT_A_DRAFT = Message(
    gettext_noop("Only a draft is changed by hand. A published day is planned anew on its page.")
)
ANOTHER = Message(
    gettext_noop("Somebody has changed this draft since you opened it. Nothing was changed; look at it again.")
)
NOTHING_LEFT = Message(gettext_noop("There is no move left to take back."))
FIGURES = ("value_fen", "travel_s", "travel_m", "counts", "crew_days", "report", "notes")


@dataclass(frozen=True, slots=True)
class Word:
    """What the next run of the planner keeps of a move; `arrive` (minutes after midnight) fixes the hour too."""

    kind: PlannerOrder.Kind
    crew: str | None = None
    arrive: int | None = None


@dataclass(frozen=True, slots=True)
class HandMove:
    """One move with the checked plan that it leads to. `words` by debtor; `crews`: whose day it changes.

    `open_ids`: the debtors whose visits can still be changed; the stops of others stay in front of them.
    """

    kind: DraftMove.Kind
    party_id: UUID
    crews: Collection[str]
    open_ids: Collection[UUID]
    after: Plan
    value_fen: int
    words: Mapping[UUID, Word]
    verdict_ids: Mapping[tuple[UUID, UUID], UUID] = field(default_factory=dict)
    about: AboutPlan = field(default_factory=AboutPlan)


@transaction.atomic
def keep_move(*, plan: DayPlan, base: int, move: HandMove, by: User, at: datetime) -> DayPlan:
    """The draft's next version. Conflict: not a draft, or not of version `base` any more."""
    require(by, "make_plan", plan)
    plan = _held(plan, base)
    crews = {crew.code: crew for crew in Crew.objects.filter(code__in=move.crews)}
    touched = _touched(plan, move, crews.values())
    before = _before(plan, list(move.words), touched)
    old = _cleared_away(plan, list(move.words), touched)
    visits = [visit for visit in move.after.visits if visit.crew_id in crews]
    gone = Counter(plan.stops.filter(crew__in=crews.values()).values_list("crew__code", flat=True))
    visits = [replace(visit, order=visit.order + gone[visit.crew_id]) for visit in visits]
    stops = [_row(plan, visit, crews[visit.crew_id], old, move) for visit in visits]
    PlannedStop.objects.bulk_create(stops, batch_size=500)
    LeftOut.objects.bulk_create(_left_out(plan, move, old))
    plan.version += 1
    _figures(plan, move.after, move.about)
    for party_id, word in move.words.items():
        _give_word(plan, party_id, word, crews, by, at)
    _note(plan, move, crews, before, by, at)
    _audit(plan, f"draft_{move.kind}", move.party_id, sorted(crews), move.value_fen, by, at)
    return plan


def _note(
    plan: DayPlan, move: HandMove, crews: Mapping[str, Crew], before: dict[str, Any], by: User, at: datetime
) -> None:
    DraftMove.objects.create(
        plan=plan,
        version=plan.version,
        kind=move.kind,
        party_id=move.party_id,
        crew=crews.get(move.words[move.party_id].crew or ""),
        value_fen=move.value_fen,
        before=before,
        by=by,
        at=at,
    )


@transaction.atomic
def take_back(*, plan: DayPlan, base: int, by: User, at: datetime) -> DayPlan:
    """The rows, figures and orders as they were before the last move that stands; again a new version."""
    require(by, "make_plan", plan)
    plan = _held(plan, base)
    move = last_move(plan)
    if move is None:
        raise Conflict(NOTHING_LEFT)
    before = move.before
    _cleared_away(plan, [UUID(name) for name in before["orders"]], [UUID(name) for name in before["touched"]])
    PlannedStop.objects.bulk_create([PlannedStop(**row) for row in before["stops"]], batch_size=500)
    LeftOut.objects.bulk_create([LeftOut(**row) for row in before["left_out"]])
    for name, told in before["orders"].items():
        rows = PlannerOrder.objects.filter(day=plan.day, party=name)
        if told is None:
            rows.delete()
        else:
            rows.update(**told)
    for figure in FIGURES:
        setattr(plan, figure, before["plan"][figure])
    plan.version += 1
    plan.save(update_fields=["version", *FIGURES])
    move.taken_back = True
    move.save(update_fields=["taken_back"])
    _audit(plan, "draft_undo", move.party_id, [], -move.value_fen, by, at)
    return plan


def last_move(plan: DayPlan) -> DraftMove | None:
    """The newest move that has not been taken back."""
    rows = plan.moves.filter(taken_back=False).select_related("party", "crew", "by")
    return rows.order_by("-version").first()


def _held(plan: DayPlan, base: int) -> DayPlan:
    """Locked until the transaction ends, and still what the planner saw."""
    found = DayPlan.objects.select_for_update().select_related("branch").filter(pk=plan.pk).first()
    if found is None:
        raise Conflict(ANOTHER)
    if found.status != DayPlan.Status.DRAFT:
        raise Conflict(NOT_A_DRAFT)
    if found.version != base:
        raise Conflict(ANOTHER)
    return found


def _touched(plan: DayPlan, move: HandMove, crews: Iterable[Crew]) -> list[UUID]:
    """Debtors whose stops are made anew: the open ones of these crews, and who is moved."""
    here = plan.stops.filter(crew__in=crews, party__in=move.open_ids).values_list("party", flat=True)
    return sorted({*here, *move.words})


def _before(plan: DayPlan, parties: list[UUID], touched: list[UUID]) -> dict[str, Any]:
    orders = {row.party_id: row for row in PlannerOrder.objects.filter(day=plan.day, party__in=parties)}
    return {
        "plan": {figure: getattr(plan, figure) for figure in FIGURES},
        "touched": touched,
        "stops": [_values(row) for row in plan.stops.filter(party__in=touched)],
        "left_out": [_values(row) for row in plan.left_out.filter(party__in=parties)],
        "orders": {str(party_id): _order_values(orders.get(party_id)) for party_id in parties},
    }


def _order_values(order: PlannerOrder | None) -> dict[str, Any] | None:
    if order is None:
        return None
    return {
        "kind": order.kind,
        "crew_id": order.crew_id,
        "arrive": order.arrive,
        "by_id": order.by_id,
        "at": order.at.isoformat(),
    }


def _values(row: models.Model) -> dict[str, Any]:
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key}


def _cleared_away(plan: DayPlan, parties: list[UUID], touched: list[UUID]) -> dict[UUID, PlannedStop]:
    """The rows that are made anew, by debtor."""
    rows = plan.stops.filter(party__in=touched)
    old = {row.party_id: row for row in rows}
    rows.delete()
    plan.left_out.filter(party__in=parties).delete()
    return old


def _row(
    plan: DayPlan, visit: PlannedVisit, crew: Crew, old: Mapping[UUID, PlannedStop], move: HandMove
) -> PlannedStop:
    """A stop that keeps its door keeps its verdict and risk; at another door both are the gate's new answer."""
    party_id = UUID(visit.customer_id)
    kept, pinned = old.get(party_id), {party_id} & set(move.words)
    if party_id in move.words or kept is None:
        return stop_of(plan, visit, crew, move.verdict_ids, pinned, move.about)
    values = _values(kept) | {
        "number": visit.order,
        "arrive": visit.start_s // 60,
        "value_fen": visit.net_value_fen,
        "why": visit.why.as_json(),
    }
    return PlannedStop(**values)


def _left_out(plan: DayPlan, move: HandMove, old: Mapping[UUID, PlannedStop]) -> list[LeftOut]:
    """Who was taken out, with the verdict under which the visit was planned."""
    said = {UUID(one.customer_id): one for one in move.after.unplanned}
    return [
        LeftOut(
            plan=plan,
            party_id=party_id,
            target_id=old[party_id].target_id,
            target_role=old[party_id].target_role,
            kind="dropped",
            required=said[party_id].required,
            reasons=[reason.message.as_json() for reason in said[party_id].reasons],
            verdict_id=old[party_id].verdict_id,
        )
        for party_id in move.words
        if party_id in said and party_id in old
    ]


def _figures(plan: DayPlan, after: Plan, about: AboutPlan) -> None:
    """What the constraints cost was told of the plan before: it falls away with it."""
    kinds = list(plan.left_out.values_list("kind", flat=True))
    missed = plan.left_out.filter(required=True).count()
    counts = {"planned": plan.stops.count()} | {kind: kinds.count(kind) for kind in sorted(set(kinds))}
    plan.value_fen = after.objective_fen
    plan.travel_s = sum(crew.travel_s for crew in after.crew_days)
    plan.travel_m = sum(crew.metres for crew in after.crew_days)
    plan.counts = counts | ({"missed_required": missed} if missed else {})
    plan.crew_days = trips_of(after)
    plan.report = {name: told for name, told in plan.report.items() if name != "prices"}
    plan.notes = [note.as_json() for note in about.notes]
    plan.save(update_fields=["version", *FIGURES])


def _give_word(
    plan: DayPlan, party_id: UUID, word: Word, crews: Mapping[str, Crew], by: User, at: datetime
) -> None:
    """An ordered visit keeps its purpose and reason beneath the pin."""
    told = {"kind": word.kind, "crew": crews.get(word.crew or ""), "arrive": word.arrive, "by": by, "at": at}
    branch = Party.objects.get(pk=party_id).branch
    PlannerOrder.objects.update_or_create(
        day=plan.day, party_id=party_id, defaults=told, create_defaults=told | {"branch": branch}
    )


def _audit(
    plan: DayPlan, action: str, party_id: UUID, crews: list[str], value_fen: int, by: User, at: datetime
) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="day_plan",
        subject_id=plan.id,
        branch_code=plan.branch.code,
        details={"version": plan.version, "party": str(party_id), "crews": crews, "value_fen": value_fen},
    )
