"""Who did what, and whether the chain is whole."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from zoufang.server.audit import queries
from zoufang.server.audit.anchors import kept_anchors
from zoufang.server.audit.services import verify
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.listing import give_choices
from zoufang.server.pages.queries_customers import branches_below
from zoufang.server.pages.reader import reader
from zoufang.server.pages.words import word
from zoufang.server.staff.models import Level, User
from zoufang.server.staff.permissions import require

PAGE = 50


class TrailFilter(forms.Form):
    day = forms.DateField(label=_("Day"), required=False, widget=DayInput())
    actor = forms.CharField(label=_("Employee number"), required=False, max_length=40)
    action = forms.ChoiceField(label=_("Action"), required=False)
    subject = forms.CharField(label=_("Kind or id of the subject"), required=False, max_length=40)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        give_choices(self, "action", [("", _("All")), *((a, word(a, "action")) for a in queries.actions())])

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return dict(self.cleaned_data)


@login_required
def audit_trail(request: HttpRequest) -> HttpResponse:
    """GET: the lines; POST: walk every chain and name each fault."""
    require(reader(request), "see_audit")
    form = TrailFilter(request.GET)
    rows = queries.lines(_codes(reader(request)), **form.wanted())
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"form": form, "page": page, "faults": None}
    if request.method == "POST":
        known = kept_anchors()
        context |= {"faults": [*known.faults, *verify(known.anchors)], "anchored": len(known.anchors)}
    return render(request, "oversight/trail.html", context)


def _codes(user: User) -> list[str] | None:
    """Head office sees every chain; a branch its own and those below."""
    if user.branch is not None and user.branch.level == Level.HEAD_OFFICE:
        return None
    return [branch.code for branch in branches_below(user)]
