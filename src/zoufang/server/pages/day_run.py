"""The day's run: what came in, what it did, and the button that moves the bank to its next day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from zoufang.core.values import BANK_ZONE
from zoufang.server.daily.work import start_day_run
from zoufang.server.jobs.views import answer_to
from zoufang.server.pages import queries_day
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.reader import reader
from zoufang.server.staff.clock import bank_state, now
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import may_move_date, require

RUNS_A_PAGE = 15


class RunForm(forms.Form):
    to = forms.DateField(
        label=gettext_lazy("Business date to move to"),
        widget=DayInput(),
        help_text=gettext_lazy("The same day again repeats the work, for example after a late file."),
    )


@login_required
def day_run(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    require(user, "run_day")
    form = RunForm(request.POST or None, initial={"to": _next_day()})
    if request.method == "POST" and form.is_valid() and user.branch is not None:
        return answer_to(request, start_day_run(to=form.cleaned_data["to"], by=user, branch=user.branch))
    runs = Paginator(queries_day.runs(user), RUNS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "day_run/day_run.html", {"form": form, "runs": runs, "moves": may_move_date(user)} | _today(user)
    )


def _next_day() -> date:
    """The calendar day, where it has gone on; a simulated bank goes day by day."""
    state = bank_state()
    if state.simulated:
        return state.business_date + timedelta(days=1)
    return max(state.business_date, now().astimezone(BANK_ZONE).date())


def _today(user: User) -> dict[str, Any]:
    today = bank_state().business_date
    return {"imports": queries_day.imports_on(user, today), "plans": queries_day.plans_from(user, today)}
