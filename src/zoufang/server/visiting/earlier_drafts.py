"""Drafts of before: a few of each day are put by, so that a planner can see what another run changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import models

from zoufang.server.book.models import Address, Party
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require, scope
from zoufang.server.visiting.models import Crew, DayPlan, EarlierDraft, PlannedStop

KEPT = 5  # of one branch and day
KEPT_DAYS = 30  # after the day that a draft was for
TOLD = {"why", "risk_reasons"}  # words that no comparison needs
Row = TypeVar("Row", bound=models.Model)


def put_by(draft: DayPlan) -> None:
    """As it stands, under its own id; the oldest beyond the few that are kept are gone, and those of days past."""
    body = {"plan": _values(draft), "stops": [_values(stop) for stop in draft.stops.all()]}
    EarlierDraft.objects.create(id=draft.pk, branch=draft.branch, day=draft.day, made_at=draft.made_at, body=body)
    rows = drafts_before(draft.branch, [draft.day])
    beyond = list(rows.values_list("pk", flat=True)[KEPT:])
    past = models.Q(branch=draft.branch, day__lt=draft.day - timedelta(days=KEPT_DAYS))
    EarlierDraft.objects.filter(models.Q(pk__in=beyond) | past).delete()


def drafts_before(branch: Branch, days: Iterable[date]) -> models.QuerySet[EarlierDraft]:
    """The newest first."""
    return EarlierDraft.objects.filter(branch=branch, day__in=list(days)).order_by("-day", "-made_at", "-id")


def earlier_draft(draft_id: UUID, user: User) -> tuple[DayPlan, list[PlannedStop]] | None:
    """The plan and its stops by crew and number, as rows that are not stored; who is in the book no more is left
    out. None where no such draft of the user's branches was put by."""
    require(user, "see_plan")
    found = EarlierDraft.objects.filter(scope(user), pk=draft_id).select_related("branch").first()
    if found is None:
        return None
    return _again(found.body["plan"], found.body["stops"], found.branch)


def as_planned(plan: DayPlan) -> tuple[DayPlan, list[PlannedStop]] | None:
    """A draft as the planner's run made it, the moves by hand that stand taken off; None without any."""
    moves = list(plan.moves.filter(taken_back=False).order_by("-version"))
    rows = [_values(stop) for stop in plan.stops.all()]
    for move in moves:
        moved = {*move.before["touched"], *move.before["orders"]}
        kept = [row for row in rows if str(row["party_id"]) not in moved]
        rows = kept + move.before["stops"]
    return _again(_values(plan) | moves[-1].before["plan"], rows, plan.branch) if moves else None


def _again(
    figures: dict[str, Any], rows: list[dict[str, Any]], branch: Branch
) -> tuple[DayPlan, list[PlannedStop]]:
    plan = _row(DayPlan, figures)
    plan.branch = branch
    stops = _with_people(plan, [_row(PlannedStop, values) for values in rows])
    return plan, sorted(stops, key=lambda stop: (stop.crew.code, stop.number))


def _with_people(plan: DayPlan, stops: list[PlannedStop]) -> list[PlannedStop]:
    people = {stop.party_id for stop in stops} | {stop.target_id for stop in stops if stop.target_id}
    parties = Party.objects.select_related("branch").in_bulk(people)
    doors = Address.objects.in_bulk([stop.address_id for stop in stops])
    crews = Crew.objects.select_related("branch").in_bulk([stop.crew_id for stop in stops])
    whole = [stop for stop in stops if stop.party_id in parties and stop.address_id in doors]
    for stop in whole:
        stop.plan, stop.crew, stop.party = plan, crews[stop.crew_id], parties[stop.party_id]
        stop.target = parties.get(stop.target_id) if stop.target_id else None
        stop.address = doors[stop.address_id]
        stop.opened(stop.address)
        stop._state.fields_cache["visit"] = None  # a draft opens no visits: nobody need ask
    return whole


def _values(row: models.Model) -> dict[str, Any]:
    columns = (field.attname for field in row._meta.concrete_fields)
    return {name: getattr(row, name) for name in columns if name not in TOLD}


def _row(model: type[Row], values: dict[str, Any]) -> Row:
    """Columns that the model has lost since are passed over; new ones have their default."""
    known = {field.attname: field for field in model._meta.concrete_fields}
    return model(**{name: known[name].to_python(value) for name, value in values.items() if name in known})
