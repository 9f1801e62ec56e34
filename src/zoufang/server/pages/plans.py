"""The planner's pages: the days, one day's plan, and what a planner may do with a draft."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import BadInput, NotPermitted
from zoufang.core.planning import compare
from zoufang.core.values import BANK_ZONE, Message, gettext_noop
from zoufang.server.book import queries as book
from zoufang.server.daily.policies import next_working_day
from zoufang.server.daily.replan_reasons import reasons_to_replan
from zoufang.server.daily.replanning import replan_day
from zoufang.server.daily.work import start_plan
from zoufang.server.jobs.queries import made_by
from zoufang.server.jobs.views import answer_to
from zoufang.server.pages import plan_forms as forms
from zoufang.server.pages.plan_change import Change, change
from zoufang.server.pages.plan_places import places_of
from zoufang.server.pages.plan_report import report_of
from zoufang.server.pages.plan_sheet import KINDS, PlanSheet, plan_sheet
from zoufang.server.pages.plan_sides import choices, compared, side
from zoufang.server.pages.queries_customers import may_see_arms
from zoufang.server.pages.reader import reader
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.models import Branch
from zoufang.server.staff.permissions import may, require
from zoufang.server.visiting import plan_queries as queries
from zoufang.server.visiting import plans as visiting
from zoufang.server.visiting.models import DayPlan, PlannerOrder
from zoufang.server.visiting.revisions import revised_by, revision, take_effect

WEEK = 5  # working days
PLANS_A_PAGE, LEFT_A_PAGE, STOPS_AT_ONCE = 20, 25, 120
BEFORE = "draft_before"
ACTIONS = (
    "make_plan",
    "publish_plan",
    "override_warning",
    "see_verdicts",
    "see_customer",
    "print_day_sheet",
    "export_plan",
    "reveal_personal_data",
)


@login_required
@require_GET
def plan_list(request: HttpRequest) -> HttpResponse:
    user, today = reader(request), business_date()
    page = Paginator(queries.plans(user), PLANS_A_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"page": page, "today": today}
    if user.branch is not None and may(user, "make_plan", user.branch):
        days = (today, next_working_day(today))
        standing = queries.plans_on(user.branch, days)
        context["days"] = [(day, standing.get(day)) for day in days]
        context["form"] = forms.DaysForm(None, today, initial={"first": days[1], "days": WEEK})
        context["several"] = f"{days[1]}x{WEEK}"
    return render(request, "plans/list.html", context)


@login_required
@require_POST
def plan_make(request: HttpRequest) -> HttpResponse:
    """The branch is the planner's own; the seed is the day, so that whoever asks gets the same plan."""
    user = reader(request)
    require(user, "make_plan")
    form = forms.DayForm(request.POST, business_date())
    if not form.is_valid():
        raise BadInput(Message(gettext_noop("Choose a day from today on, at most two weeks ahead.")))
    if user.branch is None:
        raise NotPermitted(Message(gettext_noop("You belong to no branch. Ask the administrator.")))
    day = form.cleaned_data["day"]
    return _run(request, user.branch, day, int(f"{day:%Y%m%d}"))


def _run(request: HttpRequest, branch: Branch, day: date, seed: int) -> HttpResponse:
    """Have the draft made and remember the one before it, so that the page can say what changed."""
    old = queries.plans_on(branch, [day]).get(day)
    job = start_plan(branch=branch, day=day, seed=seed, by=reader(request))
    request.session[BEFORE] = {"job": str(job.pk), "draft": str(old.pk)} if old else None
    return answer_to(request, job)


@login_required
@require_GET
def plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    found = queries.plan_of(plan_id, reader(request))
    sheet = plan_sheet(found, reader(request))
    can = {action: may(request.user, action, found) for action in ACTIONS}
    context = {"plan": found, "sheet": sheet, "can": can, "draft": found.status == DayPlan.Status.DRAFT}
    context |= {
        "crews": queries.crews_of(found.branch),
        "change": _change(request, sheet),
        "today": business_date(),
    }
    context |= _within_the_day(found, can)
    context["report"] = report_of(found)
    context["places"] = places_of(sheet.crews)
    context["others"] = choices(found, str(found.pk), reader(request))
    context |= _shown(request, sheet) | _left(request, found)
    return render(request, "plans/plan.html", context)


