"""What crews may use on the days of a plan: cars and budgets of their branches, less what other plans took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import ceil
from typing import Any

from django.db.models import Q

from zoufang.core.planning import Budget, CarPool, Mode, PlanningPolicy, Resource
from zoufang.core.planning import Crew as PlanningCrew
from zoufang.server.staff.models import Branch
from zoufang.server.visiting.models import BranchBudget, BranchCars, Crew, DayPlan, Visit

Codes = Mapping[tuple[str, date], str]  # the name under which a crew is planned on a day
WEEK = 7


def with_means(
    policy: PlanningPolicy, branch: Branch, days: Collection[date], codes: Codes | None = None
) -> PlanningPolicy:
    """The policy with the cars and budgets for these days of the branch."""
    return replace(
        policy,
        budgets=(*policy.budgets, *budgets_of(branch, days, codes or {})),
        cars=(*policy.cars, *car_pools(branch, days)),
    )


def means_left(policy: PlanningPolicy, branch: Branch, day: date, published: DayPlan | None) -> PlanningPolicy:
    """The same for a day of which `published` is driven already: what its begun visits have used is gone."""
    policy = with_means(policy, branch, (day,))
    if published is None or not policy.budgets:
        return policy
    begun = Counter(
        Visit.objects.filter(stop__plan=published, started_at__isnull=False).values_list("crew__code", flat=True)
    )
    return replace(policy, budgets=tuple(_less(budget, published, begun) for budget in policy.budgets))


def _less(budget: Budget, plan: DayPlan, begun: Mapping[str, int]) -> Budget:
    """Each begun visit counts as its equal share of what its crew's day was to use; a crew that is out is out."""
    bound = set(Crew.objects.filter(branch__code__in=budget.branches).values_list("code", flat=True))
    bound &= set(budget.crews) or bound
    mine = [trip for trip in plan.crew_days if begun.get(trip["crew"]) and trip["crew"] in bound]
    if budget.resource is not Resource.CREW_DAYS:
        shares = (_amount(t, budget.resource) * begun[t["crew"]] / max(1, t["stops"]) for t in mine)
        return replace(budget, limit=max(0, budget.limit - int(sum(shares))))
    out = {trip["crew"] for trip in mine}
    return replace(budget, limit=max(0, budget.limit - len(out)), crews=tuple(sorted(bound - out)) or ("",))


def as_they_went(crews: Iterable[PlanningCrew], plan: DayPlan) -> tuple[PlanningCrew, ...]:
    """Within a day nobody hands a car over: each crew goes on as the plan has it."""
    modes = {trip["crew"]: Mode(trip.get("mode", Mode.CAR)) for trip in plan.crew_days}
    return tuple(
        replace(crew, modes=(modes[crew.crew_id],)) if modes.get(crew.crew_id) in crew.modes else crew
        for crew in crews
    )


def modes_of(plan: DayPlan) -> dict[tuple[str, date], Mode]:
    """How each crew of the plan goes."""
    return {(trip["crew"], plan.day): Mode(trip.get("mode", Mode.CAR)) for trip in plan.crew_days}


def car_pools(branch: Branch, days: Collection[date]) -> Iterator[CarPool]:
    """A pool for each number of cars that crews of the branch share; cars of other branches' plans are taken."""
    rows = [row for row in BranchCars.objects.select_related("branch") if _related(row.branch, branch)]
    branches = list(Branch.objects.all())
    for row in sorted(rows, key=lambda one: one.branch.path):
        served = [one for one in branches if _nearest(one, rows) is row]
        mine = {one.code for one in served if one.path.startswith(branch.path)}
        if mine:
            taken = max((_cars_taken(served, branch, day) for day in days), default=0)
            yield CarPool(row.branch.name, max(0, row.cars - taken), tuple(sorted(mine)))


def _related(one: Branch, other: Branch) -> bool:
    return one.path.startswith(other.path) or other.path.startswith(one.path)


def _nearest(branch: Branch, rows: Sequence[BranchCars]) -> BranchCars | None:
    above = [row for row in rows if branch.path.startswith(row.branch.path)]
    return max(above, key=lambda row: len(row.branch.path), default=None)


def _cars_taken(served: Sequence[Branch], branch: Branch, day: date) -> int:
    """By crews of these branches in published plans of other branches."""
    crews = Crew.objects.filter(branch__in=served, car="").exclude(branch__path__startswith=branch.path)
    codes = set(crews.values_list("code", flat=True))
    plans = DayPlan.objects.filter(day=day, status=DayPlan.Status.PUBLISHED).exclude(branch=branch)
    return sum(
        trip["crew"] in codes and trip.get("mode", Mode.CAR) == Mode.CAR
        for plan in plans
        for trip in plan.crew_days
    )


def budgets_of(branch: Branch, days: Collection[date], codes: Codes) -> Iterator[Budget]:
    """Each budget that binds crews of the branch, once for each period that the days touch."""
    for row in BranchBudget.objects.select_related("branch", "crew"):
        if not _related(row.branch, branch):
            continue
        below = Branch.objects.filter(path__startswith=row.branch.path)
        for first, last in sorted({period_of(day, row.period) for day in days}):
            used = used_in(row, first, last, besides=Q(branch=branch) & Q(day__in=list(days)))
            yield Budget(
                name=row.name,
                resource=Resource(row.counts),
                limit=max(0, row.limit - used),
                branches=tuple(below.values_list("code", flat=True)),
                crews=_names(row.crew, codes),
                first_day=first,
                last_day=last,
            )


def period_of(day: date, kind: str) -> tuple[date, date]:
    """First and last day of the day, ISO week or month."""
    if kind == BranchBudget.Period.DAY:
        return day, day
    if kind == BranchBudget.Period.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=WEEK - 1)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _names(crew: Crew | None, codes: Codes) -> tuple[str, ...]:
    if crew is None:
        return ()
    return tuple(sorted({name for (code, _day), name in codes.items() if code == crew.code} | {crew.code}))


def used_in(row: BranchBudget, first: date, last: date, besides: Q | None = None) -> int:
    """By published plans of these days, but those of `besides`: what is planned now. Rounded up."""
    crews = Crew.objects.filter(branch__path__startswith=row.branch.path)
    codes = {row.crew.code} if row.crew else set(crews.values_list("code", flat=True))
    plans = DayPlan.objects.filter(day__range=(first, last), status=DayPlan.Status.PUBLISHED)
    if besides is not None:
        plans = plans.exclude(besides)
    return ceil(
        sum(_amount(trip, row.counts) for plan in plans for trip in plan.crew_days if trip["crew"] in codes)
    )


def _amount(trip: Mapping[str, Any], counts: str) -> float:
    amounts: dict[str, float] = {
        BranchBudget.Counts.VISITS: trip["stops"],
        BranchBudget.Counts.MINUTES: (trip["back_s"] - trip["leave_s"]) / 60,
        BranchBudget.Counts.OVERTIME_MINUTES: trip.get("over_s", 0) / 60,
        BranchBudget.Counts.KM: trip["metres"] / 1000,
        BranchBudget.Counts.FEN: trip["cost_fen"],
        BranchBudget.Counts.CREW_DAYS: 1,
    }
    return amounts[BranchBudget.Counts(counts)]
