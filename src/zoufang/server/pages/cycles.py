"""Open the next study: chance draws who is held out, before anything is planned."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zoufang.core.errors import NotPermitted
from zoufang.core.values import Message, gettext_noop
from zoufang.server.daily.policies import working_days
from zoufang.server.daily.study import open_cycle
from zoufang.server.pages.plan_forms import CycleForm
from zoufang.server.pages.reader import reader
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.models import Branch
from zoufang.server.staff.permissions import require
from zoufang.server.studies.queries import overlapping_study
from zoufang.server.visiting.plan_queries import crews_of

WINDOW_DAYS, HOLD_OUT_PERCENT, MUST_VISIT_PERCENT = 28, 20, 5
VISITS_A_CREW_DAY = 12


@login_required
def study_open(request: HttpRequest) -> HttpResponse:
    """The form begins with what the crews can do in four weeks at twelve visits a day."""
    user, day = reader(request), business_date()
    require(user, "open_study")
    if user.branch is None:
        raise NotPermitted(Message(gettext_noop("You belong to no branch. Ask the administrator.")))
    form = CycleForm(request.POST or None, initial=_usual(user.branch, day))
    if request.method == "POST" and form.is_valid():
        made = open_cycle(branch=user.branch, day=day, seed=_seed(day), by=user, at=now(), **_asked(form))
        messages.success(request, _("Drawn. The arms stand before any plan is made."))
        return redirect("study", made.pk)
    context = {"form": form, "running": overlapping_study(day, user.branch), "day": day}
    return render(request, "plans/study_open.html", context)


def _seed(day: date) -> int:
    return int(f"{day:%Y%m%d}")


def _asked(form: CycleForm) -> dict[str, Any]:
    given = form.cleaned_data
    return {
        "capacity": given["capacity"],
        "window_days": given["window_days"],
        "hold_out_share": given["hold_out_percent"] / 100,
        "must_visit_share": given["must_visit_percent"] / 100,
    }


def _usual(branch: Branch, day: date) -> dict[str, int]:
    capacity = len(crews_of(branch)) * VISITS_A_CREW_DAY * working_days(day, WINDOW_DAYS)
    return {
        "capacity": max(capacity, 10),
        "window_days": WINDOW_DAYS,
        "hold_out_percent": HOLD_OUT_PERCENT,
        "must_visit_percent": MUST_VISIT_PERCENT,
    }
