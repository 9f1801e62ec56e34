"""Several days planned together: who goes out on which, as a table of crews by days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import BadInput, NotFound, NotPermitted
from zoufang.core.values import Message, gettext_noop
from zoufang.server.daily.crews import shift_on
from zoufang.server.daily.policies import working_days_from
from zoufang.server.daily.work import start_plan_days
from zoufang.server.jobs.views import answer_to
from zoufang.server.pages import plan_forms as forms
from zoufang.server.pages.reader import reader
from zoufang.server.staff.clock import business_date
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import may, require
from zoufang.server.visiting import plan_queries as queries
from zoufang.server.visiting.models import Crew, DayPlan

SHADES = 4  # of a crew's day, by the share of its hours that it is away


@dataclass(frozen=True, slots=True)
class Cell:
    """One crew on one day: stops, what is left of its hours in minutes; `why` where it stays at home."""

    plan: DayPlan | None
    stops: int = 0
    free_min: int = 0
    shade: int = 0
    at_home: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    crew: Crew
    cells: tuple[Cell, ...]

    @property
    def stops(self) -> int:
        return sum(cell.stops for cell in self.cells)


@login_required
@require_GET
def plan_days(request: HttpRequest, span: str) -> HttpResponse:
    """The days of `span` ("2026-05-11x5") in the reader's branch, planned or not yet."""
    user = reader(request)
    require(user, "see_plan")
    branch, (first, count) = _branch(user), _span(span)
    days = working_days_from(first, count)
    plans = queries.plans_on(branch, days)
    crews = queries.crews_of(branch)
    context: dict[str, Any] = {
        "days": [(day, plans.get(day)) for day in days],
        "rows": [Row(crew, tuple(_cell(crew, day, plans.get(day)) for day in days)) for crew in crews],
        "total": _total(plans.values()),
        "form": forms.DaysForm(None, business_date(), initial={"first": first, "days": count}),
        "may_make": may(user, "make_plan", branch),
        "drafts": [plan for plan in plans.values() if plan.status == DayPlan.Status.DRAFT],
    }
    return render(request, "plans/days.html", context)


@login_required
@require_POST
def plan_days_make(request: HttpRequest) -> HttpResponse:
    """The seed is the first day, so that whoever asks gets the same plans."""
    require(reader(request), "make_plan")
    form = forms.DaysForm(request.POST, business_date())
    if not form.is_valid():
        raise BadInput(
            Message(gettext_noop("Choose a first day from today on, at most two weeks ahead, and 2 to 10 days."))
        )
    user, first = reader(request), form.cleaned_data["first"]
    job = start_plan_days(
        branch=_branch(user), first=first, days=form.cleaned_data["days"], seed=int(f"{first:%Y%m%d}"), by=user
    )
    return answer_to(request, job)


def _branch(user: User) -> Branch:
    if user.branch is None:
        raise NotPermitted(Message(gettext_noop("You belong to no branch. Ask the administrator.")))
    return user.branch


def _span(text: str) -> tuple[date, int]:
    day, _, count = text.partition("x")
    try:
        first, days = date.fromisoformat(day), int(count)
    except ValueError:
        days = 0
    if not forms.FEWEST_DAYS <= days <= forms.MOST_DAYS:
        raise NotFound(
            Message(gettext_noop("No such days. Choose the first day and how many on the plans' page."))
        )
    return first, days


def _cell(crew: Crew, day: date, plan: DayPlan | None) -> Cell:
    if plan is None:
        return Cell(None)
    trip = next((trip for trip in plan.crew_days if trip["crew"] == crew.code), None)
    at_home = any(one["crew"] == crew.code for one in plan.crews_at_home)
    shift = shift_on(crew, day)
    hours = shift.end_min - shift.start_min if shift else 0
    if trip is None:
        return Cell(plan, at_home=at_home, free_min=0 if at_home else hours)
    away = (trip["back_s"] - trip["leave_s"]) // 60
    shade = min(SHADES, 1 + SHADES * away // max(1, hours)) if trip["stops"] else 0
    return Cell(plan, trip["stops"], max(0, hours - away), shade)


def _total(plans: Any) -> dict[str, int]:
    found = list(plans)
    return {
        "visits": sum(plan.counts.get("planned", 0) for plan in found),
        "value_fen": sum(plan.value_fen for plan in found),
        "travel_km": sum(plan.travel_m for plan in found) // 1000,
    }
