"""Calls, messages and letters of the reader's branches, the newest first."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from zoufang.server.outreach.queries import contacts
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.listing import give_choices, page_of
from zoufang.server.pages.reader import reader
from zoufang.server.pages.words import choices

PAGE = 25
ALL = ("", _("All"))


class ContactFilter(forms.Form):
    day = forms.DateField(label=_("Day"), required=False, widget=DayInput())
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    reached = forms.ChoiceField(
        label=_("Reached"), required=False, choices=[ALL, ("yes", _("Yes")), ("no", _("No"))]
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        give_choices(self, "channel", [ALL, *choices("channel", "call", "sms", "letter")])

    def wanted(self) -> dict[str, Any]:
        """What is understood of the address; what is not is no filter."""
        self.is_valid()
        given = self.cleaned_data
        reached = {"yes": True, "no": False}.get(given.get("reached", ""))
        return {"day": given.get("day"), "channel": given.get("channel", ""), "reached": reached}


@login_required
@require_GET
def contact_list(request: HttpRequest) -> HttpResponse:
    form = ContactFilter(request.GET)
    page: Page[Any] = page_of(contacts(reader(request), **form.wanted()), PAGE, request.GET.get("page"))
    return render(request, "customers/contacts.html", {"form": form, "page": page})
