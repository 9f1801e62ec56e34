"""Contacts of agencies that were drawn, and what was found when they were looked at."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from zoufang.core.errors import NotFound
from zoufang.core.values import Message, gettext_noop
from zoufang.server.agencies.conduct import checks, record_check
from zoufang.server.agencies.models import ConductCheck
from zoufang.server.pages.agencies import filled_in
from zoufang.server.pages.listing import page_of
from zoufang.server.pages.reader import reader
from zoufang.server.staff.clock import business_date, now

PAGE = 30


class CheckForm(forms.Form):
    result = forms.ChoiceField(
        label=gettext_lazy("What was found"), choices=ConductCheck.Result.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


@login_required
@require_GET
def agency_check_list(request: HttpRequest) -> HttpResponse:
    page = page_of(checks(reader(request)), PAGE, request.GET.get("page"))
    return render(request, "agencies/checks.html", {"page": page, "today": business_date()})


@login_required
def agency_check(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Listen to the recording or ask the customer, then say what was found."""
    found = checks(reader(request)).filter(pk=contact_id).first()
    if found is None:
        raise NotFound(Message(gettext_noop("No such contact was drawn in your branch.")))
    form = CheckForm(request.POST if request.method == "POST" else None)

    def do() -> HttpResponse:
        result = ConductCheck.Result(form.cleaned_data["result"])
        record_check(check=found, result=result, note=form.cleaned_data["note"], by=reader(request), at=now())
        messages.success(request, _("Kept."))
        return redirect("agency_check_list")

    hint = _("Listen to the agency's recording, or ask the customer: who called, for which bank, in what tone?")
    return filled_in(request, form, do, _("Look at a contact"), reverse("agency_check_list"), hint)
