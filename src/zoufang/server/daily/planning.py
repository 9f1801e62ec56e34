"""A branch's plans, one day or several together: whom to visit → the gate → the planner → rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from zoufang.core.errors import Conflict
from zoufang.core.planning import (
    Plan,
    PlanningPolicy,
    Progress,
    TravelTimes,
    day_of,
    unmet_deadlines,
    who_pays,
)
from zoufang.core.values import Message, gettext_noop
from zoufang.server.daily.asking import masked_names
from zoufang.server.daily.by_area import plan_of_any_size
from zoufang.server.daily.days import DayRead, Question, joined, read_day
from zoufang.server.daily.means import with_means
from zoufang.server.daily.not_going import not_going_of
from zoufang.server.daily.policies import planning_policy, rural_calendar, with_values
from zoufang.server.daily.reckoning import bands_of, keep_shares
from zoufang.server.daily.roads import road_notes, road_version, roads
from zoufang.server.daily.season_notes import season_notes
from zoufang.server.daily.sight_notes import sight_notes
from zoufang.server.daily.uplift import uplift_source
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import DayPlan
from zoufang.server.visiting.plans import FROZEN, AboutPlan, keep_plan

PIN_DOES_NOT_FIT = gettext_noop(
    "The pinned visit to %(name)s does not fit into the hours of crew %(crew)s together with its other pins."
    " Move or take back a pin, and run the planner again."
)
PIN_BEYOND_MEANS = gettext_noop(
    "The pinned visit to %(name)s does not fit into the hours of crew %(crew)s together with its other pins, or a"
    " budget or the number of cars does not allow it. Move or take back a pin, and run the planner again."
)
PLANNED_WITH = gettext_noop("Planned together with %(days)s: each customer stands on one of these days at most.")


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
    """Make (again) the draft plan of a branch for a day; as `plan_days` for one day."""
    made = plan_days(branch=branch, days=(day,), seed=seed, by=by, at=at, policy=policy, progress=progress)
    return made[0]


def plan_days(
    *,
    branch: Branch,
    days: Sequence[date],
    seed: int,
    by: User | None,
    at: datetime,
    policy: PlanningPolicy | None = None,
    progress: Callable[[Progress], bool] | None = None,
) -> list[DayPlan]:
    """Make (again) the drafts of a branch for these days in one search; the planner's pins and drops are kept.

    A day whose plan is published stays as it is, and its customers are left out of the others; so are those who
    stand in a plan of another day to come. Conflict: every day is published, or the pins of a crew do not fit into
    its hours. `progress` may return False: the search ends and the best plan so far is kept.
    """
    if by is not None:
        require(by, "make_plan", branch)
    days = _not_published(branch, days)
    policy = with_values(policy or planning_policy(), days[0])
    travel = roads(policy)
    reads = [read_day(branch, day, days, at, policy) for day in days]
    asked = joined(reads)
    policy = with_means(policy, branch, days, asked.codes)
    made = _plan(asked, reads, policy, seed, travel, progress)
    made = replace(made, versions={**made.versions, **road_version(travel)})
    if source := uplift_source(days[0]):
        made = replace(made, versions=made.versions | {"uplift": source})
    run = _Run(branch, policy, travel, asked, made, by, at)
    with transaction.atomic():
        return [_keep(run, read) for read in reads]


def _not_published(branch: Branch, days: Sequence[date]) -> tuple[date, ...]:
    rows = DayPlan.objects.filter(branch=branch, day__in=days, status=DayPlan.Status.PUBLISHED)
    published = set(rows.values_list("day", flat=True))
    if free := tuple(sorted(set(days) - published)):
        return free
    raise Conflict(Message(FROZEN, {"branch": branch.name, "day": ", ".join(str(day) for day in sorted(days))}))


@dataclass(frozen=True, slots=True)
class _Run:
    """One search and all that its days are kept by."""

    branch: Branch
    policy: PlanningPolicy
    travel: TravelTimes
    asked: Question
    made: Plan
    by: User | None
    at: datetime


def _plan(
    asked: Question,
    reads: Sequence[DayRead],
    policy: PlanningPolicy,
    seed: int,
    travel: TravelTimes,
    progress: Callable[[Progress], bool] | None,
) -> Plan:
    try:
        return plan_of_any_size(
            asked.candidates,
            asked.crews,
            policy,
            branch_of={str(one.party.id): one.party.branch.code for read in reads for one in read.wanted},
            days=tuple(read.day for read in reads),
            seed=seed,
            pins=asked.pins,
            drops=asked.drops,
            travel=travel,
            progress=progress,
        )
    except Conflict as error:
        told = error.args[0]
        if not isinstance(told, Message):
            raise
        names = {customer: name for read in reads for customer, name in read.orders.names.items()}
        params = {"name": names.get(told.params["customer"], ""), "crew": _code(told.params["crew"])}
        text = PIN_BEYOND_MEANS if policy.budgets or policy.cars else PIN_DOES_NOT_FIT
        raise Conflict(Message(text, params)) from error


def _code(planned_as: str) -> str:
    """A crew's own code, whatever way it goes on the day."""
    return planned_as.partition("@")[0]


def _keep(run: _Run, read: DayRead) -> DayPlan:
    wanted = {one.party.id: one for one in read.wanted}
    candidates = tuple(c for c in run.asked.candidates if c.customer_id in {str(i) for i in wanted})
    made = _of_day(run, read.day, {one.customer_id for one in candidates})
    notes = (
        *made.notes,
        *road_notes(run.travel),
        *unmet_deadlines(made, candidates, run.policy),
        *run.asked.let_go,
        *season_notes(candidates, read.day, rural_calendar()),
        *sight_notes(made, candidates, masked_names(read.wanted)),
    )
    others = [day for day in run.made.days if day != read.day]
    if others:
        notes = (Message(PLANNED_WITH, {"days": ", ".join(day.isoformat() for day in others)}), *notes)
    kept = keep_plan(
        plan=made,
        day=read.day,
        branch=run.branch,
        policy=run.policy,
        verdict_ids={(a.door.party.id, a.door.address.id): a.verdict_id for a in read.answers},
        not_going=read.left + not_going_of(made, read.found, read.answers, wanted),
        about=AboutPlan(
            read.found.risks,
            read.crews.at_home,
            notes,
            {one.party.id: one.reason for one in read.wanted if one.reason is not None},
        ),
        by=run.by,
        at=run.at,
    )
    return keep_shares(kept, who_pays(made, candidates, run.policy, bands_of(read.wanted, read.day)))


def _of_day(run: _Run, day: date, wanted: set[str]) -> Plan:
    """The day's part of the plan under the crews' own codes, with those left out who were wanted on it."""
    part = day_of(run.made, day, run.asked.candidates, run.asked.crews, run.policy, run.travel)
    return replace(
        part,
        visits=tuple(replace(visit, crew_id=_code(visit.crew_id)) for visit in part.visits),
        crew_days=tuple(replace(trip, crew_id=_code(trip.crew_id)) for trip in part.crew_days),
        unplanned=tuple(one for one in part.unplanned if one.customer_id in wanted),
    )
