"""Day sheets to take along: as PDF, each print numbered and in the audit trail, and masked as XLSX."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, override
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import NotFound
from zoufang.core.values import Message, gettext_noop
from zoufang.files.day_sheet_pdf import Language, day_sheet_pdf
from zoufang.server.book import exports
from zoufang.server.pages.day_sheet_lines import sheet_of
from zoufang.server.pages.plan_files import day_sheets
from zoufang.server.pages.plan_sheet import CrewPart, crew_parts, plan_sheet
from zoufang.server.pages.plan_slack import withdrawn
from zoufang.server.pages.reader import reader
from zoufang.server.staff.clock import business_date, now
from zoufang.server.visiting import day_sheets as visiting
from zoufang.server.visiting import plan_queries as queries
from zoufang.server.visiting.models import DayPlan

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_POST
def plan_sheets_pdf(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """One sheet of `crew`, or all; in the clear only one, where `in_clear` is asked for."""
    plan = visiting.plan_to_print(reader(request), pk=plan_id)
    code = request.POST.get("crew", "")
    parts = [part for part in _parts(request, plan) if code in ("", part.crew.code)]
    return _printed(request, plan, parts, in_clear=bool(code) and "in_clear" in request.POST)


@login_required
@require_POST
def my_day_sheet(request: HttpRequest) -> HttpResponse:
    """The visitor's own crew: with the names and addresses that it needs, of nobody else's stops."""
    plan = visiting.own_plan(reader(request), business_date())
    return _printed(request, plan, _parts(request, plan), in_clear=True)


def _parts(request: HttpRequest, plan: DayPlan) -> list[CrewPart]:
    mine = {crew.pk: crew for crew in visiting.crews_to_print(plan, reader(request))}
    parts = [part for part in crew_parts(plan, queries.stops_of_plan(plan)) if part.crew.pk in mine]
    for part in parts:
        part.crew = mine[part.crew.pk]
    return parts


def _printed(request: HttpRequest, plan: DayPlan, parts: Sequence[CrewPart], *, in_clear: bool) -> HttpResponse:
    """Numbered and drawn together: a paper that could not be drawn has no line in the trail."""
    if not parts:
        raise NotFound(Message(gettext_noop("No such crew goes out by this plan.")))
    user, at = reader(request), now()
    language: Language = "en" if request.POST.get("language", get_language()) == "en" else "zh"
    with override("en" if language == "en" else "zh-hans"), transaction.atomic():
        sheets = []
        for part in parts:
            shown = [stop for stop in part.stops if not withdrawn(stop)]
            serial = visiting.number_print(
                plan=plan, crew=part.crew, stops=shown, in_clear=in_clear, by=user, at=at
            )
            sheets.append(sheet_of(part, in_clear=in_clear, serial=serial, by=user, at=at))
        content = day_sheet_pdf(sheets, language)
        for sheet in sheets:
            mark = exports.Stamp(sheet.print.serial, user, at)
            exports.keep_export(mark=mark, kind="day_sheet", content=content, branch=plan.branch)
    return download(content, "application/pdf", f"day-sheet-{sheets[0].print.serial}.pdf")


@login_required
@require_GET
def plan_sheets(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """A published day for the crews, masked; a draft is not handed out."""
    plan = queries.plan_of(plan_id, reader(request))
    visiting.require_published(plan)
    visiting.record_export(plan=plan, what="day_sheets", by=reader(request), at=now())
    name = f"day-sheets-{plan.branch.code}-{plan.day.isoformat()}.xlsx"
    mark = exports.stamp(reader(request), now())
    content = day_sheets(plan_sheet(plan, reader(request)), mark.line)
    exports.keep_export(mark=mark, kind="day_sheets", content=content, subject=str(plan.pk), branch=plan.branch)
    return download(content, XLSX, name)


def download(content: bytes, kind: str, name: str) -> HttpResponse:
    """A file to save; no cache keeps it."""
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
