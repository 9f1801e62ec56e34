"""Any two plans of a branch on one page, with filters, and as a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from zoufang.core.errors import BadInput
from zoufang.core.values import Message, gettext_noop
from zoufang.server.book import exports
from zoufang.server.pages.day_sheets import XLSX, download
from zoufang.server.pages.listing import give_choices, page_of
from zoufang.server.pages.plan_comparison import (
    DIFFERENCES,
    SideBySide,
    difference_map,
    side_by_side,
    totals,
)
from zoufang.server.pages.plan_comparison_file import comparison_file
from zoufang.server.pages.plan_sides import choices, two_sides
from zoufang.server.pages.reader import reader
from zoufang.server.staff.clock import now
from zoufang.server.staff.permissions import may, require
from zoufang.server.visiting.day_sheets import record_export

PAGE = 50
KEY = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.made)?$"


class TwoPlans(forms.Form):
    """Keys of two sides: an id, or an id with the mark of a draft without its moves by hand."""

    a = forms.RegexField(KEY)
    b = forms.RegexField(KEY)


class FilterForm(forms.Form):
    crew = forms.ChoiceField(label=_("Crew"), required=False, widget=forms.Select(attrs={"class": "data"}))
    difference = forms.ChoiceField(
        label=_("Difference"), required=False, choices=[("", _("All")), *DIFFERENCES.items()]
    )

    def __init__(self, data: Any, both: SideBySide) -> None:
        super().__init__(data)
        give_choices(self, "crew", [("", _("All")), *((c.crew_id, name) for name, c in both.crews)])

    def chosen(self, name: str) -> str:
        """What is not understood is no filter."""
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")


@login_required
@require_GET
def plan_compare(request: HttpRequest) -> HttpResponse:
    require(reader(request), "see_plan")
    both = _both(request)
    filters = FilterForm(request.GET, both)
    rows = both.chosen(filters.chosen("crew"), filters.chosen("difference"))
    context = {
        "both": both,
        "filters": filters,
        "totals": totals(both),
        "map": difference_map(both, may(request.user, "see_customer")),
        "page": page_of(rows, PAGE, request.GET.get("page")),
        "others": choices(both.before.plan, both.before.key, reader(request)),
        "may_export": may(request.user, "export_plan", both.after.plan),
    }
    return render(request, "plans/compare.html", context)


@login_required
@require_GET
def plan_compare_file(request: HttpRequest) -> HttpResponse:
    require(reader(request), "export_plan")
    both = _both(request)
    record_export(plan=both.after.plan, what="comparison", by=reader(request), at=now())
    name = f"plans-{both.before.plan.branch.code}-{both.before.plan.day}-{both.after.plan.day}.xlsx"
    mark = exports.stamp(reader(request), now())
    content = comparison_file(both, mark.line)
    exports.keep_export(mark=mark, kind="comparison", content=content, branch=both.after.plan.branch)
    return download(content, XLSX, name)


def _both(request: HttpRequest) -> SideBySide:
    form = TwoPlans(request.GET)
    if not form.is_valid():
        raise BadInput(Message(gettext_noop("Choose the two plans that are to be compared.")))
    return side_by_side(*two_sides(form.cleaned_data["a"], form.cleaned_data["b"], reader(request)))
