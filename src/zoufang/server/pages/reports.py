"""Reports for the branch head: daily, weekly, monthly; looked at here, taken along as XLSX."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from zoufang.core.errors import BadInput
from zoufang.core.values import Message, gettext_noop
from zoufang.server.book import exports
from zoufang.server.pages import report_sheets, units
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.reader import reader
from zoufang.server.pages.report_figures import DAILY, MONTHLY, WEEKLY, ReportFigures, report_figures
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.permissions import require

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ReportForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Report"), choices=[(DAILY, _("Daily")), (WEEKLY, _("Weekly")), (MONTHLY, _("Monthly"))]
    )
    day = forms.DateField(label=_("A day in it"), widget=DayInput())


@login_required
def report_list(request: HttpRequest) -> HttpResponse:
    require(reader(request), "see_reports")
    today = business_date()
    form = ReportForm({"kind": DAILY, "day": today} | request.GET.dict())
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        kind, day = form.cleaned_data["kind"], form.cleaned_data["day"]
        figures = report_figures(kind, day, _path(request))
        context |= {"kind": kind, "day": day.isoformat(), "title": report_sheets.title_of(figures)}
        context["tables"] = [_table(sheet, figures) for sheet in report_sheets.sheets_of(figures)]
    return render(request, "reports/list.html", context)


def _table(sheet: report_sheets.Sheet, figures: ReportFigures) -> dict[str, Any]:
    rows = []
    for branch in figures.branches:
        row = sheet.figures.get(branch.path, {})
        rows.append((branch, [(column.kind, column.of(row)) for column in sheet.columns]))
    return {"sheet": sheet, "rows": rows}


def _path(request: HttpRequest) -> str:
    branch = reader(request).branch
    return branch.path if branch else "?"


@login_required
def report_file(request: HttpRequest, kind: str, day: str) -> HttpResponse:
    """`?unit=wan` for 万元, else 元; without it the reader's own unit."""
    require(reader(request), "see_reports")
    require(reader(request), "export_figures")
    unit = request.GET.get("unit", units.unit_of(request))
    figures = report_figures(kind, _day(day), _path(request))
    mark = exports.stamp(reader(request), now())
    content = report_sheets.as_xlsx(figures, unit, mark.line)
    exports.keep_export(mark=mark, kind="report", content=content, subject=f"{kind} {figures.period.last}")
    answer = HttpResponse(content, content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="zoufang-{kind}-{figures.period.last}.xlsx"'
    return answer


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(
            Message(gettext_noop("%(text)s is no day. Write it as 2026-05-11."), {"text": text})
        ) from None
