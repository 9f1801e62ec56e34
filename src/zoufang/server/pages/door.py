"""The visitor's own pages: the day's stops, and one visit from the door bell to its close."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import BadInput, Conflict, NotFound
from zoufang.core.values import Message, gettext_noop
from zoufang.server.daily.field import accept
from zoufang.server.oversight import services as oversight
from zoufang.server.oversight.models import Complaint, Stop
from zoufang.server.pages.customer_forms import ComplaintForm, StopForm
from zoufang.server.pages.door_fields import StepForm
from zoufang.server.pages.door_forms import FORMS, Evidence
from zoufang.server.pages.door_revealing import remember, revealed
from zoufang.server.pages.door_steps import open_door
from zoufang.server.pages.incidents import owed_by
from zoufang.server.pages.reader import reader
from zoufang.server.pages.stops_today import today_of
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.pages.visit_lines import lines_of
from zoufang.server.staff.clock import bank_state, business_date, now
from zoufang.server.staff.ids import new_id
from zoufang.server.visiting import evidence, queries
from zoufang.server.visiting.models import Visit


@login_required
@require_GET
def my_day(request: HttpRequest) -> HttpResponse:
    return render(request, "visits/my_day.html", {"today": today_of(request, business_date())})


@login_required
@require_GET
def visit_page(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    return _page(request, queries.visit_to_make(visit_id, reader(request)))


@login_required
@require_POST
def visit_event(request: HttpRequest, visit_id: UUID, kind: str) -> HttpResponse:
    """One step. What is wrong comes back in its place, and nothing was recorded."""
    visit = queries.visit_to_make(visit_id, reader(request))
    if kind not in FORMS:
        raise NotFound(Message(gettext_noop("There is no such step in a visit.")))
    form = FORMS[kind](request, visit, request.POST, request.FILES)
    if form.is_valid() and _taken(form, visit):
        return redirect(reverse("visit_page", args=[visit_id]) + "#now")
    return _page(request, visit, sent=form, status=422)


def _taken(form: StepForm, visit: Visit) -> bool:
    try:
        event = form.made()
        accept(visit=visit, events=[event], officers=[reader(form.request)], at=now())
    except (Conflict, BadInput) as error:
        form.add_error(None, said(error))
        return False
    if isinstance(form, Evidence):
        evidence.keep(visit, event.id, form.bytes())
    return True


def _page(request: HttpRequest, visit: Visit, *, sent: StepForm | None = None, status: int = 200) -> HttpResponse:
    door = open_door(request, visit, business_date(), sent)
    context = {"door": door, "visit": visit, "personal": revealed(request, visit)}
    context |= {"lines": lines_of(visit), "clock_shift_s": bank_state().clock_shift_s}
    context |= owed_by(visit)
    context |= {"longer_id": new_id(), "crisis_id": new_id()}
    context["duty_phone"] = settings.ZOUFANG_DUTY_PHONE
    response = render(request, "visits/visit.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def visit_reveal(request: HttpRequest, visit_id: UUID, what: str) -> HttpResponse:
    """Name, address, and the tails for the identity check: logged once, then shown while this session lasts."""
    visit = queries.visit_to_make(visit_id, reader(request))
    remember(request, visit, what)
    if request.headers.get("HX-Request"):
        response = render(request, "visits/who.html", {"visit": visit, "personal": revealed(request, visit)})
        response.headers["Cache-Control"] = "no-store"
        return response
    return redirect("visit_page", visit_id)


@login_required
def visit_complaint(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    visit = queries.visit_to_make(visit_id, reader(request))
    form = ComplaintForm(request.POST or None, at_the_door=True)
    if request.method == "POST" and form.is_valid():
        oversight.open_complaint(
            id=new_id(),
            party=visit.whom,
            opened_on=business_date(),
            by=reader(request),
            channel=Complaint.Channel.VISIT,
            at=now(),
            visit_id=visit.pk,
            **form.cleaned_data,
        )
        messages.success(request, _("The complaint is open; visits and calls pause until it is answered."))
        return redirect("visit_page", visit_id)
    return _aside(request, visit, form, _("Record a complaint"))


@login_required
def visit_stop(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    visit = queries.visit_to_make(visit_id, reader(request))
    form = StopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data | {"kind": Stop.Kind(form.cleaned_data["kind"]), "since": business_date()}
        oversight.set_stop(id=new_id(), party=visit.whom, by=reader(request), at=now(), **given)
        messages.success(request, _("The stop is in force: nobody goes until it ends or is lifted."))
        return redirect("visit_page", visit_id)
    return _aside(request, visit, form, _("Set a stop"))


def _aside(request: HttpRequest, visit: Visit, form: Any, heading: str) -> HttpResponse:
    return render(request, "visits/aside.html", {"visit": visit, "form": form, "heading": heading})
