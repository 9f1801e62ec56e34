"""The records of visits, for whoever plans, leads or watches over them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from zoufang.core.visits import missing_records
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.listing import give_choices
from zoufang.server.pages.papers import papers_section
from zoufang.server.pages.reader import reader
from zoufang.server.pages.visit_lines import lines_of
from zoufang.server.pages.words import choices
from zoufang.server.staff.clock import now
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import may
from zoufang.server.visiting import evidence, queries
from zoufang.server.visiting.events import obligations_of, record_of
from zoufang.server.visiting.models import Visit

PAGE = 25
ALL = ("", _("All"))
# What the file is served as; a browser shows or plays it, whatever the phone called it.
PLAYED_AS = {"audio": "audio/mpeg", "video": "video/mp4"}


class FilterForm(forms.Form):
    day = forms.DateField(label=_("Day"), required=False, widget=DayInput())
    crew = forms.ChoiceField(label=_("Crew"), required=False, widget=forms.Select(attrs={"class": "data"}))
    outcome = forms.ChoiceField(label=_("Outcome"), required=False)

    def __init__(self, data: Any, user: User) -> None:
        super().__init__(data)
        give_choices(self, "crew", [ALL, *((c.code, c.name) for c in queries.crews_seen(user))])
        give_choices(self, "outcome", [ALL, *choices("outcome"), ("withdrawn", _("Withdrawn"))])

    def narrow(self, rows: QuerySet[Visit]) -> QuerySet[Visit]:
        """What is not understood is no filter."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        if given.get("outcome") == "withdrawn":
            rows = rows.filter(withdrawn_reason__isnull=False)
        elif "outcome" in given:
            rows = rows.filter(outcome=given["outcome"])
        if "day" in given:
            rows = rows.filter(day=given["day"])
        return rows.filter(crew__code=given["crew"]) if "crew" in given else rows


@login_required
@require_GET
def visit_list(request: HttpRequest) -> HttpResponse:
    filters = FilterForm(request.GET, reader(request))
    rows = filters.narrow(queries.visits(reader(request)))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "visits/list.html", {"filters": filters, "page": page})


@login_required
def visit_detail(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The free texts only in answer to a POST, which is logged."""
    visit = queries.visit_to_read(visit_id, reader(request))
    record, notes = record_of(visit), None
    if request.method == "POST":
        notes = evidence.open_notes(visit=visit, by=reader(request), at=now())
    context = {"visit": visit, "record": record, "lines": lines_of(visit, notes), "opened": notes is not None}
    context |= {"missing": missing_records(record, obligations_of(visit)) if record.events else ()}
    context |= {"may_read": may(reader(request), "reveal_personal_data", visit)}
    context |= papers_section(visit, reader(request))
    context |= {"reports": may(reader(request), "report_incident", visit)}
    context |= {"sees_evidence": may(reader(request), "see_evidence", visit)}
    context |= {"closes_place": may(reader(request), "close_place", visit)}
    response = render(request, "visits/detail.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@login_required
@require_GET
def visit_evidence(request: HttpRequest, visit_id: UUID, event_id: UUID) -> HttpResponse:
    event = queries.evidence_event(queries.visit_to_read(visit_id, reader(request)), event_id)
    content = evidence.open_evidence(event=event, by=reader(request), at=now())
    kind = PLAYED_AS.get(event.body["evidence"], "image/jpeg")
    response = HttpResponse(content, content_type=kind)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
