"""What an officer brings to a visit beside courses: languages and dialects, sex, years of service."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zoufang.core.values import Gender, Language
from zoufang.server.pages import queries_staff as queries
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.listing import give_choices
from zoufang.server.pages.reader import reader
from zoufang.server.pages.words import choices
from zoufang.server.staff import people
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import may, require

NOT_TOLD = ("", gettext_lazy("Not told"))


class OfficerForm(forms.Form):
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages and dialects"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        help_text=gettext_lazy(
            "Those in which the officer can hold the whole talk. Nothing is assumed, not even Mandarin."
        ),
    )
    gender = forms.ChoiceField(label=gettext_lazy("Sex"), required=False)
    in_service_since = forms.DateField(label=gettext_lazy("In this work since"), required=False, widget=DayInput())

    def __init__(self, data: Any, officer: User) -> None:
        given = {name: getattr(officer, name) for name in ("languages", "gender", "in_service_since", "stand_in")}
        super().__init__(data, initial=given)
        self.fields["stand_in"] = forms.ModelChoiceField(
            queries.colleagues_of(officer),
            label=_("Stand-in for own accounts"),
            required=False,
            empty_label=_("Nobody"),
            widget=forms.Select(attrs={"class": "data"}),
        )
        give_choices(self, "languages", choices("language"))
        give_choices(self, "gender", [NOT_TOLD, *choices("gender")])

    def clean_in_service_since(self) -> date | None:
        day: date | None = self.cleaned_data["in_service_since"]
        if day is not None and day > business_date():
            raise forms.ValidationError(_("This day lies ahead. Enter the first day of this work."))
        return day

    def skills(self) -> people.Skills:
        given = self.cleaned_data
        return people.Skills(
            frozenset(Language(code) for code in given["languages"]),
            Gender(given["gender"]) if given["gender"] else None,
            given["in_service_since"],
            given["stand_in"],
        )


@login_required
def officer(request: HttpRequest, pk: int) -> HttpResponse:
    user = reader(request)
    require(user, "describe_officer")
    found, back = queries.officer(pk, user), "crew_list" if may(user, "see_crews") else "staff_list"
    form = OfficerForm(request.POST or None, found)
    if request.method == "POST" and form.is_valid():
        people.describe_officer(user=found, skills=form.skills(), by=user, at=now())
        messages.success(request, _("Noted. The next run of the planner counts on it."))
        return redirect(back)
    context = {"form": form, "officer": found, "back": reverse(back), "of_crews": back == "crew_list"}
    return render(request, "staff/officer.html", context)
