"""Cars and budgets: what the crews of a branch have to go out with, and how much of it is used."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.server.pages import queries_means as queries
from zoufang.server.pages.means_forms import BudgetForm, CarsForm
from zoufang.server.pages.queries_customers import branches_below
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.permissions import may, require
from zoufang.server.visiting import means as services

REFUSALS = (BadInput, Conflict, NotPermitted)


@login_required
@require_GET
def branch_means(request: HttpRequest) -> HttpResponse:
    user, day = reader(request), business_date()
    context = {
        "branches": queries.branch_cars(user),
        "budgets": queries.budgets(user, day),
        "day": day,
        "manages": may(user, "manage_crews"),
        "form": CarsForm(None, branches_below(user)),
    }
    return render(request, "crews/means.html", context)


@login_required
@require_POST
def cars_set(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    require(user, "manage_crews")
    form = CarsForm(request.POST, branches_below(user))
    if not form.is_valid():
        messages.error(request, _("Enter a number of cars, or nothing."))
        return redirect("branch_means")
    services.set_cars(branch=form.cleaned_data["branch"], cars=form.cleaned_data["cars"], by=user, at=now())
    messages.success(request, _("Changed. The next run of the planner counts on it."))
    return redirect("branch_means")


@login_required
def budget_new(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    require(user, "manage_crews")
    form = BudgetForm(request.POST or None, branches_below(user), queries.crews_below(user))
    if request.method == "POST" and form.is_valid():
        try:
            services.set_budget(**form.terms(), by=user, at=now())
        except REFUSALS as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, _("The budget is set. The next run of the planner keeps it."))
            return redirect("branch_means")
    return render(request, "crews/budget.html", {"form": form})


@login_required
@require_POST
def budget_end(request: HttpRequest, pk: int) -> HttpResponse:
    user = reader(request)
    services.end_budget(budget=queries.budget_of(pk, user), by=user, at=now())
    messages.success(request, _("The budget is taken away. Plans made before keep what they were made with."))
    return redirect("branch_means")
