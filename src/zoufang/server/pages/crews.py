"""The crews' pages: the list with what keeps each at home, and forming, changing, retiring one."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.server.pages import queries_crews as queries
from zoufang.server.pages.crew_forms import AbsenceForm, CrewForm, NewCrewForm
from zoufang.server.pages.maps import Label, Map
from zoufang.server.pages.queries_customers import branches_below
from zoufang.server.pages.queries_staff import visitors
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.models import Absence
from zoufang.server.staff.permissions import may, require
from zoufang.server.visiting import crews as services

REFUSALS = (BadInput, Conflict, NotPermitted)


@login_required
@require_GET
def crew_list(request: HttpRequest) -> HttpResponse:
    user, day = reader(request), business_date()
    found = queries.cards(user, day)
    context = {"cards": found, "day": day, "map": _depots(found), "manages": may(user, "manage_crews")}
    context |= {"describes": may(user, "describe_officer")}
    return render(request, "crews/list.html", context)


def _depots(found: list[queries.CrewCard]) -> Map | None:
    """One sign a place, with the names of all who set out from there."""
    places: dict[tuple[float, float], list[str]] = {}
    for card in found:
        if card.crew.active:
            places.setdefault((card.crew.depot_lat, card.crew.depot_lon), []).append(card.crew.name)
    depots = tuple(Label(*place, "、".join(names)) for place, names in places.items())
    return Map("depots", _("Where the crews set out"), depots=depots) if depots else None


@login_required
def crew_new(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    require(user, "manage_crews")
    form = NewCrewForm(request.POST or None, queries.free_visitors(user), branches_below(user))

    def act(terms: services.CrewTerms) -> None:
        code, branch = form.cleaned_data["code"], form.cleaned_data["branch"]
        services.form_crew(code=code, branch=branch, terms=terms, by=user, at=now())

    if request.method == "POST" and _done(form, act):
        messages.success(request, _("The crew is formed. The next run of the planner counts on it."))
        return redirect("crew_list")
    return render(request, "crews/form.html", {"form": form, "fields": ["code", "branch", "name", "car", "modes"]})


@login_required
def crew_change(request: HttpRequest, code: str) -> HttpResponse:
    user = reader(request)
    require(user, "manage_crews")
    crew = queries.crew_of(code, user)
    form = CrewForm(request.POST or None, queries.free_visitors(user, crew), crew)

    def act(terms: services.CrewTerms) -> None:
        services.change_crew(crew=crew, terms=terms, by=user, at=now())

    if request.method == "POST" and _done(form, act):
        messages.success(request, _("Changed. Plans made before keep what they were made with."))
        return redirect("crew_list")
    return render(request, "crews/form.html", {"form": form, "crew": crew, "fields": ["name", "car", "modes"]})


def _done(form: CrewForm, act: Callable[[services.CrewTerms], None]) -> bool:
    """Whether the act went through; its refusal stands on the form."""
    if not form.is_valid():
        return False
    try:
        act(form.terms())
    except REFUSALS as error:
        form.add_error(None, said(error))
        return False
    return True


@login_required
@require_POST
def crew_retire(request: HttpRequest, code: str) -> HttpResponse:
    """Retire a crew, or let it go out again."""
    user = reader(request)
    crew = queries.crew_of(code, user)
    if crew.active:
        services.retire_crew(crew=crew, today=business_date(), by=user, at=now())
        messages.success(request, _("The crew goes out no more."))
    else:
        services.reinstate_crew(crew=crew, by=user, at=now())
        messages.success(request, _("The crew goes out again."))
    return redirect("crew_list")


@login_required
def absence_new(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    require(user, "manage_crews")
    form = AbsenceForm(request.POST or None, visitors(user))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data | {"reason": Absence.Reason(form.cleaned_data["reason"])}
        try:
            services.note_absence(by=user, at=now(), **given)
        except REFUSALS as error:
            form.add_error("until", said(error))
        else:
            messages.success(request, _("Noted. Run the planner again where a plan counts on this officer."))
            return redirect("crew_list")
    return render(request, "crews/absence.html", {"form": form})


@login_required
@require_POST
def absence_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    user = reader(request)
    services.withdraw_absence(absence=queries.absence_of(pk, user), by=user, at=now())
    messages.success(request, _("The absence is withdrawn."))
    return redirect("crew_list")
