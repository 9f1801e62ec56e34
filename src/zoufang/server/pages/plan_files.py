"""A published day as XLSX, one sheet a crew, to pin up. Personal data stay masked; the app opens them."""

from __future__ import annotations

from io import BytesIO

from django.utils.translation import gettext as _

from zoufang.core.values import hhmm, mask_address, mask_name
from zoufang.files.reports_xlsx import ReportColumn, ReportSheet, write_report
from zoufang.server.pages.plan_sheet import CrewPart, PlanSheet
from zoufang.server.pages.words import word


def day_sheets(sheet: PlanSheet, mark: str = "") -> bytes:
    target = BytesIO()
    title = _("Day sheet %(day)s, %(branch)s") % {
        "day": sheet.plan.day.isoformat(),
        "branch": sheet.plan.branch.name,
    }
    write_report(target, title, [_crew(part) for part in sheet.crews], mark)
    return target.getvalue()


def _crew(part: CrewPart) -> ReportSheet:
    return ReportSheet(
        name=part.crew.name,
        columns=(
            ReportColumn(_("No."), "int", 6),
            ReportColumn(_("Arrival"), width=10),
            ReportColumn(_("Allowed hours"), width=14),
            ReportColumn(_("Customer"), width=12),
            ReportColumn(_("Address"), width=36),
            ReportColumn(_("Purpose"), width=18),
            ReportColumn(_("Minutes"), "int", 8),
            ReportColumn(_("May run late by (minutes)"), "int", 12),
        ),
        rows=[
            (
                stop.number,
                hhmm(stop.arrive),
                f"{hhmm(stop.window_start)}–{hhmm(stop.window_end)}",
                mask_name(stop.whom.identity["name"]),
                mask_address(stop.address.place["text"]),
                word(stop.purpose, "purpose"),
                stop.service_min,
                late,
            )
            for stop, late in zip(part.stops, _late(part), strict=True)
        ],
        notes=(
            _("Leaves %(leaves)s, back %(returns)s.") % {"leaves": part.leaves, "returns": part.returns},
            _("Full names and addresses are in the app, where looking at them is recorded."),
        ),
    )


def _late(part: CrewPart) -> list[int | None]:
    """Whole minutes by which each visit may begin late."""
    slack = part.slack
    return [seconds // 60 for seconds in slack.by_stop] if slack else [None] * len(part.stops)
