"""Incidents: the report within the hour, the list, rest and the talk after it, and refusing a visit."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import BANK_ZONE
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.listing import give_choices, page_of
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.safety import incidents as services
from zoufang.server.safety import registers
from zoufang.server.safety.incident_models import KINDS
from zoufang.server.safety.models import Incident, RefusedStop
from zoufang.server.safety.rest import talk_over
from zoufang.server.safety.timer import catch_up
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Role
from zoufang.server.staff.permissions import may, require
from zoufang.server.visiting.models import Visit
from zoufang.server.visiting.queries import visit_to_make, visit_to_read

PAGE = 25
MINUTE = "%Y-%m-%dT%H:%M"


class ReportForm(forms.Form):
    """Few fields, one touch each: it is filled in within the hour, perhaps in a car."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=gettext_lazy("What happened?"))
    where = forms.ChoiceField(
        label=gettext_lazy("Where?"), choices=Incident.Where.choices, widget=forms.RadioSelect, initial="door"
    )
    at = forms.DateTimeField(
        label=gettext_lazy("When?"),
        input_formats=[MINUTE],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE),
    )
    hurt = forms.ChoiceField(
        label=gettext_lazy("Was anybody hurt?"), choices=Incident.Hurt.choices, widget=forms.RadioSelect
    )
    police = forms.ChoiceField(
        label=gettext_lazy("Were the police called?"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=gettext_lazy("In your words"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Kept sealed with the customer's key; each look at it is logged."),
    )

    def __init__(self, data: Any, at: datetime) -> None:
        super().__init__(data, initial={"id": new_id(), "at": at.astimezone(BANK_ZONE)})
        give_choices(self, "kind", [("", _("Choose")), *KINDS])

    def told(self) -> services.Told:
        given = self.cleaned_data
        return services.Told(
            kind=given["kind"],
            where=Incident.Where(given["where"]),
            happened_at=given["at"],
            hurt=Incident.Hurt(given["hurt"]),
            police=given["police"] == "yes",
            text=given["text"],
        )


class RefuseForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label=gettext_lazy("Why?"), choices=RefusedStop.Reason.choices, widget=forms.RadioSelect
    )


class TalkForm(forms.Form):
    more_until = forms.DateField(
        label=gettext_lazy("Rests on until"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("Leave empty where the officer feels fit: new visits may be planned at once."),
    )


@login_required
def visit_incident(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """For the crew on the phone and for their supervisor at the desk."""
    user, at = reader(request), now()
    visitor = user.role == Role.VISITOR
    visit = visit_to_make(visit_id, user) if visitor else visit_to_read(visit_id, user)
    require(user, "report_incident", visit)
    form = ReportForm(request.POST or None, at)
    if request.method == "POST" and form.is_valid():
        try:
            services.report(id=form.cleaned_data["id"], visit=visit, told=form.told(), by=user, at=at)
        except (BadInput, Conflict) as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, _("The report is in. Take a breath: the next visit can wait."))
            return redirect("visit_page", visit_id) if visitor else redirect("incident_list")
    context = {"visit": visit, "form": form, "owed": registers.report_owed(visit), "visitor": visitor}
    return render(request, "safety/report.html", context, status=422 if form.errors else 200)


@login_required
def visit_refuse(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """No penalty, no ranking: the page says so, and no list names who refused."""
    visit = visit_to_make(visit_id, reader(request))
    form = RefuseForm(request.POST or None, initial={"id": new_id()})
    if request.method == "POST" and form.is_valid():
        reason = RefusedStop.Reason(form.cleaned_data["reason"])
        try:
            services.refuse_visit(
                id=form.cleaned_data["id"], visit=visit, reason=reason, by=reader(request), at=now()
            )
        except Conflict as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, _("Noted: this visit is not made. Nobody holds it against you."))
            return redirect("my_day")
    context = {"visit": visit, "form": form}
    return render(request, "safety/refuse.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def incident_list(request: HttpRequest) -> HttpResponse:
    catch_up()
    user = reader(request)
    page = page_of(registers.incidents(user), PAGE, request.GET.get("page"))
    context = {"page": page, "owed": registers.reports_owed(user), "at": now()}
    context |= {"reports": may(user, "report_incident")}
    return render(request, "safety/incidents.html", context)


@login_required
def incident(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """What was written only in answer to a POST, which is logged."""
    user = reader(request)
    row, text = registers.incident(incident_id, user), None
    if request.method == "POST":
        text = services.text_of(row, user, now())
    context = {"incident": row, "text": text, "may_close_place": may(user, "close_place", row.branch)}
    response = render(request, "safety/incident.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@login_required
@require_GET
def rest_list(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    context = {"rests": registers.rests(user, business_date()), "talks": may(user, "record_debrief")}
    return render(request, "safety/rests.html", context)


@login_required
def rest_talk(request: HttpRequest, rest_id: int) -> HttpResponse:
    user, form = reader(request), TalkForm(request.POST if request.method == "POST" else None)
    row = registers.rest(rest_id, user)
    require(user, "record_debrief", row.visit)
    if request.method == "POST" and form.is_valid():
        more = form.cleaned_data["more_until"]
        try:
            talk_over(rest=row, more_until=more, by=user, on=business_date(), at=now())
        except (BadInput, Conflict) as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, _("The talk is on record."))
            return redirect("rest_list")
    status = 422 if form.errors else 200
    return render(request, "safety/talk.html", {"rest": row, "form": form}, status=status)


def owed_by(visit: Visit) -> dict[str, Any]:
    """For the visit's page: whether its crew still owes a report, and whether the visit can be refused."""
    refusable = visit.state == "planned" and visit.withdrawn_reason is None
    return {"report_owed": registers.report_owed(visit), "may_refuse": refusable}