def _within_the_day(found: DayPlan, can: dict[str, bool]) -> dict[str, Any]:
    """For a published plan why it should be looked at again; for its revision what would change."""
    open_day = found.status == DayPlan.Status.PUBLISHED and found.day >= now().astimezone(BANK_ZONE).date()
    if open_day and can["make_plan"]:
        return {"replan": True, "replan_reasons": reasons_to_replan(found)}
    return {"revision": revision(found) if found.status == DayPlan.Status.DRAFT else None}


def _change(request: HttpRequest, sheet: PlanSheet) -> Change | None:
    before = request.session.get(BEFORE)
    if not before or made_by(before["job"]) != str(sheet.plan.pk):
        return None
    old = side(before["draft"], reader(request))
    return change(before["draft"], compare(old.compared, compared(sheet.plan, sheet.crews)))


def _shown(request: HttpRequest, sheet: PlanSheet) -> dict[str, Any]:
    """All crews' stops on a small day; on a large one those of one crew at a time."""
    codes = [part.crew.code for part in sheet.crews]
    wanted = request.GET.get("crew", "")
    if wanted not in codes:
        wanted = "" if len(sheet.stops) <= STOPS_AT_ONCE else codes[0]
    shown = [part for part in sheet.crews if wanted in ("", part.crew.code)]
    return {"shown": shown, "crew": wanted, "all_fit": len(sheet.stops) <= STOPS_AT_ONCE}


def _left(request: HttpRequest, found: DayPlan) -> dict[str, Any]:
    """One page of those left out; who is held out is told to nobody who could act on it."""
    kind = request.GET.get("left", "")
    if kind not in KINDS:
        kind = next((one for one in KINDS if found.counts.get(one)), KINDS[0])
    hidden = kind == "held_out" and not may_see_arms(reader(request))
    rows = queries.left_out_of(found, kind)
    page = Paginator(rows.none() if hidden else rows, LEFT_A_PAGE).get_page(request.GET.get("page"))
    return {"left_kind": kind, "left_hidden": hidden, "page": page}


@login_required
@require_POST
def plan_order(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Pin, drop or undo; the next run keeps it."""
    user = reader(request)
    found = queries.draft_of(plan_id, user)
    form = forms.OrderForm(request.POST, queries.crews_of(found.branch))
    if not form.is_valid():
        raise BadInput(Message(gettext_noop("Choose the customer, and for a pin the crew that is to go.")))
    given, party = form.cleaned_data, book.party(form.cleaned_data["party"], user)
    if given["act"] == forms.UNDO:
        visiting.withdraw_order(day=found.day, party=party, by=user, at=now())
    else:
        kind, crew = PlannerOrder.Kind(given["act"]), given["crew"] if given["act"] == forms.PIN else None
        visiting.order(day=found.day, party=party, kind=kind, crew=crew, by=user, at=now())
    messages.info(request, _("Noted. Run the planner again to see the effect."))
    return redirect("plan", found.pk)


@login_required
@require_POST
def plan_again(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """The same seed: what changes comes from orders and facts, not from chance."""
    found = queries.draft_of(plan_id, reader(request))
    if (published := revised_by(found)) is not None:
        out = found.versions.get("crews_out", ())
        return redirect("plan", replan_day(plan=published, by=reader(request), at=now(), crews_out=out).pk)
    return _run(request, found.branch, found.day, found.seed)


@login_required
@require_POST
def plan_replan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """A draft for the rest of the day; nothing changes for the crews until it is confirmed."""
    found = queries.plan_of(plan_id, reader(request))
    out = set(request.POST.getlist("out"))
    made = replan_day(plan=found, by=reader(request), at=now(), crews_out=out)
    return redirect("plan", made.pk)


@login_required
@require_POST
def plan_publish(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    found = queries.plan_of(plan_id, reader(request))
    if revised_by(found) is not None:
        take_effect(plan=found, by=reader(request), at=now())
    else:
        visiting.publish(plan=found, by=reader(request), at=now())
    messages.success(request, _("Published. The crews see their stops, and the plan no longer changes."))
    return redirect("plan", found.pk)
