"""A study's report to take along: JSON for machines, XLSX for people; both with the frozen snapshot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _

from zoufang.core.evaluation import Evaluation, Interval
from zoufang.files.reports_xlsx import ReportColumn, ReportSheet, write_report
from zoufang.server.pages.words import word
from zoufang.server.studies.models import Study


def as_json(study: Study) -> bytes:
    """The stored report and the snapshot that it was made from, as they are kept."""
    body = {"study": study.name, "snapshot_id": study.snapshot_hash, "report": study.report}
    return json.dumps(body | {"snapshot": study.snapshot}, ensure_ascii=False, indent=2).encode()


def as_xlsx(study: Study, report: Evaluation, mark: str = "") -> bytes:
    into = BytesIO()
    title = _("Evaluation %(name)s") % {"name": study.name}
    if report.simulated:
        title += " · " + _("Simulated")
    write_report(into, title, [_effects(report), _sizes(report, study), _customers(study)], mark)
    return into.getvalue()


def effect_rows(report: Evaluation) -> list[tuple[str, Interval | None]]:
    """The answer first, then what stands beside it."""
    effects = report.effects
    return [
        (_("Assigned to a visit against held out"), effects.itt),
        (_("The same with the largest payments capped"), effects.winsorised),
        (_("Effect on those really visited"), effects.on_visited),
        (_("Effect on those really met"), effects.on_met),
    ]


def _effects(report: Evaluation) -> ReportSheet:
    columns = (
        ReportColumn(_("What is compared"), width=44),
        ReportColumn(_("Effect per customer (yuan)"), "fen", 24),
        ReportColumn(_("Lower end"), "fen"),
        ReportColumn(_("Upper end"), "fen"),
    )
    rows = [
        (name, *((found.effect_fen, found.low_fen, found.high_fen) if found else (None, None, None)))
        for name, found in effect_rows(report)
    ]
    said = (report.answer, report.cost.answer, *report.warnings, *report.assumptions)
    return ReportSheet(_("Effect"), columns, rows, tuple(message.text(_) for message in said))


def _sizes(report: Evaluation, study: Study) -> ReportSheet:
    sizes = report.sizes
    rows = [
        (_("Assigned to a visit"), sizes.n_assigned),
        (_("Held out"), sizes.n_held_out),
        (_("Set aside before the draw"), sizes.n_set_aside),
        (_("Left out, window still open"), sizes.n_open),
        (_("Held out but visited"), sizes.n_leaked),
        (_("Window in days"), report.window_days),
    ]
    method = " · ".join(part.text(_) for part in report.method_said)
    proof = (f"{_('Snapshot')}: {report.snapshot_id}", f"{_('Method')}: {method}", str(study.opened_on))
    return ReportSheet(_("Who was counted"), (ReportColumn("", width=36), ReportColumn("", "int")), rows, proof)


def _customers(study: Study) -> ReportSheet:
    columns = (
        ReportColumn(_("Customer"), width=28),
        ReportColumn(_("Arm")),
        ReportColumn(_("Bucket")),
        ReportColumn(_("Chance of being held out"), "percent", 22),
        ReportColumn(_("Visited")),
        ReportColumn(_("Met")),
        ReportColumn(_("Received in the window (yuan)"), "fen", 26),
    )
    units = (study.snapshot or {}).get("units", [])
    return ReportSheet(_("Customers"), columns, _lines(units))


def _lines(units: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    yes_no = {True: _("yes"), False: _("no"), None: _("unknown")}
    for unit in units:
        yield (
            unit["unit"],
            word(unit["arm"], "arm"),
            unit["stratum"],
            unit["p_hold_out"],
            yes_no[unit["visited"]],
            yes_no[unit["met"]],
            unit["recovered_fen"],
        )
