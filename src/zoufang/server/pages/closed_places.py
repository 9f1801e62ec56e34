"""Places to which nobody goes: entered by a supervisor, confirmed by a second person, opened again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import BadInput, Conflict, NotFound
from zoufang.core.values import Datum, Point
from zoufang.server.book.models import Address
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.listing import page_of
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.safety import places, registers
from zoufang.server.safety.models import ClosedPlace
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import may, require
from zoufang.server.visiting.queries import visit_to_read

PAGE = 25
DATUMS = [
    (Datum.GCJ02.value, gettext_lazy("GCJ-02 (AMap, Tencent)")),
    (Datum.BD09.value, gettext_lazy("BD-09 (Baidu)")),
    (Datum.WGS84.value, gettext_lazy("WGS-84 (GPS)")),
]


class Common(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=ClosedPlace.Reason.choices)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("What a crew should know. No names and no debts: all crews read it."),
    )
    since = forms.DateField(label=gettext_lazy("From"), widget=DayInput())
    until = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("Empty: until somebody opens it again."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"id": new_id(), "since": business_date()})

    def common(self) -> dict[str, Any]:
        given = self.cleaned_data
        reason = ClosedPlace.Reason(given["reason"])
        return {name: given[name] for name in ("id", "note", "since", "until")} | {"reason": reason}


class PointForm(Common):
    lat = forms.FloatField(label=gettext_lazy("Latitude"), min_value=-90, max_value=90)
    lon = forms.FloatField(label=gettext_lazy("Longitude"), min_value=-180, max_value=180)
    datum = forms.ChoiceField(
        label=gettext_lazy("The map that the point comes from"),
        choices=DATUMS,
        help_text=gettext_lazy("Maps differ by hundreds of metres. Choose the one that you read it from."),
    )
    radius_m = forms.IntegerField(
        label=gettext_lazy("Radius in metres"), min_value=places.LEAST_M, max_value=places.MOST_M
    )

    field_order = ["lat", "lon", "datum", "radius_m", "reason", "note", "since", "until"]

    def where(self) -> places.Circle:
        given = self.cleaned_data
        return places.Circle(Point(given["lat"], given["lon"], Datum(given["datum"])), given["radius_m"])


class EndForm(forms.Form):
    why = forms.CharField(label=gettext_lazy("Why visits may go there again"), max_length=200)


@login_required
@require_GET
def closed_place_list(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    page = page_of(registers.closed_places(user), PAGE, request.GET.get("page"))
    context = {"page": page, "today": business_date(), "enters": may(user, "close_place")}
    return render(request, "safety/closed_places.html", context | {"confirms": may(user, "confirm_place")})


@login_required
def closed_place_new(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    require(user, "close_place")
    form = PointForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _entered(form, form.where(), user):
        return _done(request)
    context = {"form": form, "visit": None}
    return render(request, "safety/closed_place_new.html", context, status=422 if form.errors else 200)


@login_required
def visit_close_place(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The very address of a visit: nobody types it again."""
    user = reader(request)
    visit = visit_to_read(visit_id, user)
    require(user, "close_place", visit)
    form = Common(request.POST or None)
    if request.method == "POST" and form.is_valid() and _entered(form, visit.address, user):
        return _done(request)
    context = {"form": form, "visit": visit}
    return render(request, "safety/closed_place_new.html", context, status=422 if form.errors else 200)


def _entered(form: Common, where: places.Circle | Address, user: User) -> bool:
    if user.branch is None:
        raise NotFound(registers.NOT_HERE)
    try:
        places.close_place(branch=user.branch, where=where, by=user, at=now(), **form.common())
    except BadInput as error:
        form.add_error(None, said(error))
        return False
    return True


def _done(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Entered. It counts when a second person has confirmed it."))
    return redirect("closed_place_list")


@login_required
@require_POST
def place_confirm(request: HttpRequest, place_id: UUID) -> HttpResponse:
    try:
        row = registers.closed_place(place_id, reader(request))
        places.confirm_place(place=row, by=reader(request), at=now())
        messages.success(request, _("Confirmed: nobody is planned or let in there from its first day on."))
    except Conflict as error:
        messages.error(request, said(error))
    return redirect("closed_place_list")


@login_required
def place_end(request: HttpRequest, place_id: UUID) -> HttpResponse:
    user = reader(request)
    row = registers.closed_place(place_id, user)
    require(user, "confirm_place", row)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            places.end_place(place=row, why=form.cleaned_data["why"], by=user, at=now())
        except (BadInput, Conflict) as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, _("Visits may go there again."))
            return redirect("closed_place_list")
    context = {"form": form, "place": row}
    return render(request, "safety/closed_place_end.html", context, status=422 if form.errors else 200)
