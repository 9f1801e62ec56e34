"""On a complaint's page: what has been done, and the next step of whoever handles it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from zoufang.core.errors import BadInput, Conflict
from zoufang.server.oversight import complaints
from zoufang.server.oversight.models import Complaint, ComplaintNotice, ComplaintStep
from zoufang.server.oversight.superiors import see_notice
from zoufang.server.pages import queries_oversight as queries
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.listing import give_choices
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import may, require
from zoufang.server.visiting.models import Visit

Kind = ComplaintStep.Kind


class StepForm(forms.Form):
    """`id` is made with the form, so that sending it twice counts once."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=gettext_lazy("Step"))
    note = forms.CharField(
        label=gettext_lazy("What was said or answered, or why more time is needed"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    via = forms.ChoiceField(
        label=gettext_lazy("Of an answer or a withdrawal: how"),
        required=False,
        choices=[("", gettext_lazy("Does not apply")), *ComplaintStep.Via.choices],
    )
    sent_on = forms.DateField(
        label=gettext_lazy("Of an answer or a withdrawal: sent or said on"), required=False, widget=DayInput()
    )

    def __init__(self, data: Any, complaint: Complaint) -> None:
        super().__init__(data, initial={"id": new_id()})
        give_choices(self, "kind", [(kind.value, kind.label) for kind in _open_kinds(complaint)])


def _open_kinds(complaint: Complaint) -> list[ComplaintStep.Kind]:
    told = complaint.steps.filter(kind=Kind.ACKNOWLEDGED).exists()
    kinds = [Kind.OWNED, Kind.ANSWERED, Kind.WITHDRAWN]
    kinds = kinds if told else [Kind.ACKNOWLEDGED, *kinds]
    return [*kinds, Kind.EXTENDED] if complaints.may_extend(complaint) else kinds


def steps_context(complaint: Complaint, user: User) -> dict[str, Any]:
    """Notes are opened for whoever handles complaints, the form only while this one is open."""
    handles = may(user, "handle_complaint", complaint)
    form = StepForm(None, complaint) if handles and complaint.closed_on is None else None
    notices = complaint.notices.select_related("to", "about").order_by("at", "id")
    return {"steps": complaints.steps_of(complaint, opened=handles), "step_form": form, "notices": notices}


def people_named(complaint: Complaint) -> list[User]:
    """Whom it is about: the crew of the visit complained of."""
    visit = Visit.objects.filter(pk=complaint.visit_id).first() if complaint.visit_id else None
    return list(visit.crew.members.select_related("branch")) if visit else []


@login_required
@require_POST
def complaint_notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """The named superior answers a notice."""
    found = get_object_or_404(ComplaintNotice.objects.filter(to=reader(request)), pk=notice_id)
    see_notice(notice=found, by=reader(request), at=now())
    messages.success(request, _("Kept: you know of it."))
    return redirect("start")


@login_required
@require_POST
def complaint_step(request: HttpRequest, complaint_id: UUID) -> HttpResponse:
    found = queries.complaint(complaint_id, reader(request))
    require(reader(request), "handle_complaint", found)
    form = StepForm(request.POST, found)
    if not form.is_valid():
        messages.error(request, _("Choose a step that is still open."))
        return redirect("complaint", complaint_id)
    given = form.cleaned_data | {"kind": Kind(form.cleaned_data["kind"])}
    try:
        told = given | {"named": people_named(found)}
        complaints.take_step(complaint=found, by=reader(request), on=business_date(), at=now(), **told)
    except (BadInput, Conflict) as error:
        messages.error(request, said(error))
    else:
        messages.success(request, _("The step is kept."))
    return redirect("complaint", complaint_id)
