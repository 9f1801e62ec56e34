"""A visitor's own training record: examinations, practice, observations, findings; and a supervisor's form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zoufang.core.errors import BadInput, NotPermitted
from zoufang.files.review_form import shipped_review_form
from zoufang.files.training_files import shipped_scenarios
from zoufang.server.pages import queries_staff
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.listing import give_choices
from zoufang.server.pages.queries_learning import learning_of
from zoufang.server.pages.reader import reader
from zoufang.server.pages.review_form import ItemsForm
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.review import observing, queries
from zoufang.server.review.models import Observation
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import may, require
from zoufang.server.training.models import Sitting
from zoufang.server.visiting.models import Visit

Kind = Observation.Kind
NOBODY = ("", gettext_lazy("None in particular"))


class ObservationForm(ItemsForm):
    """What was watched, and the items. `visit` lists the officer's latest visits."""

    kind = forms.ChoiceField(label=gettext_lazy("What I watched"), choices=Kind.choices)
    on = forms.DateField(label=gettext_lazy("Day"), widget=DayInput())
    visit = forms.ChoiceField(
        label=gettext_lazy("Visit"), required=False, widget=forms.Select(attrs={"class": "data"})
    )
    scenario = forms.ChoiceField(label=gettext_lazy("Practice talk"), required=False)

    def __init__(self, data: Any, visits: list[Visit]) -> None:
        super().__init__(data, shipped_review_form().items)
        self.fields["on"].initial = business_date()
        self.by_key = {str(one.pk): one for one in visits}
        names = [(key, f"{one.day:%Y-%m-%d} {one.started_at:%H:%M}") for key, one in self.by_key.items()]
        give_choices(self, "visit", [NOBODY, *names])
        language = get_language() or "zh"
        talks = [(one.code, one.title.in_language(language)) for one in shipped_scenarios()]
        give_choices(self, "scenario", [NOBODY, *talks])

    def head(self) -> list[Any]:
        return [self[name] for name in ("kind", "on", "visit", "scenario")]

    def watched(self) -> dict[str, Any]:
        given = self.cleaned_data
        kind = Kind(given["kind"])
        along = kind == Kind.RIDE_ALONG
        visit = self.by_key.get(given["visit"]) if along else None
        return {"kind": kind, "on": given["on"], "visit": visit, "scenario": "" if along else given["scenario"]}


@login_required
@require_GET
def visitor_record(request: HttpRequest, pk: int) -> HttpResponse:
    """For those who see training; a visitor reads only the own record."""
    user, day = reader(request), business_date()
    officer = get_object_or_404(queries_staff.visitors(user), pk=pk)
    sittings = Sitting.objects.filter(officer=officer, score__isnull=False).select_related("course")
    context = {
        "officer": officer,
        "day": day,
        "sittings": sittings.order_by("-begun_at")[:20],
        "observations": _observations(officer),
        "findings": [_finding(one) for one in queries.findings_of(officer)[:50]],
        "lessons": queries.lessons([officer]),
        "observes": may(user, "observe_visitor", officer),
        "prescribes": may(user, "prescribe_training", officer),
    }
    return render(request, "staff/visitor.html", context | learning_of(officer, day))


def _observations(officer: User) -> list[dict[str, Any]]:
    language, form = get_language() or "zh", shipped_review_form().by_code
    talks = {one.code: one.title.in_language(language) for one in shipped_scenarios()}
    rows = Observation.objects.filter(officer=officer).select_related("by", "visit").order_by("-on", "-pk")
    found = []
    for row in rows[:50]:
        words = observing.reasons_of(row)
        missed = [code for code, mark in row.marks.items() if mark == "no" and code in form]
        told = [(form[code].text.in_language(language), words.get(code, "")) for code in missed]
        found.append({"row": row, "missed": told, "talk": talks.get(row.scenario, "")})
    return found


def _finding(one: Any) -> dict[str, Any]:
    item = shipped_review_form().by_code.get(one.item)
    text = item.text.in_language(get_language() or "zh") if item else _("Complaint upheld")
    return {"row": one, "text": text, "day": one.review.visit.day if one.review else one.complaint.opened_on}


@login_required
def observe_visitor(request: HttpRequest, pk: int) -> HttpResponse:
    """A supervisor's score of a visitor; never of oneself."""
    user = reader(request)
    require(user, "observe_visitor")
    officer = get_object_or_404(queries_staff.visitors(user), pk=pk)
    lately = Visit.objects.filter(crew__members=officer, started_at__isnull=False, day__lte=business_date())
    form = ObservationForm(request.POST or None, list(lately.order_by("-started_at")[:30]))
    if request.method == "POST" and form.is_valid():
        try:
            _keep(form, officer, user)
        except (BadInput, NotPermitted) as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, _("The observation is kept. The visitor reads it too."))
            return redirect("visitor_record", officer.pk)
    return render(request, "review/observe.html", {"form": form, "rows": list(form.rows()), "officer": officer})


def _keep(form: ObservationForm, officer: User, user: User) -> UUID:
    made = observing.observe(
        id=form.form_id,
        officer=officer,
        marks=form.marks(),
        reasons=form.reasons(),
        by=user,
        today=business_date(),
        at=now(),
        **form.watched(),
    )
    return made.pk
