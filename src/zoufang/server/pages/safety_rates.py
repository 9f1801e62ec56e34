"""How often crews meet danger, by 1,000 visits."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.reader import reader
from zoufang.server.safety.rates import FEW_CASES, FEW_VISITS, rates
from zoufang.server.staff.clock import business_date


class PeriodForm(forms.Form):
    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=DayInput())
    until = forms.DateField(label=gettext_lazy("Until"), required=False, widget=DayInput())

    def period(self, today: date) -> tuple[date, date]:
        """What is not understood is the last twelve months."""
        self.is_valid()
        until = self.cleaned_data.get("until") or today
        return self.cleaned_data.get("since") or _year_before(until), until


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=1)


@login_required
@require_GET
def safety_rates(request: HttpRequest) -> HttpResponse:
    form = PeriodForm(request.GET)
    since, until = form.period(business_date())
    found = rates(reader(request), since, until)
    form = PeriodForm(initial={"since": since, "until": until})
    context = {"rates": found, "form": form, "few_visits": FEW_VISITS, "few_cases": FEW_CASES}
    return render(request, "safety/rates.html", context)
